package io.reseal.config.yaml;

import static io.reseal.config.yaml.Texts.faults;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SyntaxFaultsTest {
    @Test
    void a_tab_that_indents_is_a_fault() {
        assertThat(faults("log:\n\tlevel: info\n"))
                .containsExactly("f:2:1: is not YAML: a tab stands where only spaces may: indent with spaces");
    }

    @Test
    void indentation_that_matches_nothing_is_a_fault() {
        assertThat(faults("policy:\n  within: 5s\n settle: 1s\n"))
                .containsExactly("f:3:2: is not YAML: the indentation matches nothing above: "
                        + "align the line with the block that began on line 1");
    }

    @Test
    void a_list_that_is_not_closed_is_a_fault() {
        assertThat(faults("discovery: {sockets: [/run/*.qmp\nhttp: {}\n"))
                .containsExactly("f:2:5: is not YAML: expected ',' or ']', but got :, "
                        + "while parsing a flow sequence that began on line 1");
    }

    @Test
    void a_value_that_lacks_quotes_is_a_fault() {
        assertThat(faults("http:\n  listen: [::1]:9568\n"))
                .containsExactly("f:2:12: is not YAML: `:` stands where a value should begin: put the value in quotes");
        assertThat(faults("http:\n  admin-group: @a\n"))
                .containsExactly("f:2:16: is not YAML: `@` must not begin a value: put the value in quotes");
        assertThat(faults("http:\n  admin-group: a: b\n"))
                .containsExactly("f:2:17: is not YAML: a `:` stands where no key can be: "
                        + "put the value in quotes or correct the indentation");
    }

    @Test
    void a_line_without_a_colon_is_a_fault() {
        assertThat(faults("log:\n  level: info\nqmp\n"))
                .containsExactly("f:4:1: is not YAML: a line is neither `key: value` nor part of the value above");
    }

    @Test
    void an_escape_that_names_no_character_is_a_fault() {
        assertThat(faults("log: {level: \"\\UFFFFFFFF\"}"))
                .containsExactly("f:1:7: is not YAML: an escape after this place names no character");
    }

    @Test
    void a_directive_for_another_version_is_a_fault() {
        assertThat(faults("%YAML 2.0\n---\nlog: {}\n"))
                .containsExactly("f:1:1: is not YAML 1.2, remove any %YAML line: Version{major=2, minor=0}");
    }

    @Test
    void a_text_that_does_not_end_is_a_fault() {
        assertThat(faults("http:\n  admin-group: \"a\n"))
                .containsExactly("f:3:1: is not YAML: found unexpected end of stream, "
                        + "while scanning a quoted scalar that began on line 2");
    }

    @Test
    void a_directive_without_a_document_is_a_fault() {
        assertThat(faults("%FOO bar\n"))
                .containsExactly("f:2:1: is not YAML: expected '<document start>', but found '<stream end>'");
    }

    @Test
    void a_NUL_in_the_text_is_a_fault() {
        assertThat(faults("log:\r\n  level: 😀\0\n"))
                .containsExactly("f:2:11: has the character U+0000, which YAML does not allow: remove it");
    }

    @Test
    void half_a_character_is_a_fault() {
        assertThat(faults("log: \ud83d"))
                .containsExactly("f:1:6: has the character U+D83D, which YAML does not allow: remove it");
    }

    @Test
    void a_second_document_is_a_fault() {
        assertThat(faults("---\nlog: {}\n---\nlog: {}\n"))
                .containsExactly("f:3:1: begins a second YAML document: keep one, without further `---` lines");
    }

    @Test
    void an_alias_an_anchor_a_tag_and_a_merge_key_are_faults() {
        assertThat(faults("""
                http:
                  admin-group: *a
                qmp: &x {heartbeat: 5s}
                log: {<<: {}, level: !!str info, format: !x [json]}
                limits: !!map {}
                guests: [*a]
                discovery: {sockets: *a}
                *a : 1
                """))
                .containsExactly(
                        "f:2:16: http.admin-group is the alias `*a`: aliases are not supported, write the value itself",
                        "f:3:6: qmp has the anchor `&x`: anchors are not supported, remove it",
                        "f:4:7: log has the merge key `<<`: merge keys are not supported, write the keys themselves",
                        "f:4:22: log.level has the tag `!!str`: tags are not supported, remove it",
                        "f:4:42: log.format has the tag `!x`: tags are not supported, remove it",
                        "f:5:9: limits has the tag `!!map`: tags are not supported, remove it",
                        "f:6:10: guests[0] is the alias `*a`: aliases are not supported, write the value itself",
                        "f:7:22: discovery.sockets is the alias `*a`: aliases are not supported, write the value itself",
                        "f:8:1: is the alias `*a`: aliases are not supported, write the value itself");
    }

    @Test
    void a_key_that_is_no_word_is_a_fault() {
        assertThat(faults("? [a]\n: 1\n? {b: 1}\n: 2\n"))
                .containsExactly(
                        "f:1:3: has a key that is a list: keys are plain words",
                        "f:3:3: has a key that is a mapping: keys are plain words");
    }

    @Test
    void nesting_without_end_is_a_fault() {
        assertThat(faults("log: {level: " + "[".repeat(20) + "a" + "]".repeat(20) + "}"))
                .containsExactly("f:1:28: log.level" + "[0]".repeat(14) + " is nested deeper than 16 levels");
    }

    @Test
    void a_text_that_is_larger_than_the_limit_is_a_fault() {
        assertThat(faults("#".repeat(ConfigFile.LARGEST + 1)))
                .containsExactly("f: is larger than 256 KiB, more than any configuration needs");
        assertThat(faults("#".repeat(ConfigFile.LARGEST))).isEmpty();
    }
}
