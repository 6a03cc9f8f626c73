package io.reseal.config.yaml;

import static io.reseal.config.yaml.Texts.faults;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValueFaultsTest {
    private static final String DURATION =
            "must be a duration such as 250ms, 30s, 5m or 1h30m (units h, m, s, ms, the largest first), but is ";
    private static final String LISTEN =
            "must be host:port such as 127.0.0.1:9568, localhost:9568 or \"[::1]:9568\", or `off`, but is ";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "30 | the number 30: add the unit",
                "1d | `1d`",
                "30 s | `30 s`",
                "1.5h | `1.5h`",
                "1.5 | the number 1.5",
                "--5s | `--5s`",
                "'' | empty",
                "[5s] | a list",
                "true | the boolean true"
            })
    void a_duration_in_another_form_is_a_fault(String value, String found) {
        assertThat(faults("qmp: {sample: " + (value.isEmpty() ? "''" : value) + "}"))
                .containsExactly("f:1:15: qmp.sample " + DURATION + found);
    }

    @Test
    void a_duration_out_of_range_is_a_fault() {
        assertThat(faults(
                        "policy: {within: 0s, settle: -5s}\nqmp: {query-deadline: -1m, heartbeat: 10ms, sample: 25h}"))
                .containsExactly(
                        "f:1:18: policy.within must be longer than zero, but is 0s",
                        "f:1:30: policy.settle must not be negative, but is -5s",
                        "f:2:23: qmp.query-deadline must be longer than zero, but is -1m",
                        "f:2:39: qmp.heartbeat must be at least 100ms, but is 10ms",
                        "f:2:53: qmp.sample must be at most 24h, but is 25h");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 | the number 0",
                "-1 | the number -1",
                "10001 | the number 10001",
                "99999999999 | the number 99999999999",
                "2.0 | the number 2.0",
                "0x2 | the number 0x2",
                "two | `two`",
                "true | the boolean true",
                "\"2\" | `2`: remove the quotes"
            })
    void a_count_that_is_no_whole_number_in_range_is_a_fault(String value, String found) {
        assertThat(faults("limits: {concurrent-resets: " + value + "}"))
                .containsExactly(
                        "f:1:29: limits.concurrent-resets must be a whole number from 1 to 10000, but is " + found);
    }

    @Test
    void a_word_that_is_not_known_is_a_fault() {
        assertThat(
                        faults(
                                "log: {format: jso, level: WARN}\npolicy:\n  prove: rebuild\n  rules: [{match: {kind: snp}}]\n"))
                .containsExactly(
                        "f:1:15: log.format must be one of `plain`, `json`, but is `jso`; did you mean `json`?",
                        "f:1:27: log.level must be one of `error`, `warn`, `info`, `debug`, `trace`, but is `WARN`; "
                                + "did you mean `warn`?",
                        "f:3:10: policy.prove must be one of `acknowledged`, `observed`, `running`, `rebuilt`, "
                                + "`same-launch`, `booting`, `alive`, `attested`, but is `rebuild`; did you mean `rebuilt`?",
                        "f:4:26: policy.rules[0].match.kind must be one of `plain`, `sev`, `sev-es`, `sev-snp`, `tdx`, "
                                + "but is `snp`");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "web 1 | `web 1`",
                "-a | `-a`",
                "ä | `ä`",
                "'' | empty",
                "123 | the number 123: put it in quotes",
                "true | the boolean true: put it in quotes",
                "1.5e+3 | the number 1.5e+3",
                "a123456789b123456789c123456789d123456789e123456789f123456789g123 | "
                        + "`a123456789b123456789c123456789d123456789e123456789f123456789...`"
            })
    void a_name_in_another_form_is_a_fault(String value, String found) {
        assertThat(faults("guests: [{qmp: /a, name: " + (value.isEmpty() ? "''" : value) + "}]"))
                .containsExactly(
                        "f:1:26: guests[0].name must be a name of at most 63 letters, digits, `.`, `_` or `-` that "
                                + "begins with a letter or a digit, but is " + found);
    }

    @Test
    void a_path_that_is_relative_or_too_long_or_impossible_is_a_fault() {
        assertThat(faults("guests:\n  - {name: a, qmp: run/a.qmp}\n  - {name: b, qmp: /" + "ä".repeat(54) + "}\n"
                        + "http: {admin-socket: \"/a\\0b\"}\njournal: {directory: ~/journal}\n"))
                .containsExactly(
                        "f:2:20: guests[0].qmp must be an absolute path, but is `run/a.qmp`",
                        "f:3:20: guests[1].qmp is 109 bytes long, but the kernel allows 107 for the path of a socket: "
                                + "choose a shorter path",
                        "f:4:22: http.admin-socket has characters that no path on this system can have: `/aU+0000b`",
                        "f:5:22: journal.directory must be an absolute path, but is `~/journal`");
        assertThat(faults("guests: [{name: a, qmp: /" + "a".repeat(106) + "}]")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "run/*.qmp | must be an absolute glob such as /run/qemu/*.qmp, but is `run/*.qmp`",
                "/run/[a | is not a usable glob: Missing ] in `/run/[a`",
                "/run/{a | is not a usable glob: Missing } in `/run/{a`",
                "/run/[a/b] | is not a usable glob: Explicit name separator in class in `/run/[a/b]`",
                "/run/**/x | is not a usable glob: `**` is not supported, write one `*` for each level of directories",
                "/run/../x | is not a usable glob: an empty part, `.` or `..` matches nothing in `/run/../x`",
                "/run/ | is not a usable glob: an empty part, `.` or `..` matches nothing in `/run/`",
                "/{a/b,c} | is not a usable glob: `{` and `}` must stand in one part, without `/` between them, in `/{a/b,c}`"
            })
    void a_glob_that_can_never_match_is_a_fault(String value, String complaint) {
        assertThat(faults("discovery: {sockets: ['" + value + "']}"))
                .containsExactly("f:1:23: discovery.sockets[0] " + complaint);
    }

    @Test
    void a_glob_of_names_with_more_than_stars_is_a_fault() {
        assertThat(faults("policy: {rules: [{match: {name: 'db-[0-9]'}}]}"))
                .containsExactly(
                        "f:1:33: policy.rules[0].match.name must be at most 63 letters, digits, `.`, `_`, `-`, `*` "
                                + "and `?`, but is `db-[0-9]`");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "9568 | the number 9568",
                "false | the boolean false",
                "OFF | `OFF`",
                "localhost | `localhost`",
                "'::1:80' | `::1:80`",
                "'[::1]:8x' | `[::1]:8x`"
            })
    void an_address_in_another_form_is_a_fault(String value, String found) {
        assertThat(faults("http: {listen: " + value + "}")).containsExactly("f:1:16: http.listen " + LISTEN + found);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "1.2.3.256:80 | `1.2.3.256`",
                "1.2.3:80 | `1.2.3`",
                "a..b:80 | `a..b`",
                "a b:80 | `a b`",
                "-a:80 | `-a`",
                "'[127.0.0.1]:80' | `127.0.0.1`",
                "'[fe80::1%eth0]:80' | `fe80::1%eth0`",
                "'[1::2::3]:80' | `1::2::3`",
                "':80' | nothing: write 0.0.0.0 or \"[::]\" for every address"
            })
    void a_host_that_cannot_be_one_is_a_fault(String value, String found) {
        assertThat(faults("http: {listen: " + value + "}"))
                .containsExactly(
                        "f:1:16: http.listen must have a host name or an IP address before the port, but has " + found);
    }

    @ParameterizedTest
    @CsvSource({"65536", "99999999999"})
    void a_port_out_of_range_is_a_fault(String port) {
        assertThat(faults("http: {listen: 127.0.0.1:" + port + "}"))
                .containsExactly("f:1:16: http.listen must have a port from 0 to 65535, but has `" + port + "`");
    }

    @Test
    void a_group_by_number_is_a_fault() {
        assertThat(faults("http: {admin-group: 100}"))
                .containsExactly(
                        "f:1:21: http.admin-group must be the name of a group of users, but is the number 100");
    }
}
