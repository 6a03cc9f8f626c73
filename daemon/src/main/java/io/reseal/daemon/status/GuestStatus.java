package io.reseal.daemon.status;

import io.reseal.policy.GuestKind;
import io.reseal.policy.RunState;
import io.reseal.policy.Spelled;
import io.reseal.policy.hazard.Hazard;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is known of a guest, published for readers on any thread.
 *
 * @param name unique on this daemon
 * @param socket its QMP socket
 * @param state what Reseal does with it now
 * @param stateDetail one sentence when the state needs explaining (who holds the monitor, why it cannot be reached), else
 *     empty
 * @param identity empty until it was attached for the first time
 * @param since since when the present state holds
 * @param resettable whether a reset would be tried now; false when {@code hazards} forbid it or the guest is not attached
 * @param hazards those it has now
 * @param lastReset id of its newest reset
 * @param blind time without a connection since Reseal first saw it
 */
public record GuestStatus(
        String name,
        Path socket,
        State state,
        String stateDetail,
        Optional<Identity> identity,
        Instant since,
        boolean resettable,
        List<Hazard> hazards,
        Optional<String> lastReset,
        Blind blind) {

    /** What Reseal does with a guest. */
    public enum State implements Spelled {
        /** Attached, nothing under way. */
        WATCHING("watching"),
        /** A reset is open. */
        RESETTING("resetting"),
        /** A policy is bringing the guest back. */
        RECOVERING("recovering"),
        /** A rebuild failed for good: nothing more is sent to this QEMU. */
        QUARANTINED("quarantined"),
        /** Another client holds the monitor. */
        OCCUPIED("occupied"),
        /** No connection; says nothing about the guest. */
        UNREACHABLE("unreachable"),
        /** The QEMU process has ended, or the socket has gone. */
        GONE("gone");

        private final String text;

        State(String text) {
            this.text = text;
        }

        @Override
        public String text() {
            return text;
        }
    }

    /**
     * Who the guest is, read at the last attach.
     *
     * @param uuid as QEMU tells it
     * @param pid of QEMU, where the kernel tells the peer
     * @param processSeen whether {@code /proc} shows QEMU: else much of what would harm it cannot be known
     * @param qemu version, for example {@code 11.1.3}
     * @param runState as last read or concluded from an event
     * @param incarnation number of the KVM context that Reseal has seen, the first being 1
     * @param incarnationSince when the present one began, or was first seen
     * @param launch what the guest was launched from, as far as known; order is display order
     */
    public record Identity(
            String uuid,
            Optional<Long> pid,
            boolean processSeen,
            GuestKind kind,
            String qemu,
            RunState runState,
            int incarnation,
            Instant incarnationSince,
            Map<String, String> launch) {}

    /**
     * Time during which nobody listened: what happened then is only known from state read afterwards.
     *
     * @param intervals how many such intervals there were
     * @param total their length, the present one included up to the time of this snapshot
     */
    public record Blind(int intervals, Duration total) {}

    /** The same guest under another name. */
    public GuestStatus called(GuestName other) {
        return new GuestStatus(
                other.name(),
                other.socket(),
                state,
                stateDetail,
                identity,
                since,
                resettable,
                hazards,
                lastReset,
                blind);
    }

    /** The same guest, of which this is to be said too. */
    public GuestStatus with(String detail) {
        return new GuestStatus(
                name,
                socket,
                state,
                stateDetail.isEmpty() ? detail : stateDetail + "; " + detail,
                identity,
                since,
                resettable,
                hazards,
                lastReset,
                blind);
    }

    /** Whether it was attached, and its QEMU process cannot be seen. */
    public boolean processUnseen() {
        return identity.map(known -> !known.processSeen()).orElse(false);
    }

    /** Its kind, where known. */
    public Optional<GuestKind> kind() {
        return identity.map(Identity::kind);
    }
}
