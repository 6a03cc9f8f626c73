package io.reseal.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Utf8PathTest {
    @ParameterizedTest
    @CsvSource({
        "/run/müller.qmp, file:///run/m%C3%BCller.qmp",
        "/run/u\u0308 %41?#[a], file:///run/u%CC%88%20%2541%3F%23%5Ba%5D",
        "//run///a, file:///run/a"
    })
    void a_path_has_the_bytes_of_its_text_in_UTF_8(String text, String uri) {
        assertThat(Utf8Path.of(text).toUri()).hasToString(uri);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "a", "a/b.fd", "/usr/share/OVMF.fd", "../x"})
    void a_path_in_ASCII_is_that_of_the_JDK(String text) {
        assertThat(Utf8Path.of(text)).isEqualTo(Path.of(text));
    }

    @Test
    void a_path_with_a_NUL_is_rejected() {
        assertThatThrownBy(() -> Utf8Path.of("/a\0b")).isInstanceOf(IllegalArgumentException.class);
    }
}
