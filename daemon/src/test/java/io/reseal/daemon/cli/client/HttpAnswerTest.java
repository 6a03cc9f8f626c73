package io.reseal.daemon.cli.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpAnswerTest {
    private static final int LIMIT = 1000;

    @Test
    void an_answer_with_a_length_ends_where_that_says() throws IOException {
        assertThat(body("HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nabcdef")).isEqualTo("abc");
    }

    @Test
    void an_answer_in_chunks_is_put_together_without_their_extensions_and_trailers() throws IOException {
        assertThat(
                        body(
                                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\nA\r\n0123456789\r\n0\r\nX: y\r\n\r\nrest"))
                .isEqualTo("abc0123456789");
    }

    @Test
    void an_answer_without_a_length_ends_with_the_connection() throws IOException {
        assertThat(body("HTTP/1.1 200 OK\r\n\r\nall of it")).isEqualTo("all of it");
    }

    @Test
    void an_interim_answer_is_passed_over() throws IOException {
        var answer = read("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.text(LIMIT)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "SSH-2.0-OpenSSH_10.0\r\n",
                "HTTP/1.1 2x0 OK\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc",
                "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nabc",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nX"
            })
    void an_answer_that_is_cut_or_is_not_HTTP_is_an_error_and_not_a_short_answer(String bytes) {
        assertThatThrownBy(() -> body(bytes)).isInstanceOf(IOException.class);
    }

    @Test
    void an_answer_beyond_its_limits_is_an_error() {
        assertThatThrownBy(() -> body("HTTP/1.1 200 OK\r\n\r\n" + "x".repeat(LIMIT + 1)))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> body("HTTP/1.1 200 OK\r\nX: " + "x".repeat(100_000) + "\r\n\r\n"))
                .isInstanceOf(IOException.class);
    }

    private static String body(String bytes) throws IOException {
        return read(bytes).text(LIMIT);
    }

    private static HttpAnswer read(String bytes) throws IOException {
        return HttpAnswer.read(new ByteArrayInputStream(bytes.getBytes(ISO_8859_1)));
    }
}
