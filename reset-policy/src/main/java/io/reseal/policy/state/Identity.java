package io.reseal.policy.state;

import io.reseal.policy.GuestFacts;
import io.reseal.policy.GuestKind;
import io.reseal.policy.ResetPolicy;
import java.util.Optional;

/**
 * Who a guest is.
 *
 * @param name the guest's name on this daemon
 * @param ids where the ids of its resets come from
 * @param policy what resets have to prove
 * @param facts as read at the last attach; empty before the first
 */
public record Identity(String name, ResetIds ids, ResetPolicy policy, Optional<GuestFacts> facts) {

    /** Ids that no other run of Reseal gives: {@code PREFIX.N}. */
    public record ResetIds(String prefix, long next) {
        public ResetIds after() {
            return new ResetIds(prefix, next + 1);
        }

        public String id() {
            return prefix + "." + next;
        }

        /** Whether this id was given before. */
        public boolean gave(String id) {
            if (!id.startsWith(prefix + ".")) {
                return false;
            }
            var number = id.substring(prefix.length() + 1);
            boolean counts =
                    !number.isEmpty() && number.length() <= 18 && number.chars().allMatch(c -> c >= '0' && c <= '9');
            return counts && Long.parseLong(number) >= 1 && Long.parseLong(number) < next;
        }
    }

    public Identity named(String changed) {
        return new Identity(changed, ids, policy, facts);
    }

    public Identity with(ResetIds changed) {
        return new Identity(name, changed, policy, facts);
    }

    public Identity with(ResetPolicy changed) {
        return new Identity(name, ids, changed, facts);
    }

    public Identity with(GuestFacts read) {
        return new Identity(name, ids, policy, Optional.of(read));
    }

    /** Plain, while it is not known. */
    public GuestKind kind() {
        return facts.map(GuestFacts::kind).orElse(GuestKind.PLAIN);
    }

    /** Whether a reset opens a new KVM context. */
    public boolean rebuiltOnReset() {
        return facts.map(GuestFacts::rebuiltOnReset).orElse(false);
    }

    /** Whether the firmware answers each reset with one of its own. */
    public boolean firmwareEchoes() {
        return facts.map(GuestFacts::firmwareEchoes).orElse(false);
    }

    /** What holds for its resets. */
    public ResetPolicy.Terms terms() {
        return policy.termsFor(name, kind());
    }
}
