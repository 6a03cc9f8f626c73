package io.reseal.daemon.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A command line")
class CommandLineTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "qemu -no-reboot",
                "qemu --no-reboot -S",
                "qemu -action reboot=shutdown",
                "qemu --action reboot=shutdown",
                "qemu -action panic=none,reboot=shutdown,shutdown=pause",
                "qemu -action reboot=reset -action reboot=shutdown",
                "qemu -action reboot=reset,reboot=shutdown",
                "qemu -action reboot=reset -no-reboot",
                "qemu -no-reboot -readconfig vm.conf"
            })
    void turns_a_reboot_into_a_shutdown(String line) {
        assertThat(CommandLine.rebootIsShutdown(words(line))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "qemu",
                "qemu -S",
                "no-reboot",
                "qemu -no-reboot -action reboot=reset",
                "qemu -action reboot=shutdown -action reboot=reset",
                "qemu -action panic=shutdown",
                "qemu -action shutdown=pause",
                "qemu -no-shutdown",
                "qemu -readconfig vm.conf",
                "qemu -readconfig no-reboot",
                "qemu -action"
            })
    void lets_a_reboot_be_one(String line) {
        assertThat(CommandLine.rebootIsShutdown(words(line))).isFalse();
    }

    @Test
    void that_is_not_known_lets_a_reboot_be_one() {
        assertThat(CommandLine.rebootIsShutdown(List.of())).isFalse();
        assertThat(CommandLine.rebootIsShutdown(List.of(""))).isFalse();
    }

    private static List<String> words(String line) {
        return List.of(line.split(" ", -1));
    }
}
