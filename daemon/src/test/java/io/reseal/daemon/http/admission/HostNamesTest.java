package io.reseal.daemon.http.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostNamesTest {
    private static final HostNames LOOPBACK = HostNames.of(
            new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 9568), List.of("Proxy.Example", "fd00::0:1"));
    private static final HostNames WILDCARD =
            HostNames.of(new InetSocketAddress(InetAddress.ofLiteral("0.0.0.0"), 9568), List.of());

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "LOCALHOST:9568",
                "localhost.",
                "127.0.0.1",
                "127.0.0.1:1",
                "[::1]",
                "[0:0::1]:9568",
                "proxy.example",
                "[fd00::1]:80"
            })
    void a_request_for_an_own_host_is_taken(String host) {
        assertThat(status(LOOPBACK, request(host))).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "localhost.evil.example",
                "127.0.0.1.evil.example",
                "10.0.0.1",
                "127.0.0.2",
                "[fe80::1]:9568"
            })
    void a_request_for_a_foreign_host_is_refused(String host) {
        assertThat(status(LOOPBACK, request(host))).isEqualTo(421);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "user@localhost", "localhost:x", "localhost/", "::1", "[::1", "localhost,evil"})
    void a_host_that_is_none_is_refused(String host) {
        assertThat(status(LOOPBACK, request(host))).isEqualTo(400);
    }

    @Test
    void a_request_names_exactly_one_host() {
        assertThat(status(LOOPBACK, request())).isEqualTo(400);
        assertThat(status(LOOPBACK, request("localhost", "localhost"))).isEqualTo(400);
        assertThat(status(HostNames.any(), request())).isEqualTo(400);
        assertThat(status(HostNames.any(), request("a", "b"))).isEqualTo(400);
        assertThat(status(HostNames.any(), request("whatever"))).isZero();
        assertThat(status(HostNames.any(), request(""))).isZero();
        assertThat(status(LOOPBACK, new DefaultFullHttpRequest(HttpVersion.HTTP_1_0, HttpMethod.GET, "/")))
                .isZero();
    }

    @Test
    void the_host_in_the_target_counts_too() {
        assertThat(status(LOOPBACK, to("http://evil.example/v1/guests", "localhost")))
                .isEqualTo(421);
        assertThat(status(LOOPBACK, to("http://localhost:9568/v1/guests", "localhost")))
                .isZero();
    }

    @Test
    void a_server_on_all_addresses_is_called_by_any_address_and_by_the_name_of_the_machine() throws IOException {
        var machine = Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();

        assertThat(status(WILDCARD, request("10.1.2.3:9568"))).isZero();
        assertThat(status(WILDCARD, request("[fe80::1]:9568"))).isZero();
        assertThat(status(WILDCARD, request(machine + ":9568"))).isZero();
        assertThat(status(WILDCARD, request(machine + ".evil.example"))).isEqualTo(421);
        assertThat(status(WILDCARD, request("1.2.3.4.evil.example"))).isEqualTo(421);
    }

    private static HttpRequest request(String... hosts) {
        return to("/", hosts);
    }

    private static HttpRequest to(String target, String... hosts) {
        var request = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, target);
        for (var host : hosts) {
            request.headers().add(HttpHeaderNames.HOST, host);
        }
        return request;
    }

    private static int status(HostNames names, HttpRequest request) {
        return names.problem(request).map(problem -> problem.status().code()).orElse(0);
    }
}
