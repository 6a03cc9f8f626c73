package io.reseal.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A path of a text")
class Utf8PathTest {
    @ParameterizedTest
    @CsvSource({
        "/run/müller.qmp, file:///run/m%C3%BCller.qmp",
        "/run/u\u0308 %41?#[a], file:///run/u%CC%88%20%2541%3F%23%5Ba%5D",
        "//run///a, file:///run/a"
    })
    void has_the_bytes_of_UTF_8(String text, String uri) {
        assertThat(Utf8Path.of(text).toUri()).hasToString(uri);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "a", "a/b.fd", "/usr/share/OVMF.fd", "../x"})
    void is_the_path_of_the_JDK_where_it_is_ASCII(String text) {
        assertThat(Utf8Path.of(text)).isEqualTo(Path.of(text));
    }

    @Test
    void has_no_NUL() {
        assertThatThrownBy(() -> Utf8Path.of("/a\0b")).isInstanceOf(IllegalArgumentException.class);
    }
}
