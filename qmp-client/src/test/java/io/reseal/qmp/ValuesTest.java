package io.reseal.qmp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.JsonNodeFactory;

class ValuesTest {
    @Test
    void a_command_is_written_as_one_line() {
        var command = QmpCommand.of("qom-get")
                .with("path", "/machine")
                .with("count", 3)
                .with("all", true)
                .with("list", JsonNodeFactory.instance.arrayNode().add("\u00e9\n"));

        assertThat(command.onWire("a-1"))
                .isEqualTo("{\"execute\":\"qom-get\",\"arguments\":{\"path\":\"/machine\",\"count\":3,\"all\":true,"
                        + "\"list\":[\"\u00e9\\n\"]},\"id\":\"a-1\"}\n");
        assertThat(QmpCommand.action("system_reset").onWire("a-2"))
                .isEqualTo("{\"execute\":\"system_reset\",\"id\":\"a-2\"}\n");
    }

    @Test
    void a_command_stays_as_it_is_when_another_is_made_of_it_with_one_more_argument() {
        var plain = QmpCommand.of("qom-get");
        plain.with("path", "/machine");

        assertThat(plain).isEqualTo(QmpCommand.of("qom-get"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "quit\",\"id\":\"", "1a", "\u00e9"})
    void a_command_without_a_valid_name_is_refused(String name) {
        assertThatThrownBy(() -> QmpCommand.of(name)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void text_that_is_not_Unicode_is_refused() {
        var command = QmpCommand.of("qom-get");

        assertThatThrownBy(() -> command.with("path", "\ud800")).hasMessageContaining("valid JSON");
    }

    @Test
    void versions_are_ordered_by_number_whatever_their_package() {
        var version = new QemuVersion(11, 1, 3, "Debian");

        assertThat(version).hasToString("11.1.3").isEqualByComparingTo(QemuVersion.of(11, 1, 3));
        assertThat(version.atLeast(11, 1)).isTrue();
        assertThat(version.atLeast(10, 9)).isTrue();
        assertThat(version.atLeast(11, 2)).isFalse();
        assertThat(version.atLeast(12, 0)).isFalse();
    }

    @Test
    void a_range_of_versions_ends_before_its_upper_bound() {
        var range = new VersionRange(QemuVersion.of(11, 0, 0), QemuVersion.of(11, 2, 0));

        assertThat(range.contains(QemuVersion.of(10, 2, 9))).isFalse();
        assertThat(range.contains(QemuVersion.of(11, 0, 0))).isTrue();
        assertThat(range.contains(QemuVersion.of(11, 1, 99))).isTrue();
        assertThat(range.contains(QemuVersion.of(11, 2, 0))).isFalse();
        assertThat(range).hasToString("QEMU 11.0.0 to before 11.2.0");
        assertThat(VersionRange.before(11, 0)).hasToString("QEMU before 11.0.0");
        assertThat(VersionRange.from(11, 0)).hasToString("QEMU 11.0.0 and later");
    }

    @Test
    void settings_are_changed_one_at_a_time() {
        var none = CommandGate.of();
        var settings = QmpSettings.defaults()
                .withGreetingDeadline(Duration.ofSeconds(1))
                .withQueryDeadline(Duration.ofSeconds(2))
                .withActionDeadline(Duration.ofSeconds(3))
                .withLimits(QmpLimits.defaults().withReplyBytes(2 << 20))
                .withEvents(EventChoice.of(Set.of("RESET"), Set.of()))
                .withMaxWaiting(0)
                .withOutOfBand()
                .withHeartbeat(Heartbeat.off())
                .withGate(none);

        assertThat(settings)
                .isEqualTo(new QmpSettings(
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(3),
                        new QmpLimits(4 << 10, 64 << 10, 2 << 20, 1 << 16, 64, 16 << 20),
                        EventChoice.of(Set.of("RESET"), Set.of()),
                        0,
                        true,
                        Heartbeat.off(),
                        none));
    }

    @Test
    void settings_that_make_no_sense_are_refused() {
        var settings = QmpSettings.defaults();

        assertThatThrownBy(() -> settings.withQueryDeadline(Duration.ZERO)).hasMessageContaining("query deadline");
        var limits = QmpLimits.defaults();
        assertThatThrownBy(() -> limits.withReplyBytes(10))
                .hasMessageContaining("reply limit in bytes must be at least 256");
        assertThatThrownBy(() -> limits.withUnfinishedBytes(1 << 10)).hasMessageContaining("unfinished lines");
        assertThatThrownBy(() -> settings.withOutOfBand().withLimits(limits.withReplyBytes(4096)))
                .hasMessageContaining("for out-of-band commands must be at least 1048576");
        assertThatThrownBy(() -> settings.withMaxWaiting(-1)).hasMessageContaining("waiting commands");
    }
}
