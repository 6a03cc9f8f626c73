package io.reseal.testbed.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.testbed.TestbedPaths;
import io.reseal.testbed.process.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the script decides without the network. */
class BringOvmfTest {
    @TempDir
    Path folder;

    @Test
    void the_OVMF_of_the_environment_comes_first() throws IOException {
        var mine = Files.writeString(folder.resolve("mine.fd"), "...ASEV...TDVF...");
        var result = check("OVMF=" + mine);
        assertThat(result.exitCode()).isZero();
        assertThat(result.output()).isEqualTo(mine.toRealPath().toString());
    }

    @Test
    void a_firmware_without_metadata_is_an_error_and_not_passed_over() throws IOException {
        var mine = Files.writeString(folder.resolve("mine.fd"), "SeaBIOS");
        var result = check("OVMF=" + mine);
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.output()).isEmpty();
        assertThat(result.errors()).hasLineCount(1).contains("is no firmware with metadata for SEV-SNP and TDX");
    }

    @Test
    void a_check_installs_nothing() throws IOException {
        var result = check("OVMF=");
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.errors()).contains("run testbed/bring-ovmf to bring one");
        assertThat(folder.resolve("cache")).doesNotExist();
    }

    @Test
    void a_damaged_folder_is_not_taken() throws IOException {
        var own = Files.createDirectories(folder.resolve("cache/ovmf-trixie-1"));
        Files.writeString(own.resolve("OVMF.fd"), "ASEV TDVF");
        Files.writeString(own.resolve("SHA256SUMS"), "0".repeat(64) + "  ./OVMF.fd\n");
        var result = check("OVMF=");
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.errors()).contains("is damaged");
    }

    /** Runs the script with this setting and a cache of its own. */
    private Tool.Result check(String setting) throws IOException {
        var script = TestbedPaths.repository().orElseThrow().resolve("testbed/bring-ovmf");
        return Tool.run(
                List.of("env", "RESEAL_CACHE=" + folder.resolve("cache"), setting, script.toString(), "--check"));
    }
}
