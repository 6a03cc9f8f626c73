package io.reseal.config.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.config.ConfigSchema;
import io.reseal.config.Key;
import io.reseal.policy.Proof;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentsTest {
    @Test
    void the_README_lists_every_key_with_type_default_and_meaning() throws IOException {
        var rows = Files.readAllLines(Path.of("README.md")).stream()
                .filter(line -> line.startsWith("| `"))
                .toList();

        assertThat(rows)
                .isEqualTo(ConfigSchema.ALL.stream().map(DocumentsTest::row).toList());
    }

    @Test
    void the_README_shows_faults_as_they_are_printed() throws IOException {
        var readme = Files.readString(Path.of("README.md"));
        var yaml =
                "discovery:\n  socket: []\nguests:\n  - name: web-1\n    qmp: run/web-1.qmp\npolicy:\n  within: 0s\n";

        assertThat(Texts.faults(yaml))
                .hasSize(3)
                .allSatisfy(fault -> assertThat(readme).contains("reseal.yaml" + fault.substring(1)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"minimal.yaml", "production.yaml", "many-guests.yaml"})
    void the_examples_load_without_warnings(String example) {
        assertThat(ConfigFile.load(Path.of("examples", example)).warnings()).isEmpty();
    }

    @Test
    void one_of_the_examples_has_every_key() throws IOException {
        var yaml = Files.readString(Path.of("examples/production.yaml"));

        assertThat(ConfigSchema.ALL)
                .allSatisfy(key ->
                        assertThat(yaml).containsPattern("(?m)(^[ #-]*|[{ ])" + Pattern.quote(key.name()) + ":"));
    }

    @Test
    void the_defaults_of_the_configuration_are_those_of_the_policy() {
        assertThat(new Proof(
                        ConfigSchema.PROVE.otherwise(),
                        ConfigSchema.WITHIN.otherwise(),
                        ConfigSchema.SETTLE.otherwise()))
                .isEqualTo(Proof.DEFAULT);
    }

    private static String row(Key key) {
        var cells = switch (key) {
            case Key.Value<?> value -> List.of(value.format().type(), otherwise(value));
            case Key.ListKey<?> series -> List.of("list of " + series.format().type() + "s", "`[]`");
            case Key.SectionKey group ->
                List.of(
                        group.repeated() ? "list of sections" : "section",
                        group.presence() == Key.Presence.REQUIRED ? "required" : "none");
        };
        return "| `%s` | %s | %s |".formatted(key.path(), String.join(" | ", cells), key.meaning());
    }

    private static String otherwise(Key.Value<?> value) {
        return switch (value.presence()) {
            case REQUIRED -> "required";
            case OPTIONAL -> "none";
            case DEFAULTED -> "`" + value.fallback() + "`";
        };
    }
}
