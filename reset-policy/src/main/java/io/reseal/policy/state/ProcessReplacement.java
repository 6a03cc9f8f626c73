package io.reseal.policy.state;

import io.reseal.policy.GuestFacts;
import io.reseal.policy.GuestKind;
import io.reseal.policy.RunState;
import io.reseal.policy.state.Execution.Shutdown;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/**
 * Whether a guest is reset by a new QEMU process. libvirt does that to TDX guests (12.0.0, {@code qemuProcessFakeRebootViaRecreate}): the
 * old process shuts down, and soon another with the same UUID serves the monitor.
 */
public final class ProcessReplacement {
    /** libvirt gives a process 15 s to end, and a new one takes the time of a launch. */
    public static final Duration SOON = Duration.ofSeconds(30);

    /** What QEMU tells of a guest that was given none. */
    private static final String NO_UUID = "00000000-0000-0000-0000-000000000000";

    /** Whether a guest that was lost may yet return in another process. */
    public static boolean isAwaited(GuestState guest, Instant now) {
        return guest.identity().facts().map(ProcessReplacement::canBe).orElse(false)
                && reboots(guest.execution())
                && soon(guest.connection(), now);
    }

    /** Whether the process with these facts is the guest's next incarnation: the one before shut down in order to reboot. */
    public static boolean is(GuestState guest, GuestFacts facts, Instant now) {
        boolean same = guest.identity()
                .facts()
                .map(before -> canBe(before) && canBe(facts) && before.uuid().equals(facts.uuid()))
                .orElse(false);
        return same
                && reboots(guest.execution())
                && (guest.resets().open().isPresent() || soon(guest.connection(), now));
    }

    /** Whether the end of the QEMU process may be a part of a reset. */
    public static boolean mayCome(Identity identity, Execution execution) {
        return identity.facts().filter(ProcessReplacement::canBe).isPresent() && reboots(execution);
    }

    /** A QEMU that stays and did not get to {@code shutdown}, as its guest stood still, has not done what it told. */
    private static boolean reboots(Execution execution) {
        return execution
                .shutdown()
                .filter(Shutdown::reboot)
                .filter(told -> !told.stays() || execution.runState().equals(RunState.SHUTDOWN))
                .isPresent();
    }

    private static boolean canBe(GuestFacts facts) {
        return facts.kind() == GuestKind.TDX && !Set.of("", NO_UUID).contains(facts.uuid());
    }

    private static boolean soon(Connection connection, Instant now) {
        return connection
                .lostAt()
                .map(at -> Duration.between(at, now).compareTo(SOON) <= 0)
                .orElse(false);
    }

    private ProcessReplacement() {}
}
