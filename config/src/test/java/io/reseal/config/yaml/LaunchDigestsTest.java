package io.reseal.config.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.policy.GuestKind;
import io.reseal.policy.ResetPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LaunchDigestsTest {
    private static final String ONE = "0a".repeat(48);
    private static final String OTHER = "bc".repeat(48);

    @TempDir
    private Path folder;

    @Test
    void an_allowed_digest_in_capitals_is_the_same() {
        var allowed = policy("policy: {launch: {allow: ['%s']}}".formatted("0A".repeat(48)));
        assertThat(allowed.otherwise().allow()).containsExactly(ONE);
    }

    @Test
    void an_allowed_digest_can_stand_in_a_file_among_remarks() throws IOException {
        var file = Files.writeString(
                folder.resolve("digests"), "# OVMF 2026.08\n%s # web\n\n  %s\n".formatted(ONE, OTHER));
        assertThat(policy("policy: {launch: {allow: ['file:%s']}}".formatted(file))
                        .otherwise()
                        .allow())
                .containsExactlyInAnyOrder(ONE, OTHER);
    }

    @Test
    void an_allowed_digest_can_stand_for_the_same_launch_with_any_interrupt_flags() throws IOException {
        var file = Files.writeString(folder.resolve("digests"), "any-interrupts:%s\n".formatted(OTHER));
        assertThat(policy("policy: {launch: {allow: ['any-interrupts:%s', 'file:%s']}}"
                                .formatted("0A".repeat(48), file))
                        .otherwise()
                        .allow())
                .containsExactlyInAnyOrder("any-interrupts:" + ONE, "any-interrupts:" + OTHER);
        assertThat(Texts.faults("policy: {launch: {allow: ['any-interrupts:0a']}}"))
                .hasSize(1);
    }

    @Test
    void the_allowed_digests_hold_for_a_rule_that_does_not_set_them_and_for_no_other() {
        var policy = policy("""
                policy:
                  launch: {allow: ['%s']}
                  rules:
                    - match: {name: a}
                    - match: {name: b}
                      launch: {allow: []}
                    - match: {name: c}
                      launch: {allow: ['%s']}
                """.formatted(ONE, OTHER));
        assertThat(policy.termsFor("a", GuestKind.TDX).allow()).containsExactly(ONE);
        assertThat(policy.termsFor("b", GuestKind.TDX).allow()).isEmpty();
        assertThat(policy.termsFor("c", GuestKind.TDX).allow()).containsExactly(OTHER);
    }

    @Test
    void a_line_that_is_no_digest_is_named_with_its_file_and_number() throws IOException {
        var file = Files.writeString(folder.resolve("digests"), ONE + "\nnot a digest\n");
        assertThat(Texts.faults("policy: {launch: {allow: ['file:%s', 0a]}}".formatted(file)))
                .hasSize(2)
                .first()
                .asString()
                .endsWith("policy.launch.allow[0] names " + file
                        + ", whose line 2 must be a launch digest of 96 hexadecimal digits, but is `not a digest`");
    }

    @Test
    void a_file_of_digests_must_be_a_regular_file_with_an_absolute_path() {
        assertThat(Texts.faults("policy: {launch: {allow: ['file:%s/none', 'file:%s', 'file:/dev/zero', 'file:x']}}"
                        .formatted(folder, folder)))
                .hasSize(4)
                .satisfiesExactly(
                        none -> assertThat(none).contains("none, which is not a file: put the digests there"),
                        directory -> assertThat(directory).contains("which is not a file"),
                        device -> assertThat(device).contains("/dev/zero, which is not a file"),
                        relative -> assertThat(relative).endsWith("must be an absolute path, but is `x`"));
    }

    @Test
    void a_file_of_digests_that_is_much_too_long_is_a_fault() throws IOException {
        var file = Files.writeString(folder.resolve("digests"), "#".repeat(300_000));
        assertThat(Texts.faults("policy: {launch: {allow: ['file:%s']}}".formatted(file)))
                .singleElement()
                .asString()
                .contains("has more than 262144 bytes");
    }

    private static ResetPolicy policy(String yaml) {
        return ConfigFile.parse("f", yaml).config().policy();
    }
}
