package io.reseal.policy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CleanTextTest {
    @ParameterizedTest
    @ValueSource(
            ints = {
                0, 7, '\n', '\r', '\t', 0x1b, 0x7f, 0x80, 0x85, 0x9b, 0x9f, 0xad, 0x61c, 0x200b, 0x200e, 0x200f, 0x2028,
                0x2029, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069, 0xd800, 0xdfff, 0xe000,
                0xfeff, 0xfff9, 0xe0001, 0x10ffff
            })
    void a_character_that_is_not_for_reading_becomes_a_question_mark(int character) {
        assertThat(CleanText.line("a" + text(character) + "z")).isEqualTo("a?z");
    }

    private static String text(int character) {
        return new StringBuilder().appendCodePoint(character).toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ~", "Grüße 你好 🙂", "עברית العربية", "{} %s ${x} \\u000a"})
    void letters_of_every_script_stay_as_they_are(String text) {
        assertThat(CleanText.line(text)).isEqualTo(text);
        assertThat(CleanText.json(text)).isEqualTo(text);
    }

    @Test
    void a_line_is_cut_between_characters() {
        assertThat(CleanText.line("🙂".repeat(600), 500)).isEqualTo("🙂".repeat(500));
        assertThat(CleanText.line("abc", 2)).isEqualTo("ab");
    }

    @Test
    void JSON_means_the_same_with_escapes() {
        assertThat(CleanText.json("{\"a\": \"x\u202e\u2028\u009b\ud800\",\n \"b\": \"ü\"}"))
                .isEqualTo("{\"a\": \"x\\u202e\\u2028\\u009b\\ud800\",\n \"b\": \"ü\"}");
    }
}
