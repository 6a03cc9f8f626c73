package io.reseal.policy;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

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
        /** Whether the whole of {@code name} fits the pattern. */
        public boolean matches(String name) {
            return Pattern.matches(asRegex(), name);
        }

        private String asRegex() {
            var regex = new StringBuilder();
            pattern.chars()
                    .forEach(c -> regex.append(
                            switch (c) {
                                case '*' -> ".*";
                                case '?' -> ".";
                                default -> Pattern.quote(Character.toString(c));
                            }));
            return regex.toString();
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
