package io.reseal.daemon.cli.arguments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ParsedCommandTest {
    private final Copy copy = new Copy();
    private final CommandGroup root = new CommandGroup(new Syntax("Files.")).with("copy", () -> copy);

    @Test
    void options_and_operands_are_taken_in_any_order_and_spelling() {
        read("copy", "-v", "--mode=fast", "a", "-ofile", "--tag", "x", "--tag=y")
                .check();

        assertThat(copy.verbose.given()).isTrue();
        assertThat(copy.mode.value()).contains("fast");
        assertThat(copy.from.get()).isEqualTo("a");
        assertThat(copy.output.value()).contains("file");
        assertThat(copy.tags.values()).containsExactly("x", "y");
    }

    @Test
    void words_behind_two_dashes_and_a_single_dash_are_operands() {
        read("copy", "-o", "-", "--", "--mode").check();

        assertThat(copy.output.value()).contains("-");
        assertThat(copy.from.get()).isEqualTo("--mode");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "-", "\"quoted\"", "'x'", "a=b", "--what", "two words"})
    void a_value_is_taken_as_it_is_given(String value) {
        read("copy", "a", "-o", value, "--tag=" + value).check();

        assertThat(copy.output.value()).contains(value);
        assertThat(copy.tags.values()).containsExactly(value);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "copy -o f~Missing required parameter: 'FROM'",
                "copy a~Missing required option: '--output=FILE'",
                "copy a b -o f~Unmatched argument at index 2: 'b'",
                "copy a -o~Missing required parameter for option '--output' (FILE): give it as --output=FILE",
                "copy a -o -v~Missing required parameter for option '--output' (FILE): give it as --output=FILE",
                "copy a -o f --mode fast --mode fast~option '--mode' should be specified only once",
                "copy a -o -- b~Missing required parameter for option '--output' (FILE): give it as --output=FILE",
                "copy a -o f --verbose=true~Invalid value for option '--verbose': it takes none, but has 'true'",
                "copy a -o f -x~Unknown option: '-x'",
                "copy a -o f --outp=x~Unknown option: '--outp'; did you mean `--output`?",
                "--mode fast copy a~Unknown option: '--mode'",
                "copy b -o b b~Unmatched argument at index 4: 'b'",
                "copy a -o f --mdoe x~Unknown option: '--mdoe'; did you mean `--mode`?",
                "copy a -o f --mode slow~Invalid value for option '--mode': must be fast",
                "coppy~Unmatched argument at index 0: 'coppy'; did you mean `copy`?"
            })
    void words_that_a_command_does_not_take_are_told_with_what_was_expected(String words, String complaint) {
        var line = read(words.split(" ", -1));

        assertThatThrownBy(line::check).isInstanceOf(ArgumentException.class).hasMessage(complaint);
    }

    @Test
    void help_is_given_whatever_else_is_wrong() {
        assertThat(read("copy", "--mdoe", "-h").helpAsked()).isTrue();
        assertThat(read("copy", "-o", "--help").helpAsked()).isTrue();
        assertThat(read("coppy", "--help").helpAsked()).isTrue();
        assertThat(read("copy", "--", "--help").helpAsked()).isFalse();
    }

    @Test
    void help_that_is_asked_for_before_a_command_is_given_in_place_of_the_command() {
        for (var word : List.of("--help", "-h", "-hV")) {
            var line = read(word, "copy", "a", "-o", "f");

            assertThat(line.helpAsked()).isTrue();
            assertThat(line.path()).isEqualTo("files");
        }
    }

    @Test
    void a_value_that_begins_like_an_option_does_not_turn_a_command_into_its_help() {
        assertThat(read("copy", "a", "-o", "-hotfix").helpAsked()).isFalse();
        assertThat(read("copy", "a", "-o", "-hotfix", "--help").helpAsked()).isTrue();
    }

    @Test
    void the_help_shows_all_that_is_taken_within_eighty_columns() {
        var help = HelpText.of("files copy", copy, Map.of("0", "done"));

        assertThat(help)
                .startsWith("Usage: files copy [-hV] [--mode=MODE] -o=FILE [--tag=TAG]... FROM\nCopies a file.\n")
                .contains("  -o, --output=FILE   ", "Exit codes:\n  0   done\n")
                .endsWith("Example: files copy a -o b\n");
        assertThat(help.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThan(80));
    }

    private ParsedCommand read(String... words) {
        return ParsedCommand.read("files", root, words);
    }

    private static final class Copy implements Command {
        private final Syntax syntax = new Syntax("Copies a file.", "", "Example: files copy a -o b");
        private final Argument<String> from = syntax.operand("FROM", "what to copy", Function.identity());
        private final Argument<String> output = syntax.option(
                        List.of("-o", "--output"),
                        "FILE",
                        "where to, with a text that needs a second line for its words",
                        x -> x)
                .required();
        private final Argument<String> mode = syntax.option("--mode", "MODE", "how", Copy::mode);
        private final Argument<String> tags = syntax.option("--tag", "TAG", "any", Function.<String>identity())
                .repeatable();
        private final Argument<Boolean> verbose =
                syntax.option(List.of("-v", "--verbose"), "", "tells more", Boolean::valueOf);

        private static String mode(String text) {
            if (!text.equals("fast")) {
                throw new ArgumentException("must be fast");
            }
            return text;
        }

        @Override
        public Syntax syntax() {
            return syntax;
        }

        @Override
        public int run() {
            return 0;
        }
    }
}
