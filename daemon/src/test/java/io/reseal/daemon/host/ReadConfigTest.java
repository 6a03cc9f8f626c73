package io.reseal.daemon.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.daemon.guest.FakeProc;
import io.reseal.policy.QemuIdentity.ProcessId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadConfigTest {
    private static final long PID = 4711;
    private static final long UP_HUNDREDTHS = 1_000_000;
    private static final String TEXT = "[action]\nreboot = \"shutdown\"\n";

    @TempDir
    private Path folder;

    private FakeProc proc;
    private Path root;
    private Path here;

    @BeforeEach
    void begin() throws IOException {
        // it has started just now
        proc = new FakeProc(folder.resolve("proc"))
                .process(PID, UP_HUNDREDTHS)
                .up(Duration.ofMillis(10 * UP_HUNDREDTHS));
        root = Files.createDirectories(folder.resolve("proc/" + PID + "/root"));
        here = Files.createDirectories(folder.resolve("proc/" + PID + "/cwd"));
    }

    @Test
    void the_files_of_readconfig_are_read_in_the_place_of_the_option() throws IOException {
        Files.writeString(here.resolve("vm.conf"), TEXT);
        assertThat(expand("qemu", "-readconfig", "vm.conf", "-action", "reboot=reset"))
                .containsExactly("qemu", "-action", "reboot=shutdown", "-action", "reboot=reset");
    }

    @Test
    void the_files_of_readconfig_are_those_that_QEMU_sees() throws IOException {
        Files.createDirectories(root.resolve("etc"));
        Files.writeString(root.resolve("etc/vm.conf"), TEXT);
        assertThat(expand("qemu", "--readconfig", "/etc/vm.conf"))
                .containsExactly("qemu", "-action", "reboot=shutdown");
    }

    @Test
    void the_files_of_readconfig_include_the_default_one_unless_QEMU_was_told_not_to_read_it() throws IOException {
        Files.createDirectories(root.resolve("etc/qemu"));
        Files.writeString(root.resolve("etc/qemu/qemu.conf"), TEXT);
        assertThat(expand("qemu", "-S")).containsExactly("-action", "reboot=shutdown", "qemu", "-S");
        assertThat(expand("qemu", "-no-user-config")).containsExactly("qemu", "-no-user-config");
    }

    @Test
    void the_files_of_readconfig_stay_unread_where_they_are_not_certainly_what_QEMU_has_read() throws IOException {
        assertUnread("gone.conf");
        assertUnread("/dev/fdset/1");
        assertUnread("/proc/self/fd/3");
        Files.createDirectory(here.resolve("folder"));
        assertUnread("folder");
        Files.writeString(here.resolve("vm.conf"), TEXT);
        assertThat(expand("qemu", "-daemonize", "-readconfig", "vm.conf")).contains("-readconfig");
        assertThat(expand("qemu", "-chroot", "/x", "-readconfig", "/vm.conf")).contains("-readconfig");
        assertThat(expand("qemu", "-run-with", "async-teardown=on,chroot=/x", "-readconfig", "/vm.conf"))
                .contains("-readconfig");
    }

    @Test
    void the_files_of_readconfig_stay_unread_when_they_have_changed_since_QEMU_started() throws IOException {
        var file = Files.writeString(here.resolve("vm.conf"), TEXT);
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plus(Duration.ofHours(2))));
        assertUnread("vm.conf");
    }

    @Test
    void the_files_of_readconfig_stay_unread_where_a_link_on_their_path_was_exchanged_since_QEMU_started()
            throws IOException {
        Files.writeString(Files.createDirectory(here.resolve("v1")).resolve("vm.conf"), TEXT);
        Files.createSymbolicLink(here.resolve("current"), Path.of("v1"));
        assertThat(expand("qemu", "-readconfig", "current/vm.conf")).doesNotContain("-readconfig");
        proc.up(Duration.ofMillis(10 * UP_HUNDREDTHS).plusSeconds(100));
        assertUnread("current/vm.conf");
    }

    @Test
    void the_files_of_readconfig_stay_unread_where_the_start_of_QEMU_is_not_known() throws IOException {
        Files.writeString(here.resolve("vm.conf"), TEXT);
        Files.delete(folder.resolve("proc/uptime"));
        assertUnread("vm.conf");
    }

    private void assertUnread(String name) {
        assertThat(expand("qemu", "-readconfig", name)).containsExactly("qemu", "-readconfig", name);
    }

    private List<String> expand(String... arguments) {
        var files =
                new QemuFiles(proc.table(), new ProcessId(PID, UP_HUNDREDTHS), List.of(arguments), Optional.empty());
        return new ReadConfig(files).expand(List.of(arguments));
    }
}
