package io.reseal.config.yaml;

import io.reseal.config.ConfigSchema;
import io.reseal.config.Key.ListKey;
import io.reseal.config.Key.Value;
import io.reseal.policy.Durations;
import io.reseal.policy.Level;
import io.reseal.policy.Proof;
import io.reseal.policy.ResetPolicy;
import io.reseal.policy.ResetPolicy.Rule;
import io.reseal.policy.ResetPolicy.Terms;
import io.reseal.policy.reset.Verdict;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The section {@code policy}. */
final class PolicyReader {
    private static final ProofKeys POLICY = new ProofKeys(ConfigSchema.PROVE, ConfigSchema.WITHIN, ConfigSchema.SETTLE);
    private static final ProofKeys RULE =
            new ProofKeys(ConfigSchema.RULE_PROVE, ConfigSchema.RULE_WITHIN, ConfigSchema.RULE_SETTLE);

    private PolicyReader() {}

    static ResetPolicy read(Section section) {
        var otherwise = new Terms(
                proof(section, POLICY, Proof.DEFAULT),
                section.value(ConfigSchema.SET_ACTION),
                section.value(ConfigSchema.CONTINUE),
                Terms.DEFAULT.stateful(),
                allow(section.section(ConfigSchema.LAUNCH), ConfigSchema.ALLOW));
        var rules = new LinkedHashMap<String, Rule>();
        for (var written : section.sections(ConfigSchema.RULES)) {
            rule(written, otherwise).ifPresent(rule -> {
                warnIfCovered(written, rule, rules);
                rules.put(written.path(), rule);
            });
        }
        return new ResetPolicy(otherwise, List.copyOf(rules.values()));
    }

    private static Set<String> allow(Section launch, ListKey<Set<String>> key) {
        return launch.list(key).stream().flatMap(Set::stream).collect(Collectors.toUnmodifiableSet());
    }

    private record ProofKeys(Value<Level> prove, Value<Duration> within, Value<Duration> settle) {}

    private static Proof proof(Section section, ProofKeys keys, Proof inherited) {
        var prove = section.given(keys.prove());
        prove.filter(level -> !level.provable()).ifPresent(level -> section.warning(keys.prove(), unprovable(level)));
        var within = section.given(keys.within()).orElse(inherited.within());
        var settle = section.given(keys.settle()).orElse(inherited.settle());
        if (settle.compareTo(within) > 0) {
            tooShort(section, keys, new Proof(Level.RUNNING, within, settle));
        }
        return new Proof(prove.orElse(inherited.prove()), within, settle);
    }

    private static String unprovable(Level level) {
        return "is `%s`, but this version proves up to `%s`: such resets will end `%s`"
                .formatted(level.text(), Level.HIGHEST_PROVABLE.text(), Verdict.UNPROVEN.text());
    }

    private static void tooShort(Section section, ProofKeys keys, Proof proof) {
        var within = Durations.text(proof.within());
        var settle = Durations.text(proof.settle());
        if (section.has(keys.settle())) {
            section.fault(keys.settle(), "is " + settle + ", longer than `within`, which is " + within);
        } else if (section.has(keys.within())) {
            section.fault(keys.within(), "is " + within + ", shorter than `settle`, which is " + settle);
        }
    }

    private static Optional<Rule> rule(Section section, Terms otherwise) {
        var launch = section.section(ConfigSchema.RULE_LAUNCH);
        var terms = new Terms(
                proof(section, RULE, otherwise.proof()),
                section.given(ConfigSchema.RULE_SET_ACTION).orElse(otherwise.setAction()),
                section.given(ConfigSchema.RULE_CONTINUE).orElse(otherwise.resume()),
                section.given(ConfigSchema.RULE_STATEFUL).orElse(otherwise.stateful()),
                launch.has(ConfigSchema.RULE_ALLOW) ? allow(launch, ConfigSchema.RULE_ALLOW) : otherwise.allow());
        var match = section.section(ConfigSchema.MATCH);
        var kind = match.given(ConfigSchema.MATCH_KIND);
        var name = match.given(ConfigSchema.MATCH_NAME);
        if (!match.attempted(ConfigSchema.MATCH_KIND) && !match.attempted(ConfigSchema.MATCH_NAME)) {
            section.fault(ConfigSchema.MATCH, "needs at least one of `kind` and `name`");
        }
        return kind.isEmpty() && name.isEmpty() ? Optional.empty() : Optional.of(new Rule(kind, name, terms));
    }

    private static void warnIfCovered(Section section, Rule rule, Map<String, Rule> earlier) {
        earlier.entrySet().stream()
                .filter(entry -> covers(entry.getValue(), rule))
                .findFirst()
                .ifPresent(entry -> section.warning(
                        ConfigSchema.MATCH,
                        "never applies: " + entry.getKey() + " comes first and matches every such guest"));
    }

    /** Whether surely every guest that {@code later} matches is one that {@code earlier} matches; not all cases are seen. */
    private static boolean covers(Rule earlier, Rule later) {
        boolean kind = earlier.kind().isEmpty() || earlier.kind().equals(later.kind());
        boolean name = earlier.name().isEmpty() || earlier.name().equals(later.name());
        return kind && (name || matchesOnly(earlier, later));
    }

    /** A later name without wildcards stands for one guest; and a bare {@code *} for all. */
    private static boolean matchesOnly(Rule earlier, Rule later) {
        var glob = earlier.name().orElseThrow();
        var literal = later.name().filter(name -> !name.pattern().matches(".*[*?].*"));
        return glob.pattern().equals("*")
                || literal.map(name -> glob.matches(name.pattern())).orElse(false);
    }
}
