package io.reseal.daemon.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.policy.RebootAction;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QemuCommandLineTest {
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
    void a_command_line_turns_a_reboot_into_a_shutdown(String line) {
        assertThat(QemuCommandLine.rebootAction(words(line)).shutdown()).isTrue();
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
    void a_command_line_lets_a_reboot_be_one(String line) {
        assertThat(QemuCommandLine.rebootAction(words(line)).shutdown()).isFalse();
    }

    @Test
    void a_command_line_that_is_not_known_lets_a_reboot_be_one() {
        assertThat(QemuCommandLine.rebootAction(List.of())).isEqualTo(RebootAction.RESET);
        assertThat(QemuCommandLine.rebootAction(List.of(""))).isEqualTo(RebootAction.RESET);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "qemu -readconfig vm.conf",
                "qemu -action reboot=reset --readconfig vm.conf",
                "qemu -no-reboot -readconfig vm.conf -action panic=none",
                "qemu -smbios type=2,manufacturer=x,product=LXD",
                "qemu -smbios type=1,serial=7 -smbios type=2,product=Incus,version=1 -action reboot=reset"
            })
    void a_command_line_leaves_open_what_a_reboot_is(String line) {
        assertThat(QemuCommandLine.rebootAction(words(line)).manager()).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "qemu -readconfig vm.conf -no-reboot",
                "qemu -readconfig vm.conf -action reboot=reset",
                "qemu -smbios type=2,product=LXDE",
                "qemu -name LXD,product=LXD"
            })
    void a_command_line_leaves_nothing_open(String line) {
        assertThat(QemuCommandLine.rebootAction(words(line)).manager()).isEmpty();
    }

    @Test
    void a_command_line_names_the_file_that_could_not_be_read() {
        assertThat(QemuCommandLine.rebootAction(words("qemu -readconfig vm.conf"))
                        .manager())
                .hasValueSatisfying(
                        text -> assertThat(text).startsWith("-readconfig vm.conf may say what a reboot is"));
    }

    private static List<String> words(String line) {
        return List.of(line.split(" ", -1));
    }
}
