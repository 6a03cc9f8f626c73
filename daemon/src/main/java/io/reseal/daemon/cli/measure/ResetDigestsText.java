package io.reseal.daemon.cli.measure;

import io.reseal.daemon.cli.measure.LaunchDocument.AtReset;
import io.reseal.daemon.cli.terminal.Table;

/** What {@code --reset} adds to a measured launch, for people. */
final class ResetDigestsText {
    static void rows(Table table, int vcpus, AtReset digests) {
        boolean one = vcpus == 1;
        table.row("at a reset", digests.firstVcpu() + " if vCPU 0" + (one ? "" : " alone") + " has interrupts enabled");
        if (!one) {
            table.row("", digests.allVcpus() + " if all vCPUs have interrupts enabled");
        }
        digests.others().forEach(other -> table.row("", other + " if others of them have"));
        if (!digests.complete()) {
            table.row("", "one more for each other set of vCPUs that have interrupts enabled");
        }
    }

    private ResetDigestsText() {}
}
