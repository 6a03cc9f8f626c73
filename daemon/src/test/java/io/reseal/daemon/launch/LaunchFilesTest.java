package io.reseal.daemon.launch;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.daemon.guest.FakeProc;
import io.reseal.daemon.host.FileDigestCache;
import io.reseal.daemon.host.MiscController;
import io.reseal.daemon.host.OwnSocket;
import io.reseal.daemon.host.ProcessTable;
import io.reseal.daemon.host.QemuFiles;
import io.reseal.daemon.log.GuestLog;
import io.reseal.policy.GuestKind;
import io.reseal.policy.QemuIdentity.ProcessId;
import io.reseal.policy.QemuIdentity.SocketId;
import io.reseal.policy.launch.HostCapacity;
import io.reseal.policy.launch.Launch.Firmware;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class LaunchFilesTest {
    private static final long PID = 4711;
    private static final long START_TICKS = 100;

    @TempDir
    private Path folder;

    private FakeProc proc;
    private Path root;

    @BeforeEach
    void begin() throws IOException {
        proc = new FakeProc(folder.resolve("proc")).process(PID, START_TICKS).up(Duration.ofSeconds(1));
        root = Files.createDirectories(proc.root().resolve(PID + "/root"));
        Files.createDirectories(proc.root().resolve(PID + "/cwd"));
    }

    @Test
    void the_launch_files_tell_the_firmware_as_QEMU_sees_it() throws IOException {
        Files.writeString(root.resolve("OVMF.fd"), "abc");
        var firmware = look(bios("/OVMF.fd")).firmware().orElseThrow();
        assertThat(firmware.path()).isEqualTo("/OVMF.fd");
        assertThat(firmware.pflash()).isFalse();
        assertThat(firmware.file().orElseThrow().size()).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource({"-3600, false", "-1, false", "1, true", "3600, true"})
    void the_launch_files_say_that_firmware_is_older_than_QEMU_only_where_it_is(long startedLater, boolean older)
            throws IOException {
        var file = Files.writeString(root.resolve("OVMF.fd"), "abc");
        var host = Clock.fixed(Files.getLastModifiedTime(file).toInstant().plusSeconds(7200), ZoneOffset.UTC);
        proc.up(Duration.ofSeconds(7200 - startedLater).plusMillis(START_TICKS * 10));
        var table = new ProcessTable(proc.root(), host);
        var surroundings = surroundings(table, GuestKind.SEV_SNP, bios("/OVMF.fd"));
        assertThat(surroundings.look().firmware().orElseThrow().olderThanProcess())
                .isEqualTo(older);
    }

    /** Then the start of QEMU looks later than it was, and a file that was changed since looks older. */
    @ParameterizedTest
    @CsvSource({"-3600, false", "1, true"})
    void the_launch_files_do_not_know_how_old_firmware_is_where_the_clock_was_set(long socketLater, boolean older)
            throws IOException {
        var file = Files.writeString(root.resolve("OVMF.fd"), "abc");
        var changed = Files.getLastModifiedTime(file).toInstant();
        proc.up(Duration.ofHours(1).plusMillis(START_TICKS * 10));
        var host = Clock.fixed(changed.plusSeconds(3600 + 60), ZoneOffset.UTC);
        var born = changed.plusSeconds(60 + socketLater);
        var id = new SocketId(1, 2, TimeUnit.SECONDS.toNanos(born.getEpochSecond()));
        var line = List.of("qemu", "-qmp", "unix:/run/vm.qmp,server=on");
        var files = new QemuFiles(
                new ProcessTable(proc.root(), host),
                new ProcessId(PID, START_TICKS),
                line,
                Optional.of(new OwnSocket(id, "vm.qmp", line)));
        assertThat(files.started().isPresent()).isEqualTo(older);
    }

    @Test
    void the_launch_files_tell_that_firmware_has_gone() {
        assertThat(look(bios("/OVMF.fd")).firmware())
                .contains(new Firmware("/OVMF.fd", false, Optional.empty(), false));
    }

    @Test
    void the_launch_files_tell_nothing_of_a_file_that_the_user_of_QEMU_may_not_read() throws IOException {
        var secret = Files.writeString(root.resolve("shadow"), "secret");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        proc.user(PID, 4_242_424, "0000000000000000");
        assertThat(look(bios("/shadow")).firmware()).isEmpty();
        assertThat(look(new FirmwareSource("", "", Optional.of("/shadow")))
                        .bundle()
                        .orElseThrow()
                        .file())
                .isEmpty();
    }

    @Test
    void the_launch_files_tell_nothing_of_firmware_in_QEMUs_own_folders() {
        assertThat(look(bios("bios-256k.bin")).firmware()).isEmpty();
    }

    @Test
    void the_launch_files_tell_of_a_bare_name_in_the_working_directory_and_that_it_has_gone() throws IOException {
        var file = Files.writeString(proc.root().resolve(PID + "/cwd/OVMF.fd"), "abc");
        var surroundings = surroundings(GuestKind.SEV_SNP, bios("OVMF.fd"));
        assertThat(surroundings.look().firmware().orElseThrow().file()).isPresent();
        Files.delete(file);
        assertThat(surroundings.look().firmware()).contains(new Firmware("OVMF.fd", false, Optional.empty(), false));
    }

    @Test
    void the_launch_files_tell_nothing_of_firmware_once_QEMU_cannot_be_looked_into() throws IOException {
        Files.delete(root);
        assertThat(look(bios("/OVMF.fd")).firmware()).isEmpty();
    }

    @Test
    void the_launch_files_tell_of_flash_that_it_is_flash() {
        assertThat(look(new FirmwareSource("bios-256k.bin", "#block123", Optional.empty()))
                        .firmware())
                .contains(new Firmware("#block123", true, Optional.empty(), false));
    }

    @Test
    void the_launch_files_tell_nothing_of_a_file_that_an_IGVM_bundle_replaces() throws IOException {
        Files.writeString(root.resolve("OVMF.fd"), "abc");
        assertThat(look(new FirmwareSource("/OVMF.fd", "", Optional.of("/OVMF.igvm")))
                        .firmware())
                .isEmpty();
    }

    @Test
    void the_launch_files_tell_the_descriptors_and_keys_that_are_left() throws IOException {
        proc.descriptors(PID, 1024, 24);
        Files.writeString(folder.resolve("misc.capacity"), "sev_es 10\n");
        Files.writeString(folder.resolve("misc.current"), "sev_es 9\n");
        var room = surroundings(GuestKind.SEV_SNP, bios("")).room();
        assertThat(room.descriptors()).hasValue(1000);
        assertThat(room.keys()).hasValue(1);
    }

    @Test
    void the_launch_files_tell_the_descriptors_that_rebuilds_have_leaked() {
        proc.sevDescriptors(PID, 4);
        assertThat(surroundings(GuestKind.SEV_SNP, bios("")).room().leaked()).hasValue(3);
    }

    @Test
    void the_launch_files_tell_of_no_leak_where_no_descriptor_is_seen_at_all() {
        assertThat(surroundings(GuestKind.SEV_SNP, bios("")).room().leaked()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = GuestKind.class,
            names = {"PLAIN", "SEV_SNP"})
    void the_launch_files_tell_the_memory_that_the_control_group_leaves_to_a_guest_that_leaks_it(GuestKind kind)
            throws IOException {
        proc.write(PID, "cgroup", "0::/vm\n");
        var group = Files.createDirectories(folder.resolve("vm"));
        Files.writeString(group.resolve("memory.max"), "1000\n");
        Files.writeString(group.resolve("memory.current"), "100\n");
        var bundle = new FirmwareSource("", "", Optional.of("/vm.igvm"));
        assertThat(surroundings(kind, bundle).room().memory()).hasValue(900);
        assertThat(surroundings(kind, bios("")).room().memory()).isEmpty();
    }

    @Test
    void the_launch_files_tell_a_bundle_that_is_gone_from_one_that_cannot_be_looked_at() throws IOException {
        var bundle = new FirmwareSource("", "", Optional.of("/vm.igvm"));
        assertThat(look(bundle).bundle().orElseThrow().gone()).isTrue();
        Files.writeString(root.resolve("vm.igvm"), "abc");
        assertThat(look(bundle).bundle().orElseThrow().gone()).isFalse();
        Files.delete(root.resolve("vm.igvm"));
        Files.delete(root);
        assertThat(look(bundle).bundle().orElseThrow().gone()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(
            value = GuestKind.class,
            names = {"PLAIN", "SEV"})
    void the_launch_files_are_of_no_interest_for_guests_that_are_not_rebuilt(GuestKind kind) {
        proc.descriptors(PID, 1024, 24);
        assertThat(surroundings(kind, bios("")).room()).isEqualTo(HostCapacity.UNKNOWN);
    }

    private LaunchFiles.Seen look(FirmwareSource source) {
        return surroundings(GuestKind.SEV_SNP, source).look();
    }

    private LaunchFiles surroundings(GuestKind kind, FirmwareSource source) {
        return surroundings(proc.table(), kind, source);
    }

    private LaunchFiles surroundings(ProcessTable table, GuestKind kind, FirmwareSource source) {
        var host = new HostFacts(
                table,
                new FileDigestCache(Clock.systemUTC()),
                new MiscController(folder),
                new LaunchDigestCache(Runnable::run));
        var files = new QemuFiles(table, new ProcessId(PID, START_TICKS), List.of(), Optional.empty());
        return new LaunchFiles(host, files, kind, source, new GuestLog("web-1"));
    }

    private static FirmwareSource bios(String file) {
        return new FirmwareSource(file, "", Optional.empty());
    }
}
