package io.reseal.daemon.guest;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.daemon.launch.LaunchDigestCache;
import io.reseal.daemon.launch.LaunchFiles;
import io.reseal.daemon.launch.LaunchReader;
import io.reseal.daemon.launch.SampleBundle;
import io.reseal.daemon.launch.SevFeatures;
import io.reseal.daemon.monitor.QemuMonitor;
import io.reseal.daemon.monitor.SingleFlight;
import io.reseal.policy.GuestKind;
import io.reseal.policy.launch.HostCapacity;
import io.reseal.policy.launch.Launch;
import io.reseal.qmp.QmpClient;
import io.reseal.qmp.QmpEvent;
import io.reseal.qmp.QmpException;
import io.reseal.qmp.QmpListener;
import io.reseal.qmp.QmpTransport;
import io.reseal.testbed.peer.ScriptedPeer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LaunchRereadingTest {
    private static final String OBJECT = "/objects/cgs0";
    private static final String OTHER = "/objects/other";
    private static final String VCPU = "/machine/unattached/device[0]";

    @TempDir
    private Path folder;

    private final QmpTransport transport = QmpTransport.create(1);
    private ScriptedPeer peer;
    private LaunchFiles.Seen seen = LaunchFiles.Seen.NOTHING;
    private Optional<String> bundle = Optional.empty();
    private Optional<Predicate<String>> firmware = Optional.empty();
    private Executor loop = Runnable::run;

    @BeforeEach
    void begin() {
        peer = ScriptedPeer.listen(folder.resolve("vm")).confidential("some-guest");
    }

    @AfterEach
    void end() {
        peer.close();
        transport.close();
    }

    /** QMP changes all of it at run time, and has no event for most of it. */
    @Test
    void the_next_launch_read_again_is_asked_for_anew_each_time() {
        var reader = reader();
        tells(Map.of("policy", 0x30000, "host-data", ""));
        vcpu(VCPU, 25);
        assertThat(properties(reader))
                .containsEntry("policy", "0x30000")
                .containsEntry("vcpus", "1")
                .containsEntry("cpu-signature", "0xa10f11");
        tells(Map.of("policy", 0xb0000, "host-data", "aG9zdA=="));
        peer.property("/machine", "confidential-guest-support", OTHER).property(OTHER, "policy", 0x70000);
        peer.counters(1, 70);
        vcpu(VCPU, 26);
        assertThat(properties(reader))
                .containsEntry("confidential-guest-support", OTHER)
                .containsEntry("policy", "0x70000")
                .containsEntry("vcpus", "2")
                .containsEntry("cpu-signature", "0xb10f11");
    }

    /** Of a type of object that has no such property QEMU has none later either. */
    @Test
    void the_next_launch_read_again_is_not_asked_again_for_a_feature_that_QEMU_does_not_know() {
        peer.rejects("qom-list-get", "CommandNotFound", "The command qom-list-get has not been found");
        var reader = reader();
        properties(reader);
        long asked = featuresAsked();
        properties(reader);
        assertThat(featuresAsked()).isEqualTo(asked).isPositive();
    }

    /** That of one vCPU alone was changed, and the next launch but one has it. */
    @Test
    void the_next_launch_read_again_has_no_digest_once_the_signature_of_a_vCPU_was_changed() throws Exception {
        var file = SampleBundle.FILE;
        loaded(file);
        vcpu(VCPU, 23);
        var reader = reader();
        assertThat(reading(reader).launch().expected()).isPresent();
        vcpu(VCPU, 25);
        assertThat(reading(reader).launch().expected()).isEmpty();
        assertThat(reading(reader).launch().properties()).containsKey("cpu-signature");
    }

    @Test
    void the_next_launch_read_again_of_firmware_is_that_of_the_file_that_QEMU_names_by_then() {
        var named = new ArrayList<String>();
        firmware = Optional.of(named::add);
        peer.property("/machine", "firmware", "/OVMF.fd");
        var reader = reader();
        properties(reader);
        peer.property("/machine", "firmware", "/other.fd");
        properties(reader);
        assertThat(named).containsExactly("/OVMF.fd", "/other.fd");
    }

    private LaunchReader reader() {
        var connection = GuestManagerFixture.now(
                new QmpClient(transport, GuestManagerFixture.PATIENT).connect(folder.resolve("vm"), new Deaf()));
        loop = connection.eventLoop();
        var monitor = new QemuMonitor(connection, new RecordingListener(), () -> 0);
        monitor.narrow(GuestKind.SEV_SNP);
        var files = SingleFlight.blocking(
                () -> seen,
                new SingleFlight.Deadline<>(SingleFlight.PATIENCE, LaunchFiles.Seen.NOTHING),
                Runnable::run,
                Runnable::run);
        var sources = new LaunchReader.Sources(
                files, firmware, new LaunchDigestCache(Runnable::run), bundle, Optional.empty());
        return new LaunchReader(monitor, GuestKind.SEV_SNP, OBJECT, sources);
    }

    private LaunchReader.Reading reading(LaunchReader reader) {
        var reading = new CompletableFuture<LaunchReader.Reading>();
        loop.execute(() -> reader.read().thenAccept(reading::complete));
        return GuestManagerFixture.now(reading);
    }

    private Map<String, String> properties(LaunchReader reader) {
        return reading(reader).launch().properties();
    }

    private long featuresAsked() {
        return peer.received().stream()
                .filter(command -> SevFeatures.BY_PROPERTY.containsKey(
                        command.path("arguments").path("property").asString("")))
                .count();
    }

    private void tells(Map<String, ?> properties) {
        properties.forEach((name, value) -> peer.property(OBJECT, name, value));
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
        seen = new LaunchFiles.Seen(
                Optional.empty(),
                Optional.of(bundleFile),
                Optional.of(SampleBundle.content(file)),
                HostCapacity.UNKNOWN);
        bundle = Optional.of("/vm.igvm");
        peer.property("/machine", "igvm-cfg", "/objects/igvm0").property("/objects/igvm0", "type", "igvm-cfg");
    }

    private static final class Deaf implements QmpListener {
        @Override
        public void onEvent(QmpEvent event) {}

        @Override
        public void onClosed(QmpException cause) {}
    }
}
