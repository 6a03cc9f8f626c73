package io.reseal.daemon.launch;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.daemon.guest.GuestManagerFixture;
import io.reseal.daemon.guest.RecordingListener;
import io.reseal.daemon.monitor.QemuMonitor;
import io.reseal.daemon.monitor.SingleFlight;
import io.reseal.policy.GuestKind;
import io.reseal.policy.launch.HostCapacity;
import io.reseal.policy.launch.Launch;
import io.reseal.policy.launch.Launch.Firmware;
import io.reseal.qmp.QmpClient;
import io.reseal.qmp.QmpEvent;
import io.reseal.qmp.QmpException;
import io.reseal.qmp.QmpListener;
import io.reseal.qmp.QmpTransport;
import io.reseal.testbed.peer.ScriptedPeer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LaunchReaderTest {
    private static final String OBJECT = "/objects/cgs0";
    private static final String VCPU = "/machine/unattached/device[0]";
    private static final Launch.Start START =
            new Launch.Start(OptionalLong.of(0xb0000), Set.of("igvm0"), Optional.of("igvm0"));
    private static final HostCapacity ROOM = new HostCapacity(OptionalLong.of(7), OptionalLong.of(900));
    private static final Optional<Firmware> FIRMWARE =
            Optional.of(new Firmware("/OVMF.fd", false, Optional.empty(), false));

    @TempDir
    private Path folder;

    private final QmpTransport transport = QmpTransport.create(1);
    private ScriptedPeer peer;
    private LaunchFiles.Seen seen = new LaunchFiles.Seen(FIRMWARE, Optional.empty(), Optional.empty(), ROOM);
    private Optional<String> bundle = Optional.empty();
    private Optional<Predicate<String>> firmware = Optional.empty();

    @BeforeEach
    void begin() {
        peer = ScriptedPeer.listen(folder.resolve("vm")).confidential("some-guest");
    }

    @AfterEach
    void end() {
        peer.close();
        transport.close();
    }

    @Test
    void the_next_launch_of_an_SNP_guest_has_all_that_its_measurement_and_its_report_are_made_of() {
        tells(Map.of(
                "policy",
                0x30000,
                "id-block",
                "aWQ=",
                "id-auth",
                "",
                "host-data",
                "aG9zdA==",
                "kernel-hashes",
                true,
                "author-key-enabled",
                true,
                "vcek-disabled",
                false,
                "guest-visible-workarounds",
                "AAAA",
                "debug-swap",
                true));
        vcpu(VCPU, 25);
        assertThat(read(GuestKind.SEV_SNP).properties())
                .isEqualTo(Map.ofEntries(
                        Map.entry("confidential-guest-support", OBJECT),
                        Map.entry("policy", "0x30000"),
                        Map.entry("id-block", "aWQ="),
                        Map.entry("id-auth", ""),
                        Map.entry("host-data", "aG9zdA=="),
                        Map.entry("kernel-hashes", "true"),
                        Map.entry("author-key-enabled", "true"),
                        Map.entry("vcek-disabled", "false"),
                        Map.entry("guest-visible-workarounds", "AAAA"),
                        Map.entry("debug-swap", "true"),
                        Map.entry("vcpus", "1"),
                        Map.entry("cpu-type", "host-x86_64-cpu"),
                        Map.entry("cpu-signature", "0xa10f11")));
    }

    @Test
    void the_next_launch_of_a_TDX_guest_has_its_attributes_and_the_frequency_of_its_TSC() {
        tells(Map.of("attributes", 0x10000000L, "mrconfigid", "Y2ZnaWQ="));
        peer.property(VCPU, "tsc-frequency", 2_600_000_000L).counters(1, 70);
        assertThat(read(GuestKind.TDX).properties())
                .isEqualTo(Map.of(
                        "confidential-guest-support", OBJECT,
                        "attributes", "0x10000000",
                        "mrconfigid", "Y2ZnaWQ=",
                        "vcpus", "2",
                        "cpu-type", "host-x86_64-cpu",
                        "tsc-frequency", "2600000000"));
    }

    @ParameterizedTest
    @EnumSource(
            value = GuestKind.class,
            names = {"SEV", "SEV_ES"})
    void the_next_launch_of_a_SEV_guest_has_the_measurement_that_QEMU_tells(GuestKind kind) {
        tells(Map.of("policy", 5));
        peer.answers("query-sev-launch-measure", Map.of("data", "bWVhc3VyZQ=="));
        var launch = read(kind);
        assertThat(launch.properties()).containsEntry("policy", "0x5");
        assertThat(launch.measurement()).contains("bWVhc3VyZQ==");
    }

    @Test
    void the_next_launch_of_a_SEV_guest_that_was_not_measured_has_no_measurement() {
        peer.rejects("query-sev-launch-measure", "GenericError", "SEV launch measurement is not available");
        assertThat(read(GuestKind.SEV).measurement()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = GuestKind.class,
            names = {"SEV_SNP", "TDX"})
    void the_next_launch_of_other_guests_is_read_without_asking_for_a_measurement(GuestKind kind) {
        assertThat(read(kind).measurement()).isEmpty();
        assertThat(peer.receivedNames())
                .containsOnly("qmp_capabilities", "qom-get", "qom-list-get", "qom-list", "query-cpus-fast");
    }

    @Test
    void an_older_QEMU_is_asked_for_one_property_after_the_other() {
        tells(Map.of("policy", 5, "host-data", "AAAA"));
        peer.rejects("qom-list-get", "CommandNotFound", "The command qom-list-get has not been found");
        assertThat(read(GuestKind.SEV_SNP).properties())
                .containsEntry("policy", "0x5")
                .containsEntry("host-data", "AAAA");
    }

    @Test
    void the_next_launch_has_the_CPU_type_of_an_older_QEMU_too() {
        peer.answers("query-cpus-fast", List.of(Map.of("qom-path", VCPU, "thread-id", 7)))
                .property(VCPU, "type", "EPYC-v4-x86_64-cpu");
        assertThat(read(GuestKind.SEV_SNP).properties())
                .containsEntry("cpu-type", "EPYC-v4-x86_64-cpu")
                .containsEntry("vcpus", "1");
    }

    @Test
    void the_next_launch_leaves_out_what_QEMU_does_not_tell() {
        peer.rejects("query-cpus-fast", "CommandNotFound", "The command query-cpus-fast has not been found");
        assertThat(read(GuestKind.SEV_SNP).properties()).containsOnlyKeys("confidential-guest-support");
    }

    @Test
    void the_next_launch_comes_with_what_the_host_tells() {
        var reading = reading(GuestKind.SEV_SNP);
        assertThat(reading.launch().firmware()).isEqualTo(FIRMWARE);
        assertThat(reading.room()).isEqualTo(ROOM);
    }

    /** The command line says 0xb0000, the bundle 0x30000. */
    @Test
    void the_next_launch_of_a_bundle_has_the_policy_of_the_first_launch_beside_that_of_the_later_ones()
            throws Exception {
        var file = SampleBundle.FILE;
        loaded(file);
        var launch = read(GuestKind.SEV_SNP);
        assertThat(launch.start()).contains(START);
        var contents = launch.igvm().orElseThrow().contents().orElseThrow();
        assertThat(contents.policy()).hasValue(0x30000);
        assertThat(contents.demanded()).isPresent();
    }

    @Test
    void the_next_launch_is_told_on_the_event_loop_though_a_file_was_measured_elsewhere() throws Exception {
        var file = SampleBundle.FILE;
        var bundleFile =
                new LaunchFiles.BundleFile(Optional.of(new Launch.Fingerprint(13160, "another", 1, 1)), true, false);
        seen = new LaunchFiles.Seen(FIRMWARE, Optional.of(bundleFile), Optional.of(SampleBundle.content(file)), ROOM);
        bundle = Optional.of("/vm.igvm");
        var connection = GuestManagerFixture.now(
                new QmpClient(transport, GuestManagerFixture.PATIENT).connect(folder.resolve("vm"), new Deaf()));
        var monitor = new QemuMonitor(connection, new RecordingListener(), () -> 0);
        monitor.narrow(GuestKind.SEV_SNP);
        var files = SingleFlight.blocking(
                () -> seen,
                new SingleFlight.Deadline<>(SingleFlight.PATIENCE, LaunchFiles.Seen.NOTHING),
                Runnable::run,
                Runnable::run);
        var digests = new LaunchDigestCache(task -> Thread.ofVirtual().start(() -> {
            GuestManagerFixture.now(CompletableFuture.runAsync(() -> {}, connection.eventLoop()));
            task.run();
        }));
        var reader = new LaunchReader(
                monitor,
                GuestKind.SEV_SNP,
                OBJECT,
                new LaunchReader.Sources(files, firmware, digests, bundle, Optional.empty()));
        var onLoop = new CompletableFuture<Boolean>();
        connection
                .eventLoop()
                .execute(() -> reader.read()
                        .thenAccept(_ -> onLoop.complete(connection.eventLoop().inEventLoop())));
        assertThat(GuestManagerFixture.now(onLoop)).isTrue();
    }

    private void vcpu(String path, int family) {
        peer.property(path, "family", family).property(path, "model", 17).property(path, "stepping", 1);
    }

    /** A bundle that QEMU has loaded. */
    private void loaded(Path file) throws Exception {
        var sha256 =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        var bundleFile =
                new LaunchFiles.BundleFile(Optional.of(new Launch.Fingerprint(13160, sha256, 1, 1)), true, false);
        seen = new LaunchFiles.Seen(FIRMWARE, Optional.of(bundleFile), Optional.of(SampleBundle.content(file)), ROOM);
        bundle = Optional.of("/vm.igvm");
        peer.property("/machine", "igvm-cfg", "/objects/igvm0").property("/objects/igvm0", "type", "igvm-cfg");
    }

    private void tells(Map<String, ?> properties) {
        properties.forEach((name, value) -> peer.property(OBJECT, name, value));
    }

    private Launch read(GuestKind kind) {
        return reading(kind).launch();
    }

    private LaunchReader.Reading reading(GuestKind kind) {
        var connection = GuestManagerFixture.now(
                new QmpClient(transport, GuestManagerFixture.PATIENT).connect(folder.resolve("vm"), new Deaf()));
        var monitor = new QemuMonitor(connection, new RecordingListener(), () -> 0);
        monitor.narrow(kind);
        var reader = reader(monitor, kind);
        var reading = new CompletableFuture<LaunchReader.Reading>();
        connection.eventLoop().execute(() -> reader.read().thenAccept(reading::complete));
        return GuestManagerFixture.now(reading);
    }

    private LaunchReader reader(QemuMonitor monitor, GuestKind kind) {
        var files = SingleFlight.blocking(
                () -> seen,
                new SingleFlight.Deadline<>(SingleFlight.PATIENCE, LaunchFiles.Seen.NOTHING),
                Runnable::run,
                Runnable::run);
        return new LaunchReader(
                monitor,
                kind,
                OBJECT,
                new LaunchReader.Sources(
                        files, firmware, new LaunchDigestCache(Runnable::run), bundle, Optional.of(START)));
    }

    private static final class Deaf implements QmpListener {
        @Override
        public void onEvent(QmpEvent event) {}

        @Override
        public void onClosed(QmpException cause) {}
    }
}
