package io.reseal.daemon.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.daemon.api.Json;
import org.junit.jupiter.api.Test;

class PanicDescriptionTest {
    @Test
    void the_words_of_a_panic_tell_what_a_TD_told() {
        assertThat(words("""
                {"type": "tdx", "error-code": 5, "message": "TD misconfiguration", "gpa": 4096}""")).isEqualTo("type 'tdx', error-code 0x5, message 'TD misconfiguration', gpa 0x1000");
    }

    @Test
    void the_words_of_a_panic_forge_no_line_and_turn_no_terminal() {
        assertThat(words("""
                {"type": "tdx", "message": "x\\n2026-11-22 ERROR forged\\u001b[2J\\u202egnp.exe"}""")).isEqualTo("type 'tdx', message 'x?2026-11-22 ERROR forged?[2J?gnp.exe'");
    }

    @Test
    void the_words_of_a_panic_are_short_whatever_the_guest_says() {
        assertThat(words("{\"message\": \"" + "x".repeat(100_000) + "\"}")).hasSizeLessThan(310);
    }

    @Test
    void the_words_of_a_panic_are_none_where_nothing_was_told() {
        assertThat(words("null")).isEmpty();
        assertThat(words("[]")).isEmpty();
        assertThat(words("{\"type\": {\"nested\": 1}}")).isEmpty();
    }

    private static String words(String info) {
        return PanicDescription.of(Json.MAPPER.readTree(info));
    }
}
