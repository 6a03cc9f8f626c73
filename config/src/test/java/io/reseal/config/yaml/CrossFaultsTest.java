package io.reseal.config.yaml;

import static io.reseal.config.yaml.Texts.faults;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CrossFaultsTest {
    @Test
    void two_guests_with_one_name_or_one_socket_are_a_fault() {
        assertThat(faults("""
                guests:
                  - {name: a, qmp: /run/a}
                  - {name: a, qmp: /run/b}
                  - {name: c, qmp: /run/./a}
                """))
                .containsExactly(
                        "f:3:12: guests[1].name is `a`, which guests[0] has already",
                        "f:4:20: guests[2].qmp is `/run/a`, which guests[0] has already");
    }

    @Test
    void a_socket_to_dial_in_that_something_else_has_is_a_fault() {
        assertThat(faults("""
                discovery:
                  sockets: [/run/q/*]
                  listen:
                    - {socket: /run/q/in}
                    - {socket: /run/a}
                    - {socket: /run/in}
                    - {socket: /run/./in}
                    - {socket: relative}
                    - {path: /run/b}
                guests:
                  - {name: a, qmp: /run/a}
                http:
                  admin-socket: /run/in
                """))
                .containsExactly(
                        "f:4:16: discovery.listen[0].socket matches the glob `/run/q/*` of discovery.sockets, so Reseal would take itself for a guest: choose another path",
                        "f:5:16: discovery.listen[1].socket is the QMP socket of the guest `a`: choose another path for one of them",
                        "f:7:16: discovery.listen[3].socket is `/run/in`, which discovery.listen[2] has already",
                        "f:8:16: discovery.listen[4].socket must be an absolute path, but is `relative`",
                        "f:9:7: discovery.listen[5] needs the key `socket`",
                        "f:9:8: discovery.listen[5].path is not a known key: known here are `socket`",
                        "f:13:17: http.admin-socket is a socket of discovery.listen too: choose another path for one of them",
                        "f:13:17: http.admin-socket is a socket of discovery.listen too: choose another path for one of them");
    }

    @Test
    void a_guest_without_name_or_socket_is_a_fault() {
        assertThat(faults("guests:\n  - name: a\n  - qmp: /b\n  -\n  - 5\n  - {nam: d, qpm: /d}\n"))
                .containsExactly(
                        "f:2:5: guests[0] needs the key `qmp`",
                        "f:3:5: guests[1] needs the key `name`",
                        "f:4:4: guests[2] needs the key `name`",
                        "f:4:4: guests[2] needs the key `qmp`",
                        "f:5:5: guests[3] must be a mapping with the keys `name`, `qmp`, but is the number 5",
                        "f:6:6: guests[4].nam is not a known key: did you mean `name`?",
                        "f:6:14: guests[4].qpm is not a known key: did you mean `qmp`?");
    }

    @Test
    void a_rule_that_matches_nothing_in_particular_is_a_fault() {
        assertThat(faults("policy:\n  rules:\n    - prove: running\n    - match: {}\n    - match:\n    - match: 5\n"))
                .containsExactly(
                        "f:3:7: policy.rules[0] needs the key `match`",
                        "f:4:14: policy.rules[1].match needs at least one of `kind` and `name`",
                        "f:5:7: policy.rules[2].match needs a value: write one or remove the key",
                        "f:6:14: policy.rules[3].match must be a mapping with the keys `kind`, `name`, but is the number 5");
    }

    @Test
    void a_time_to_settle_longer_than_the_time_allowed_is_a_fault() {
        assertThat(faults("""
                policy:
                  settle: 1m
                  rules:
                    - {match: {kind: tdx}}
                    - {match: {kind: sev}, settle: 2m}
                    - {match: {kind: plain}, within: 10s}
                """))
                .containsExactly(
                        "f:2:11: policy.settle is 1m, longer than `within`, which is 30s",
                        "f:5:36: policy.rules[1].settle is 2m, longer than `within`, which is 30s",
                        "f:6:38: policy.rules[2].within is 10s, shorter than `settle`, which is 1m");
        assertThat(faults("policy: {within: 1s, settle: 1s}")).isEmpty();
    }

    @Test
    void an_admin_socket_that_is_the_QMP_socket_of_a_guest_is_a_fault() {
        assertThat(faults("guests: [{name: a, qmp: /run/a}]\nhttp: {admin-socket: /run/./a}\n"))
                .containsExactly("f:2:22: http.admin-socket is the QMP socket of the guest `a`: "
                        + "choose another path for one of them");
    }

    @Test
    void an_admin_socket_that_would_be_discovered_is_a_fault() {
        assertThat(faults("discovery: {sockets: [/run/reseal/*.sock]}\nhttp: {listen: off}\n"))
                .containsExactly("f:2:7: http.admin-socket matches the glob `/run/reseal/*.sock` of discovery.sockets, "
                        + "so Reseal would take itself for a guest: choose another path");
    }
}
