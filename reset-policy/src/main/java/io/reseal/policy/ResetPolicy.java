package io.reseal.policy;

import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What holds for resets, by guest. The first rule that matches wins; where none does, the default holds.
 *
 * @param otherwise for guests that no rule matches
 * @param rules in the order of the configuration file
 */
public record ResetPolicy(Terms otherwise, List<Rule> rules) {
    /** {@link Terms#DEFAULT} for every guest. */
    public static final ResetPolicy DEFAULT = new ResetPolicy(Terms.DEFAULT, List.of());

    public ResetPolicy {
        rules = List.copyOf(rules);
    }

    /**
     * What holds for the resets of one guest.
     *
     * @param proof what they have to prove
     * @param setAction whether Reseal may tell QEMU to take a reboot for a reset where it takes it for a shutdown
     * @param resume whether a guest that did not run is continued after a reset that Reseal was requested to do
     * @param stateful whether the guest keeps state in its memory that a reset destroys, such as the vTPM of an SVSM
     * @param allow launch digests, in lower-case hex, that its next launch may have in place of the one before; after
     *     {@link #ANY_INTERRUPTS} the digest of QEMU's start, which stands for those of all resets too
     */
    public record Terms(Proof proof, boolean setAction, boolean resume, boolean stateful, Set<String> allow) {
        /** Before an allowed digest: the same launch is allowed whichever vCPUs have interrupts enabled. */
        public static final String ANY_INTERRUPTS = "any-interrupts:";

        /** {@link Proof#DEFAULT}, and nothing else. */
        public static final Terms DEFAULT = of(Proof.DEFAULT);

        public Terms {
            allow = Set.copyOf(allow);
        }

        /** A proof, and nothing else. */
        public static Terms of(Proof proof) {
            return new Terms(proof, false, true, false, Set.of());
        }

        /** Whether a launch may take the place of another, whichever of its digests it has. */
        public boolean allows(Optional<Prediction> launch) {
            return launch.filter(this::allowsAny).isPresent()
                    || launch.filter(Prediction::complete)
                            .map(Prediction::digests)
                            .filter(allow::containsAll)
                            .isPresent();
        }

        /** An entry that names the launch by its digest at QEMU's start, and permits it with any interrupt flags. */
        private boolean allowsAny(Prediction launch) {
            return allow.contains(ANY_INTERRUPTS + launch.digest());
        }

        /** Whether it may have a digest that is allowed, and others that are not. */
        public boolean mayAllow(Optional<Prediction> launch) {
            return !allows(launch)
                    && launch.map(Prediction::digests).stream()
                            .flatMap(Set::stream)
                            .anyMatch(allow::contains);
        }
    }

    /** One rule: guests of {@code kind} (any, when empty) whose name matches {@code name} (any, when empty). */
    public record Rule(Optional<GuestKind> kind, Optional<Glob> name, Terms terms) {
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
        return termsFor(guest, kind).proof();
    }

    /** What holds for the resets of this guest. */
    public Terms termsFor(String guest, GuestKind kind) {
        return rules.stream()
                .filter(rule -> rule.matches(guest, kind))
                .findFirst()
                .map(Rule::terms)
                .orElse(otherwise);
    }
}
