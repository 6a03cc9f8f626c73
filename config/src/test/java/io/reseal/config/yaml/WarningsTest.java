package io.reseal.config.yaml;

import static io.reseal.config.yaml.Texts.WATCHED;
import static io.reseal.config.yaml.Texts.config;
import static io.reseal.config.yaml.Texts.warnings;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WarningsTest {
    @Test
    void a_warning_names_levels_that_this_version_cannot_prove() {
        assertThat(warnings(WATCHED + "policy: {prove: alive, rules: [{match: {kind: tdx}, prove: booting}]}"))
                .containsExactly(
                        "f:2:17: policy.prove is `alive`, but this version proves up to `same-launch`: "
                                + "such resets will end `unproven`",
                        "f:2:60: policy.rules[0].prove is `booting`, but this version proves up to `same-launch`: "
                                + "such resets will end `unproven`");
    }

    @Test
    void a_warning_names_a_journal_that_is_not_kept() {
        var yaml = WATCHED + "journal:\n  directory: /var/lib/reseal\n";

        assertThat(warnings(yaml))
                .containsExactly("f:3:14: journal.directory has no effect: this version keeps no journal");
        assertThat(config(yaml).journalDirectory()).contains(Path.of("/var/lib/reseal"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "kind: tdx | kind: tdx",
                "kind: tdx | kind: tdx, name: a",
                "name: 'db-*' | name: 'db-*'",
                "name: 'db-*' | name: 'db-*', kind: sev",
                "name: 'db-*' | name: db-1",
                "name: '*' | kind: sev"
            })
    void a_warning_names_a_rule_that_an_earlier_one_covers(String earlier, String later) {
        assertThat(warnings(rules(earlier, later)))
                .containsExactly(
                        "f:3:20: policy.rules[1].match never applies: policy.rules[0] comes first and matches every such guest");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "kind: tdx | kind: sev",
                "kind: tdx | name: a",
                "name: 'db-*' | name: 'd*'",
                "name: 'db-*' | name: web-1",
                "name: 'db-*' | kind: sev",
                "name: a, kind: sev | name: a"
            })
    void no_warning_names_a_rule_that_can_apply(String earlier, String later) {
        assertThat(warnings(rules(earlier, later))).isEmpty();
    }

    private static String rules(String earlier, String later) {
        return "policy: {rules: [{match: {" + earlier + "}},\n" + "  {prove: running,\n    match:         {" + later
                + "}}]}\n" + WATCHED;
    }
}
