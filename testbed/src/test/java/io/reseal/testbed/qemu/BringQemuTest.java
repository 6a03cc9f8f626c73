package io.reseal.testbed.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.testbed.TestbedPaths;
import io.reseal.testbed.process.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the script decides without the network; that it brings a QEMU that runs is shown by every real guest. */
class BringQemuTest {
    private static final String SYSTEM_PATH = "/usr/bin:/bin";

    @TempDir
    Path folder;

    @Test
    void the_QEMU_of_the_environment_comes_first() throws IOException {
        var mine = fake("mine/qemu", "11.0.1");
        fake("path/qemu-system-x86_64", "11.1.3");
        var result = check(Map.of("QEMU", mine.toString(), "PATH", folder.resolve("path") + ":" + SYSTEM_PATH));
        assertThat(result.exitCode()).isZero();
        assertThat(result.output()).isEqualTo(mine.toString());
    }

    @Test
    void an_old_QEMU_of_the_environment_is_an_error_and_not_passed_over() throws IOException {
        var old = fake("old/qemu", "10.2.0");
        var result = check(Map.of("QEMU", old.toString()));
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.output()).isEmpty();
        assertThat(result.errors()).hasLineCount(1).contains("is version 10.2.0, but 11.0 or newer is needed");
    }

    @Test
    void a_QEMU_that_does_not_exist_is_named() throws IOException {
        var result = check(Map.of("QEMU", "/no/such/qemu"));
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.errors()).hasLineCount(1).contains("/no/such/qemu", "unset it");
    }

    @Test
    void a_program_that_is_no_QEMU_is_refused() throws IOException {
        var result = check(Map.of("QEMU", "/bin/true"));
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.errors()).contains("does not run");
    }

    @Test
    void a_new_QEMU_on_the_PATH_is_taken() throws IOException {
        var found = fake("path/qemu-system-x86_64", "12.0.0");
        var result = check(Map.of("PATH", found.getParent() + ":" + SYSTEM_PATH));
        assertThat(result.output()).isEqualTo(found.toString());
    }

    @Test
    void an_old_QEMU_on_the_PATH_is_passed_over_and_a_check_installs_nothing() throws IOException {
        var old = fake("path/qemu-system-x86_64", "7.2.0");
        var result = check(Map.of("PATH", old.getParent() + ":" + SYSTEM_PATH));
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.errors()).contains("passing over " + old, "run testbed/bring-qemu to bring one");
        assertThat(folder.resolve("cache")).doesNotExist();
    }

    @Test
    void a_damaged_folder_is_not_taken() throws IOException {
        var qemu = fake("cache/qemu-trixie-backports-1/qemu-system-x86_64", "11.1.3");
        Files.writeString(qemu.resolveSibling("SHA256SUMS"), "0".repeat(64) + "  qemu-system-x86_64\n");
        var result = check(Map.of("PATH", SYSTEM_PATH));
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.errors()).contains("is damaged");
    }

    private Path fake(String name, String version) throws IOException {
        var program = folder.resolve(name);
        Files.createDirectories(program.getParent());
        Files.writeString(program, "#!/bin/sh\necho 'QEMU emulator version " + version + " (fake)'\n");
        return Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** Runs the script with this environment and a cache of its own. */
    private Tool.Result check(Map<String, String> environment) throws IOException {
        var command = new ArrayList<>(List.of("env", "-u", "QEMU", "RESEAL_CACHE=" + folder.resolve("cache")));
        environment.forEach((name, value) -> command.add(name + "=" + value));
        var root = TestbedPaths.repository().orElseThrow();
        command.addAll(List.of("/bin/bash", root.resolve("testbed/bring-qemu").toString(), "--check"));
        return Tool.run(command);
    }
}
