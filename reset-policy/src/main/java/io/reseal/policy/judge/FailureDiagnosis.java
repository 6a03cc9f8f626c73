package io.reseal.policy.judge;

import io.reseal.policy.Finding;
import io.reseal.policy.GuestKind;
import io.reseal.policy.Level;
import io.reseal.policy.RebootAction;
import io.reseal.policy.VcpuCounters;
import io.reseal.policy.hazard.LaunchHazards;
import io.reseal.policy.state.GuestState;
import io.reseal.policy.state.OpenReset;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where a rebuild went wrong, as far as QEMU's behaviour tells (11.1.3 on a simulated platform, every step of the launch made
 * to fail: see docs/qemu-facts.md).
 */
public final class FailureDiagnosis {
    private static final String ENDED = "QEMU ended during the reset";

    /** Of a reset after which QEMU lives and the guest does not. */
    public static String failure(GuestState guest, OpenReset open) {
        return guest.identity().kind().alwaysRebuilt()
                ? "the rebuild failed%s; only a new QEMU process helps".formatted(atStep(guest, open))
                : "the rebuild failed";
    }

    /**
     * SEV firmware is asked by INIT2 and LAUNCH_START first; a KVM that refuses earlier leaves the state {@code running} to be told,
     * and the old counters.
     */
    private static String atStep(GuestState guest, OpenReset open) {
        Optional<VcpuCounters> last = guest.incarnation().counters();
        if (last.filter(VcpuCounters::notLaunched).isPresent()) {
            return " at INIT2 or LAUNCH_START";
        }
        if (last.filter(VcpuCounters::launching).isPresent()) {
            return ": its launch was begun and not finished";
        }
        boolean oldState = last.flatMap(VcpuCounters::sevState).equals(Optional.of("running"));
        return oldState && open.rebuildFailed() ? " before INIT2" : "";
    }

    /** Of a reset in which QEMU ended. */
    public static String death(GuestState guest, OpenReset open) {
        var shutdown = guest.execution().shutdown();
        if (shutdown.isPresent()) {
            return shutDown(shutdown.get().reason(), open);
        }
        if (!guest.identity().kind().alwaysRebuilt()) {
            return ENDED;
        }
        if (open.observed()) {
            return afterReset(guest, open);
        }
        return ENDED + "; first suspect: " + suspect(guest);
    }

    /** QEMU has told why it ends: that is no failed launch. */
    private static String shutDown(String reason, OpenReset open) {
        var when = open.observed() ? "QEMU ended after the reset" : ENDED;
        if (RebootAction.isReboot(reason)) {
            var what = open.observed() ? "a reboot" : "the reset";
            return "%s: %s was turned into a shutdown (SHUTDOWN with reason %s)".formatted(when, what, reason);
        }
        var why = switch (reason) {
            case "host-qmp-quit" -> "somebody told it to quit";
            case "host-signal" -> "somebody ended it by a signal";
            case "guest-shutdown" -> "the guest shut down";
            default -> "it shut down";
        };
        return "%s: %s (SHUTDOWN with reason %s)".formatted(when, why, reason);
    }

    /** A guest that reboots again at once has QEMU end in a rebuild of which no event tells. */
    private static String afterReset(GuestState guest, OpenReset open) {
        boolean unfinished = guest.incarnation()
                .counters()
                .filter(VcpuCounters::launchUnfinished)
                .isPresent();
        if (unfinished
                || open.suspect()
                || open.rebuildFailed()
                || (!open.ranBefore() && !open.is(Level.REBUILT, Finding.SHOWN))) {
            return "QEMU ended after the reset, whose launch was not seen to be complete";
        }
        return "QEMU ended after a launch that was complete, very probably in the next rebuild" + race(guest, open);
    }

    /** A late signal to a vCPU meets what the rebuild has unmapped (QEMU 11.1.3, kvm_cpu_kick). */
    private static String race(GuestState guest, OpenReset open) {
        boolean several = Stream.of(
                        open.baseline().counters(), guest.incarnation().counters())
                .flatMap(Optional::stream)
                .anyMatch(counters -> counters.exits().size() > 1);
        return several
                ? ": a guest with several vCPUs that reboots by triple fault now and then ends QEMU with SIGSEGV"
                : "";
    }

    private static String suspect(GuestState guest) {
        var launches = guest.incarnation().launches();
        var firmware = launches.next().firmware().filter(file -> !file.pflash());
        if (firmware.filter(LaunchHazards::unusable).isPresent()) {
            return "its firmware file is missing or of an odd size";
        }
        if (launches.firmwareChanged()) {
            return "its firmware file, which is not what was loaded before";
        }
        if (guest.execution().stop().isEmpty()) {
            return "a step of its launch, which QEMU's log names";
        }
        return guest.identity().kind() == GuestKind.TDX
                ? "KVM_CREATE_GUEST_MEMFD, INIT_VM or KVM_CREATE_VCPU, as STOP came first"
                : "KVM_CREATE_VCPU, as STOP came first";
    }

    private FailureDiagnosis() {}
}
