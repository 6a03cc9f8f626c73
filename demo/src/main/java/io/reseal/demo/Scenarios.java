package io.reseal.demo;

import io.reseal.demo.Scenario.Ending;
import io.reseal.demo.Scenario.Guest;
import io.reseal.demo.Scenario.Operator;
import io.reseal.testbed.qemu.QemuGuest;
import java.nio.file.Path;
import java.util.List;

/** What is shown, and said about it. */
final class Scenarios {
    private static final Scenario REBUILT = new Scenario(
            DemoGuests.RESET,
            "An operator resets web-1",
            "QEMU closes the guest's KVM virtual machine and builds another one. That it did is read from KVM itself:"
                    + " the exit counters of the vCPUs begin again.",
            Scenario.NOTHING,
            new Operator(List.of("reset", DemoGuests.RESET, "--prove", "rebuilt", "--reason", "new kernel")),
            new Ending("proven", "rebuilt"),
            "");

    private static final Scenario WITHOUT_KVM = new Scenario(
            DemoGuests.RESET,
            "An operator resets web-1",
            "Without KVM nothing is rebuilt, so the guest has to be seen running again, and stay so.",
            Scenario.NOTHING,
            new Operator(List.of("reset", DemoGuests.RESET, "--prove", "running", "--reason", "new kernel")),
            new Ending("proven", "running"),
            "");

    private static final Scenario REBOOTED = new Scenario(
            DemoGuests.REBOOTS,
            "ci-1 reboots",
            "Nobody asked Reseal. It sees the reset all the same, proves what can be proven, and says what cannot.",
            Scenario.NOTHING,
            new Guest(),
            new Ending("proven", "running"),
            "");

    private static final Scenario FAILED = new Scenario(
            DemoGuests.FAILS,
            "The rebuild of db-1 fails",
            "QEMU is made to ask for an encryption bit that this processor does not have: the old virtual machine is"
                    + " closed already, and no new one comes.",
            QemuGuest::failNextRebuild,
            new Operator(List.of("reset", DemoGuests.FAILS, "--reason", "nightly patch")),
            new Ending("failed", "acknowledged"),
            "To QMP this was a success: reply and RESET event were those of a good reset. A script that waits for them"
                    + " would have gone on to the next host.");

    private static final Scenario SAME_LAUNCH = new Scenario(
            DemoGuests.SNP,
            "An operator resets the SEV-SNP guest snp-1",
            "More than a new virtual machine: Reseal compares what the guest was launched from before and after, down to"
                    + " the firmware file.",
            Scenario.NOTHING,
            new Operator(List.of("reset", DemoGuests.SNP, "--prove", "same-launch")),
            new Ending("proven", "same-launch"),
            "");

    private static final Scenario PAUSED = new Scenario(
            DemoGuests.PAUSED,
            "An operator resets the SEV-SNP guest snp-2, which is paused",
            "QEMU would take the reset, and abort when the guest is continued.",
            guest -> guest.monitor().execute("stop"),
            new Operator(List.of("reset", DemoGuests.PAUSED)),
            new Ending("refused", "-"),
            "");

    private static final Scenario CONTINUED = new Scenario(
            DemoGuests.TD,
            "An operator resets the TDX guest tdx-1, which is paused",
            "A TD survives that. Reseal continues it once the rebuild is shown, not before: after a failed one a cont is fatal.",
            guest -> guest.monitor().execute("stop"),
            new Operator(List.of("reset", DemoGuests.TD)),
            new Ending("proven", "rebuilt"),
            "");

    private static final Scenario NOT_LAUNCHED = new Scenario(
            DemoGuests.BROKEN,
            "The launch of the SEV-SNP guest snp-3 fails during its reset",
            "The platform refuses INIT2. QEMU lives, the guest does not, and QMP calls it a success.",
            Scenario.NOTHING,
            new Operator(List.of("reset", DemoGuests.BROKEN)),
            new Ending("failed", "acknowledged"),
            "Nothing more is sent to that guest: a second reset or a cont would kill its QEMU.");

    /** The package manager writes new firmware over the old. */
    private static Scenario updated(Path firmware) {
        return new Scenario(
                DemoGuests.SNP,
                "snp-1 is to be reset again, but its firmware was updated",
                "QEMU reads the file again at each reset, and says nothing when it is another.",
                _ -> DemoGuests.update(firmware),
                new Operator(List.of("reset", DemoGuests.SNP)),
                new Ending("refused", "-"),
                "");
    }

    /** @param firmware the file that snp-1 is launched from */
    static List<Scenario> confidential(Path firmware) {
        return List.of(SAME_LAUNCH, PAUSED, CONTINUED, NOT_LAUNCHED, updated(firmware));
    }

    static List<Scenario> withKvm() {
        return List.of(REBUILT, REBOOTED, FAILED);
    }

    static List<Scenario> withoutKvm() {
        return List.of(WITHOUT_KVM, REBOOTED);
    }

    private Scenarios() {}
}
