package io.reseal.testbed.demo;

import io.reseal.testbed.QemuGuest;
import io.reseal.testbed.demo.Act.Ending;
import io.reseal.testbed.demo.Act.Guest;
import io.reseal.testbed.demo.Act.Operator;
import java.nio.file.Path;
import java.util.List;

/** What is played, and said about it. */
final class Story {
    private static final Act REBUILT = new Act(
            Cast.RESET,
            "An operator resets web-1",
            "QEMU closes the guest's KVM virtual machine and builds another one. That it did is read from KVM itself:"
                    + " the exit counters of the vCPUs begin anew.",
            Act.NOTHING,
            new Operator(List.of("reset", Cast.RESET, "--prove", "rebuilt", "--reason", "new kernel")),
            new Ending("proven", "rebuilt"),
            "");

    private static final Act WITHOUT_KVM = new Act(
            Cast.RESET,
            "An operator resets web-1",
            "Without KVM nothing is rebuilt, so the guest has to be seen running again, and stay so.",
            Act.NOTHING,
            new Operator(List.of("reset", Cast.RESET, "--prove", "running", "--reason", "new kernel")),
            new Ending("proven", "running"),
            "");

    private static final Act REBOOTED = new Act(
            Cast.REBOOTS,
            "ci-1 reboots by itself",
            "Nobody asked Reseal. It sees the reset all the same, proves what can be proven, and says what cannot.",
            Act.NOTHING,
            new Guest(),
            new Ending("proven", "running"),
            "");

    private static final Act FAILED = new Act(
            Cast.FAILS,
            "The rebuild of db-1 fails",
            "QEMU is made to ask for an encryption bit that this processor does not have: the old virtual machine is"
                    + " closed already, and no new one comes.",
            QemuGuest::failNextRebuild,
            new Operator(List.of("reset", Cast.FAILS, "--reason", "nightly patch")),
            new Ending("failed", "acknowledged"),
            "To QMP this was a success: reply and RESET event were those of a good reset. A script that waits for them"
                    + " would have gone on to the next host.");

    private static final Act SAME_LAUNCH = new Act(
            Cast.SNP,
            "An operator resets the SEV-SNP guest snp-1",
            "More than a new virtual machine: Reseal compares what the guest was launched from before and after, down to"
                    + " the firmware file.",
            Act.NOTHING,
            new Operator(List.of("reset", Cast.SNP, "--prove", "same-launch")),
            new Ending("proven", "same-launch"),
            "");

    private static final Act PAUSED = new Act(
            Cast.PAUSED,
            "An operator resets the SEV-SNP guest snp-2, which is paused",
            "QEMU would take the reset, and abort when the guest is continued.",
            guest -> guest.monitor().execute("stop"),
            new Operator(List.of("reset", Cast.PAUSED)),
            new Ending("refused", "-"),
            "");

    private static final Act CONTINUED = new Act(
            Cast.TD,
            "An operator resets the TDX guest tdx-1, which is paused",
            "A TD survives that. Reseal continues it once the rebuild is shown, not before: after a failed one a cont is fatal.",
            guest -> guest.monitor().execute("stop"),
            new Operator(List.of("reset", Cast.TD)),
            new Ending("proven", "rebuilt"),
            "");

    private static final Act NOT_LAUNCHED = new Act(
            Cast.BROKEN,
            "The launch of the SEV-SNP guest snp-3 fails during its reset",
            "The platform refuses INIT2. QEMU lives, the guest does not, and QMP calls it a success.",
            Act.NOTHING,
            new Operator(List.of("reset", Cast.BROKEN)),
            new Ending("failed", "acknowledged"),
            "Nothing more is sent to that guest: a second reset or a cont would kill its QEMU.");

    /** The package manager writes new firmware over the old. */
    private static Act updated(Path firmware) {
        return new Act(
                Cast.SNP,
                "snp-1 is to be reset again, but its firmware was updated",
                "QEMU reads the file anew at each reset, and says nothing when it is another.",
                _ -> Cast.update(firmware),
                new Operator(List.of("reset", Cast.SNP)),
                new Ending("refused", "-"),
                "");
    }

    /** @param firmware the file that snp-1 is launched from */
    static List<Act> confidential(Path firmware) {
        return List.of(SAME_LAUNCH, PAUSED, CONTINUED, NOT_LAUNCHED, updated(firmware));
    }

    static List<Act> withKvm() {
        return List.of(REBUILT, REBOOTED, FAILED);
    }

    static List<Act> withoutKvm() {
        return List.of(WITHOUT_KVM, REBOOTED);
    }

    private Story() {}
}
