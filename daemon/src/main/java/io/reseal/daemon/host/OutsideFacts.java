package io.reseal.daemon.host;

import io.reseal.policy.GuestFacts;
import io.reseal.policy.RebootAction;

/**
 * What is known of a guest outside of QMP, and changes without a word of QEMU: it is looked at before each situation.
 *
 * @param reboot what a reboot is
 * @param unseen why QEMU's process cannot be seen; empty when it can
 */
public record OutsideFacts(RebootAction reboot, String unseen) {
    public boolean seen() {
        return unseen.isEmpty();
    }

    /** Whether {@code facts} agree. A reboot action that an event reported is not visible here. */
    public boolean isIn(GuestFacts facts) {
        return facts.processSeen() == seen() && facts.rebootAction().manager().equals(reboot.manager());
    }

    public GuestFacts in(GuestFacts facts) {
        return facts.reread(seen(), reboot);
    }
}
