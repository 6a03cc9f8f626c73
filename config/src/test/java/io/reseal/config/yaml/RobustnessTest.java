package io.reseal.config.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RobustnessTest {
    private static final List<String> SNIPPETS = List.of(
            ":",
            "- ",
            "\n",
            "\t",
            "  ",
            "[",
            "]",
            "{",
            "}",
            "\"",
            "'",
            "&a ",
            "*a",
            "!!x ",
            "<<: ",
            "? ",
            "|",
            ">",
            "#",
            "%",
            "@",
            "`",
            ",",
            "---\n",
            "...\n",
            "~",
            "null",
            "0",
            "-1",
            "1e9",
            "true",
            "\0",
            "\uFEFF",
            "\ud800",
            "\\",
            "\"\\UFFFFFFFF\"",
            "/../",
            "**",
            "é",
            "\u2028",
            "\r",
            "99999999999999999999");

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void any_text_is_a_configuration_or_a_list_of_faults(long seed) throws IOException {
        var example = Files.readString(Path.of("examples/production.yaml"));
        var random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        for (int i = 0; i < 5_000; i++) {
            var yaml = mutated(example, random);
            assertThatCode(() -> expectAnAnswer(yaml))
                    .as("seed %d, text %d:%n%s", seed, i, yaml)
                    .doesNotThrowAnyException();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[",
                "{",
                "- ",
                "? ",
                "a: 1\n",
                "- a\n",
                "&a ",
                "\"",
                "a:\n",
                "[a, ",
                "!",
                "{a: ",
                "guests: [",
                "x",
                "'a', "
            })
    void any_text_is_answered_in_seconds_however_large(String unit) {
        var yaml = unit.repeat(ConfigFile.LARGEST / unit.length());

        Assertions.assertTimeout(Duration.ofSeconds(30), () -> expectAnAnswer(yaml));
    }

    private static void expectAnAnswer(String yaml) {
        try {
            assertThat(ConfigFile.parse("f", yaml).config()).isNotNull();
        } catch (ConfigException e) {
            assertThat(e.problems()).isNotEmpty().hasSizeLessThanOrEqualTo(Problems.MOST + 1);
            assertThat(e.problems())
                    .allSatisfy(problem ->
                            assertThat(problem.toString()).hasSizeLessThan(2000).doesNotContain("\n"));
        }
    }

    private static String mutated(String text, RandomGenerator random) {
        var mutant = new StringBuilder(text);
        for (int i = random.nextInt(1, 6); i > 0; i--) {
            int from = random.nextInt(mutant.length());
            int to = Math.min(mutant.length(), from + random.nextInt(1, 40));
            switch (random.nextInt(5)) {
                case 0 -> mutant.insert(from, SNIPPETS.get(random.nextInt(SNIPPETS.size())));
                case 1 -> mutant.delete(from, to);
                case 2 -> mutant.replace(from, to, SNIPPETS.get(random.nextInt(SNIPPETS.size())));
                case 3 -> mutant.insert(random.nextInt(mutant.length()), mutant.substring(from, to));
                default -> mutant.setCharAt(from, (char) random.nextInt(32, 127));
            }
        }
        return mutant.toString();
    }
}
