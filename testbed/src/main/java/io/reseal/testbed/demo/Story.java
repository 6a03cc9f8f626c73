package io.reseal.testbed.demo;

import io.reseal.testbed.demo.Act.Ending;
import io.reseal.testbed.demo.Act.Guest;
import io.reseal.testbed.demo.Act.Operator;
import java.util.List;

/** What is played, and said about it. */
final class Story {
    private static final Act REBUILT = new Act(
            Cast.RESET,
            "An operator resets web-1",
            "QEMU closes the guest's KVM virtual machine and builds another one. That it did is read from KVM itself:"
                    + " the exit counters of the vCPUs begin anew.",
            new Operator(List.of("reset", Cast.RESET, "--prove", "rebuilt", "--reason", "new kernel")),
            new Ending("proven", "rebuilt"),
            "");

    private static final Act WITHOUT_KVM = new Act(
            Cast.RESET,
            "An operator resets web-1",
            "Without KVM nothing is rebuilt, so the guest has to be seen running again, and stay so.",
            new Operator(List.of("reset", Cast.RESET, "--prove", "running", "--reason", "new kernel")),
            new Ending("proven", "running"),
            "");

    private static final Act REBOOTED = new Act(
            Cast.REBOOTS,
            "ci-1 reboots by itself",
            "Nobody asked Reseal. It sees the reset all the same, proves what can be proven, and says what cannot.",
            new Guest(),
            new Ending("proven", "running"),
            "");

    private static final Act FAILED = new Act(
            Cast.FAILS,
            "The rebuild of db-1 fails",
            "QEMU is made to ask for an encryption bit that this processor does not have: the old virtual machine is"
                    + " closed already, and no new one comes.",
            new Operator(List.of("reset", Cast.FAILS, "--reason", "nightly patch")),
            new Ending("failed", "acknowledged"),
            "To QMP this was a success: reply and RESET event were those of a good reset. A script that waits for them"
                    + " would have gone on to the next host.");

    static List<Act> withKvm() {
        return List.of(REBUILT, REBOOTED, FAILED);
    }

    static List<Act> withoutKvm() {
        return List.of(WITHOUT_KVM, REBOOTED);
    }

    private Story() {}
}
