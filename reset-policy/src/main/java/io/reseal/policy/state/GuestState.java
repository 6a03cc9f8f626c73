package io.reseal.policy.state;

import io.reseal.policy.ResetPolicy;
import java.time.Instant;
import java.util.Optional;

/**
 * All that the core remembers of one guest.
 *
 * @param identity who it is, and what holds for its resets
 * @param connection whether it can be heard
 * @param execution whether its vCPUs run, and what stopped them
 * @param incarnation the present incarnation of its KVM context
 * @param resets the reset under way, and what is known of those before and after it
 */
public record GuestState(
        Identity identity, Connection connection, Execution execution, Incarnation incarnation, Resets resets) {

    /**
     * What must be known of a guest before its first signal; with the signals that followed it is all that a replay needs.
     *
     * @param name of the guest on this daemon
     * @param idPrefix of the ids of its resets; must differ between guests and between runs of Reseal
     * @param policy what resets have to prove
     * @param at when Reseal began to watch it
     */
    public record Header(String name, String idPrefix, ResetPolicy policy, Instant at) {}

    /** Whether nothing is news for people since {@code before}, but that the vCPUs have counted on. */
    public boolean onlyCountedSince(GuestState before) {
        return identity.equals(before.identity)
                && connection.link() == before.connection.link()
                && connection.offset().equals(before.connection.offset())
                && execution.equals(before.execution)
                && resets.equals(before.resets)
                && incarnation.onlyCountedSince(before.incarnation);
    }

    /** A guest that was never attached. */
    public static GuestState unseen(Header header) {
        return new GuestState(
                new Identity(
                        header.name(), new Identity.ResetIds(header.idPrefix(), 1), header.policy(), Optional.empty()),
                Connection.NEW,
                Execution.UNKNOWN,
                Incarnation.first(header.at()),
                Resets.NONE);
    }
}
