package io.reseal.config.yaml;

import static io.reseal.config.yaml.Texts.faults;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StructureFaultsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "- a | a list",
                "hello | `hello`",
                "5 | the number 5",
                "1.5 | the number 1.5",
                "true | the boolean true",
                "\"\" | empty"
            })
    void a_root_that_is_no_mapping_is_a_fault(String yaml, String found) {
        assertThat(faults(yaml))
                .containsExactly(
                        "f:1:1: must be a mapping with the keys `discovery`, `guests`, `policy`, `limits`, `host`, `qmp`, "
                                + "`http`, `log`, `journal`, but is " + found);
    }

    @Test
    void an_unknown_key_at_any_level_is_a_fault() {
        assertThat(faults("""
                guest: []
                discovery: {socket: []}
                guests: [{name: a, qmp: /a, qpm: /b}]
                policy:
                  with-in: 5s
                  rules:
                    - {match: {knd: tdx}, setle: 1s}
                    - {match: {kind: tdx}, prove_: running}
                limits: {concurrentResets: 1}
                qmp: {heart_beat: 5s}
                http: {adminSocket: /x}
                log: {lvel: info}
                journal: {dir: /x}
                """))
                .containsExactly(
                        "f:1:1: guest is not a known key: did you mean `guests`?",
                        "f:2:13: discovery.socket is not a known key: did you mean `sockets`?",
                        "f:3:29: guests[0].qpm is not a known key: did you mean `qmp`?",
                        "f:5:3: policy.with-in is not a known key: did you mean `within`?",
                        "f:7:16: policy.rules[0].match.knd is not a known key: did you mean `kind`?",
                        "f:7:27: policy.rules[0].setle is not a known key: did you mean `settle`?",
                        "f:8:28: policy.rules[1].prove_ is not a known key: did you mean `prove`?",
                        "f:9:10: limits.concurrentResets is not a known key: did you mean `concurrent-resets`?",
                        "f:10:7: qmp.heart_beat is not a known key: did you mean `heartbeat`?",
                        "f:11:8: http.adminSocket is not a known key: did you mean `admin-socket`?",
                        "f:12:7: log.lvel is not a known key: did you mean `level`?",
                        "f:13:11: journal.dir is not a known key: known here are `directory`");
    }

    @Test
    void a_key_in_the_wrong_place_is_a_fault() {
        assertThat(faults("sockets: []\nlog: {limits: {}}\nguests: [{name: a, qmp: /a, kind: tdx}]\n"))
                .containsExactly(
                        "f:1:1: sockets is not a known key: it belongs under `discovery`",
                        "f:2:7: log.limits is not a known key: it belongs to the top of the file",
                        "f:3:29: guests[0].kind is not a known key: known here are `name`, `qmp`");
    }

    @Test
    void strange_keys_are_shown_cut_and_without_control_characters() {
        assertThat(faults("\"a\\e[31m\\n\\u202E\": 1\n" + "k".repeat(100) + ": 2\n\"\": 3\n"))
                .containsExactly(
                        "f:1:1: aU+001B[31mU+000AU+202E is not a known key: known here are `discovery`, `guests`, "
                                + "`policy`, `limits`, `host`, `qmp`, `http`, `log`, `journal`",
                        "f:2:1: " + "k".repeat(60) + "... is not a known key: known here are `discovery`, `guests`, "
                                + "`policy`, `limits`, `host`, `qmp`, `http`, `log`, `journal`",
                        "f:3:1: is not a known key: known here are `discovery`, `guests`, "
                                + "`policy`, `limits`, `host`, `qmp`, `http`, `log`, `journal`");
    }

    @Test
    void a_key_that_is_given_twice_is_a_fault() {
        assertThat(faults("log:\n  level: info\n  level: warn\nlog: {}\n"))
                .containsExactly(
                        "f:3:3: log.level is given twice, first on line 2: remove one",
                        "f:4:1: log is given twice, first on line 1: remove one");
    }

    @Test
    void a_section_of_another_type_is_a_fault() {
        assertThat(
                        faults(
                                "qmp: [1]\nlimits: 5\nguests: {name: a}\npolicy: {rules: 3, within: {}}\ndiscovery: {sockets: /x}"))
                .containsExactly(
                        "f:1:6: qmp must be a mapping with the keys `greeting-deadline`, `query-deadline`, "
                                + "`reset-deadline`, `heartbeat`, `sample`, but is a list",
                        "f:2:9: limits must be a mapping with the keys `concurrent-resets`, `guests`, but is the number 5",
                        "f:3:9: guests must be a list, but is a mapping",
                        "f:4:17: policy.rules must be a list, but is the number 3",
                        "f:4:28: policy.within must be a duration such as 250ms, 30s, 5m or 1h30m "
                                + "(units h, m, s, ms, the largest first), but is a mapping",
                        "f:5:22: discovery.sockets must be a list, but is `/x`");
    }

    @Test
    void a_key_without_a_value_is_a_fault() {
        assertThat(faults("discovery: {sockets: , rescan: ~}\npolicy:\n  rules:\nlog:\n  level:\n  level: info\n"))
                .containsExactly(
                        "f:1:13: discovery.sockets needs a value: write one or remove the key",
                        "f:1:24: discovery.rescan needs a value: write one or remove the key",
                        "f:3:3: policy.rules needs a value: write one or remove the key",
                        "f:5:3: log.level needs a value: write one or remove the key",
                        "f:6:3: log.level is given twice, first on line 5: remove one");
    }

    @Test
    void the_list_of_faults_ends_after_a_hundred() {
        var faults = faults("a: 1\n".repeat(250));

        assertThat(faults).hasSize(101);
        assertThat(faults.getLast()).isEqualTo("f: has 150 more of them: correct the first 100 and try again");
    }
}
