package io.reseal.policy.machine;

import io.reseal.policy.GuestFacts;
import io.reseal.policy.GuestKind;
import io.reseal.policy.RebootAction;
import io.reseal.policy.ResetPolicy;
import io.reseal.policy.RunState;
import io.reseal.policy.VcpuCounters;
import io.reseal.policy.hazard.Hazard;
import io.reseal.policy.hazard.HazardId;
import io.reseal.policy.hazard.Hazards;
import io.reseal.policy.launch.LaunchHistory;
import io.reseal.policy.reset.Reset;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * All that the core remembers of one guest.
 *
 * @param name the guest's name on this daemon
 * @param ids where the ids of its resets come from
 * @param policy what resets have to prove
 * @param link whether it can be heard
 * @param lostAt since when it cannot be heard; empty while it can, and before the first attach
 * @param facts as read at the last attach; empty before the first
 * @param offset what the wall clock differs from the clock of the signals
 * @param clockSetAt when it was learnt last that somebody had set the wall clock
 * @param aliveAt when the process was last seen alive since the connection was lost
 * @param runState as last read or concluded from an event
 * @param migrating as last read
 * @param stop the STOP that turned {@code running} off, until a RESUME
 * @param shutdown what SHUTDOWN events told since it ran or was reset
 * @param life the present life of its KVM context
 * @param outlook what it was launched from, and would be next
 * @param rebuildFailed a rebuild of this QEMU process has failed
 * @param pending a request that waits to be judged
 * @param open the reset under way
 * @param last the newest observed reset
 * @param unanswered a reset of ours whose system_reset was never answered, and whose RESET was not seen: it may yet come
 */
public record GuestState(
        String name,
        ResetIds ids,
        ResetPolicy policy,
        Link link,
        Optional<Instant> lostAt,
        Duration offset,
        Optional<Instant> clockSetAt,
        Optional<Instant> aliveAt,
        Optional<GuestFacts> facts,
        RunState runState,
        boolean migrating,
        Optional<Stop> stop,
        Optional<Shutdown> shutdown,
        Life life,
        LaunchHistory outlook,
        boolean rebuildFailed,
        Optional<Pending> pending,
        Optional<OpenReset> open,
        Optional<LastReset> last,
        Optional<String> unanswered) {

    /** Whether the guest can be heard. */
    public enum Link {
        /** Never attached yet. */
        NEW,
        /** Connected and read. */
        UP,
        /** Connection lost; says nothing about the guest. */
        DOWN,
        /** Its QEMU process has ended. */
        ENDED
    }

    /**
     * One life of the KVM context.
     *
     * @param incarnation 1 for the first that was seen
     * @param since when it began, or was first seen
     * @param counters last read in this life; empty when none was
     */
    public record Life(int incarnation, Instant since, Optional<VcpuCounters> counters) {
        Life next(Instant at) {
            return new Life(incarnation + 1, at, Optional.empty());
        }

        Life with(VcpuCounters read) {
            return new Life(incarnation, since, Optional.of(read));
        }
    }

    /**
     * A guest that stands still.
     *
     * @param at when the STOP came
     * @param explained a run state was read since that tells that the STOP was not the sign of a rebuild that failed
     * @param asleep it slept (ACPI S3) when it was stopped, and sleeps on after a RESUME
     */
    public record Stop(Instant at, boolean explained, boolean asleep) {}

    /**
     * QEMU told of a shutdown.
     *
     * @param reason of the newest SHUTDOWN event
     * @param reboot one of the events stood for a reboot
     * @param stays QEMU has answered since, as one that was started with {@code -no-shutdown}: others end right after the event
     */
    public record Shutdown(String reason, boolean reboot, boolean stays) {
        static Shutdown told(String reason) {
            return new Shutdown(reason, RebootAction.isReboot(reason), false);
        }

        /** Who keeps a guest that was to reboot ends it by a signal, as libvirt does: that makes it no less of a reboot. */
        Shutdown again(String newest) {
            boolean ends = newest.equals("host-signal") || newest.equals("host-qmp-quit");
            return new Shutdown(newest, reboot || RebootAction.isReboot(newest), stays && !ends);
        }

        Shutdown answered() {
            return new Shutdown(reason, reboot, true);
        }
    }

    /**
     * A request that is not judged yet.
     *
     * @param until when it is turned down, if another reset is open until then
     * @param reading its situation is being read
     * @param waited another reset was open, and has come to its end since
     */
    public record Pending(Reset.Request request, Instant until, boolean reading, boolean waited) {
        Pending read(boolean afterWaiting) {
            return new Pending(request, until, true, afterWaiting);
        }

        Pending waiting() {
            return new Pending(request, until, false, waited);
        }
    }

    /**
     * The newest RESET that began a logical reset.
     *
     * @param id of that reset
     * @param emittedAt QEMU's own time of it, by the wall clock
     * @param echo what is known of the firmware's own second RESET
     */
    public record LastReset(String id, Instant emittedAt, Echo echo) {
        LastReset with(Echo changed) {
            return new LastReset(id, emittedAt, changed);
        }
    }

    /** Ids that no other run of Reseal gives: {@code PREFIX.N}. */
    public record ResetIds(String prefix, long next) {
        ResetIds after() {
            return new ResetIds(prefix, next + 1);
        }

        String id() {
            return prefix + "." + next;
        }
    }

    /** A guest that was never attached. {@code idPrefix} must differ between guests and between runs of Reseal. */
    public static GuestState unseen(String name, String idPrefix, ResetPolicy policy, Instant now) {
        return new GuestState(
                name,
                new ResetIds(idPrefix, 1),
                policy,
                Link.NEW,
                Optional.empty(),
                Duration.ZERO,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                RunState.UNKNOWN,
                false,
                Optional.empty(),
                Optional.empty(),
                new Life(1, now, Optional.empty()),
                LaunchHistory.UNKNOWN,
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /** The hazards that it has now; none while it was never attached. */
    public List<Hazard> hazards() {
        return facts.map(known -> Hazards.of(
                        known, new Hazards.Condition(runState, migrating, terms(known.kind()), outlook, rebuildFailed)))
                .orElse(List.of());
    }

    private ResetPolicy.Terms terms(GuestKind kind) {
        return policy.termsFor(name, kind);
    }

    /** Whether a reset without force would be tried now. */
    public boolean resettable() {
        return link == Link.UP && open.isEmpty() && stopping(Set.of()).isEmpty();
    }

    /** Whether it must be remembered though it cannot be heard: a new QEMU process may be its next life. */
    public boolean mayReturn(Instant now) {
        return ProcessReplacement.isAwaited(this, now);
    }

    /** The wall time at {@code at}. */
    public Instant wall(Instant at) {
        return at.plus(offset);
    }

    /** The hazards that stop a reset of this guest, unless {@code request} overrides them. */
    public List<Hazard> stopping(Reset.Request request) {
        return stopping(request.forced());
    }

    private List<Hazard> stopping(Set<HazardId> forced) {
        boolean setAction = facts.map(known -> terms(known.kind()).setAction()).orElse(false);
        return RequestRules.stopping(hazards(), forced, setAction);
    }

    /** The commands that would act on this guest if {@code request} were granted, by their names in QMP, in order. */
    public List<String> commands(Reset.Request request) {
        return facts.map(known -> RequestRules.commands(known, runState, terms(known.kind()), request))
                .orElse(List.of());
    }

    /** Whether only a new QEMU process helps. */
    public boolean quarantined() {
        return hazards().stream().anyMatch(hazard -> hazard.id() == HazardId.REBUILD_FAILED);
    }
}
