package io.reseal.daemon.launch;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.daemon.launch.LaunchDigestCache.Question;
import io.reseal.igvm.launch.CpuSignature;
import io.reseal.igvm.launch.Machine;
import io.reseal.policy.Prediction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LaunchDigestCacheTest {
    private static final Question EPYC = new Question.Bundle(Optional.of(new Machine(1, new CpuSignature(0x800f12))));

    @TempDir
    Path folder;

    private final AtomicInteger readings = new AtomicInteger();
    private final LaunchDigestCache digests = new LaunchDigestCache(task -> {
        readings.incrementAndGet();
        task.run();
    });
    private Path file = Path.of("");
    private String sha256 = "";

    @BeforeEach
    void copy() throws Exception {
        file = Files.copy(SampleBundle.FILE, folder.resolve("vm.igvm"));
        sha256 = sha256(Files.readAllBytes(file));
    }

    private static String sha256(byte[] content) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    }

    @Test
    void launch_digests_are_worked_out_once_for_each_content_and_machine() {
        var first = digests.measure(SampleBundle.content(file), sha256, EPYC).join();
        assertThat(first.digest().map(Prediction::digest)).isPresent().isEqualTo(first.demanded());
        assertThat(first.policy()).hasValue(0x30000);
        assertThat(digests.measure(SampleBundle.content(file), sha256, EPYC).join())
                .isEqualTo(first);
        assertThat(readings).hasValue(1);
        var other = new Question.Bundle(Optional.of(new Machine(2, new CpuSignature(0x800f12))));
        assertThat(digests.measure(SampleBundle.content(file), sha256, other)
                        .join()
                        .digest())
                .isNotEqualTo(first.digest());
        assertThat(readings).hasValue(2);
    }

    @Test
    void launch_digests_are_not_those_of_another_content() throws IOException {
        var content = Files.readAllBytes(file);
        content[content.length - 1] ^= 1;
        Files.write(file, content);
        assertThat(digests.measure(SampleBundle.content(file), sha256, EPYC).join())
                .isEqualTo(LaunchDigestCache.Measured.NOTHING);
        content[content.length - 1] ^= 1;
        Files.write(file, content);
        assertThat(digests.measure(SampleBundle.content(file), sha256, EPYC)
                        .join()
                        .digest())
                .isPresent();
    }

    @Test
    void launch_digests_are_none_of_what_is_no_bundle_and_no_firmware() throws Exception {
        Files.write(file, new byte[70_000]);
        var garbage = sha256(Files.readAllBytes(file));
        var machine = new Machine(1, new CpuSignature(0x800f12));
        for (var question : new Question[] {EPYC, new Question.SnpBios(machine, 1), new Question.Tdvf()}) {
            assertThat(digests.measure(SampleBundle.content(file), garbage, question)
                            .join())
                    .isEqualTo(LaunchDigestCache.Measured.NOTHING);
        }
    }

    @Test
    void launch_digests_are_none_of_a_file_that_is_not_there() {
        assertThat(digests.measure(SampleBundle.content(folder.resolve("none")), sha256, EPYC)
                        .join())
                .isEqualTo(LaunchDigestCache.Measured.NOTHING);
    }
}
