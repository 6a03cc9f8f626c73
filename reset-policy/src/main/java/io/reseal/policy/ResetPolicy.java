package io.reseal.policy;

import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * What resets have to prove, by guest. The first rule that matches wins; where none does, the default holds.
 *
 * @param otherwise for guests that no rule matches
 * @param rules in the order of the configuration file
 */
public record ResetPolicy(Proof otherwise, List<Rule> rules) {
    /** {@link Proof#DEFAULT} for every guest. */
    public static final ResetPolicy DEFAULT = new ResetPolicy(Proof.DEFAULT, List.of());

    public ResetPolicy {
        rules = List.copyOf(rules);
    }

    /** One rule: guests of {@code kind} (any, when empty) whose name matches {@code name} (any, when empty). */
    public record Rule(Optional<GuestKind> kind, Optional<Glob> name, Proof proof) {
        boolean matches(String guest, GuestKind guestKind) {
            return kind.map(guestKind::equals).orElse(true)
                    && name.map(glob -> glob.matches(guest)).orElse(true);
        }
    }

    /** A guest-name pattern: {@code *} for any run of characters, {@code ?} for one; everything else is literal. */
    public record Glob(String pattern) {
        /** Whether the whole of {@code name} fits the pattern; takes at most their lengths multiplied, whatever they are. */
        public boolean matches(String name) {
            var reached = new BitSet(pattern.length() + 1);
            reached.set(0);
            skipStars(reached);
            name.codePoints().forEach(c -> advance(reached, c));
            return reached.get(pattern.length());
        }

        /** From the positions in the pattern that fit the name so far to those that fit it with {@code c}. */
        private void advance(BitSet reached, int c) {
            var before = (BitSet) reached.clone();
            reached.clear();
            before.stream().filter(at -> at < pattern.length()).forEach(at -> {
                int wanted = pattern.codePointAt(at);
                if (wanted == '*') {
                    reached.set(at);
                } else if (wanted == '?' || wanted == c) {
                    reached.set(at + Character.charCount(wanted));
                }
            });
            skipStars(reached);
        }

        /** A star stands for nothing, too. */
        private void skipStars(BitSet reached) {
            for (int at = 0; at < pattern.length(); at++) {
                if (pattern.charAt(at) == '*' && reached.get(at)) {
                    reached.set(at + 1);
                }
            }
        }
    }

    /** What a reset of this guest has to prove. */
    public Proof proofFor(String guest, GuestKind kind) {
        return rules.stream()
                .filter(rule -> rule.matches(guest, kind))
                .findFirst()
                .map(Rule::proof)
                .orElse(otherwise);
    }
}
