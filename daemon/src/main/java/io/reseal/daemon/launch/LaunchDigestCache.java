package io.reseal.daemon.launch;

import io.reseal.daemon.files.FileContent;
import io.reseal.daemon.files.Sha256;
import io.reseal.daemon.work.Looks;
import io.reseal.igvm.firmware.FirmwareException;
import io.reseal.igvm.firmware.FirmwareImage;
import io.reseal.igvm.firmware.SnpFirmware;
import io.reseal.igvm.firmware.TdxFirmware;
import io.reseal.igvm.format.IdBlock;
import io.reseal.igvm.format.IgvmException;
import io.reseal.igvm.format.IgvmFile;
import io.reseal.igvm.format.Limits;
import io.reseal.igvm.format.Platform;
import io.reseal.igvm.launch.Machine;
import io.reseal.igvm.launch.ResetDigests;
import io.reseal.igvm.measure.SnpLaunch;
import io.reseal.igvm.read.IgvmReader;
import io.reseal.policy.Prediction;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * What launches of bundles and firmware are measured as. Each content is measured once for each sort of machine, however many
 * guests have it. Safe for any thread, event loops too: files are read on {@code blocking}.
 */
public final class LaunchDigestCache {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int MOST_KNOWN = 1024;

    /** Larger files are not measured: the content is copied, and Reseal is to stay small. Firmware has some 16 MiB, bundles with a kernel 100 MiB. */
    private static final long MOST_BYTES = 256L << 20;

    /** What is to be measured. */
    sealed interface Question {
        /** An IGVM bundle for SEV-SNP; without a machine there is no digest, but the policy and what the ID block demands. */
        record Bundle(Optional<Machine> machine) implements Question {}

        /** {@code -bios} of an SNP guest. */
        record SnpBios(Machine machine, long sevFeatures) implements Question {}

        /** {@code -bios} of a TD: the image says everything. */
        record Tdvf() implements Question {}
    }

    /**
     * What is known.
     *
     * @param digest of the launch, by SNP or MRTD
     * @param policy GUEST_POLICY of a bundle
     * @param demanded by the ID block of a bundle
     */
    record Measured(Optional<Prediction> digest, OptionalLong policy, Optional<String> demanded) {
        static final Measured NOTHING = new Measured(Optional.empty(), OptionalLong.empty(), Optional.empty());

        static Measured digest(Prediction digest) {
            return new Measured(Optional.of(digest), OptionalLong.empty(), Optional.empty());
        }
    }

    private record Key(String sha256, Question question) {}

    private final Executor blocking;
    private final Map<Key, CompletableFuture<Measured>> known = new ConcurrentHashMap<>();

    public LaunchDigestCache(Executor blocking) {
        this.blocking = blocking;
    }

    /**
     * Measures a file, unless that is done already. What cannot be measured, or not in time, has no digest.
     *
     * @param sha256 of the content that is meant; the file may have another one by now
     */
    CompletableFuture<Measured> measure(FileContent file, String sha256, Question question) {
        if (known.size() >= MOST_KNOWN) {
            known.clear();
        }
        var key = new Key(sha256, question);
        var answer = known.computeIfAbsent(
                key, _ -> CompletableFuture.supplyAsync(() -> answer(file, sha256, question), blocking));
        answer.whenComplete((_, failure) -> {
            if (failure != null) {
                known.remove(key, answer);
            }
        });
        return answer.copy()
                .completeOnTimeout(Measured.NOTHING, PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .exceptionally(_ -> Measured.NOTHING);
    }

    /** @throws IllegalStateException if the file cannot be read, or has another content now */
    private static Measured answer(FileContent file, String sha256, Question question) {
        try (var arena = Arena.ofConfined()) {
            var bytes = file.read(arena, MOST_BYTES);
            Looks.leave();
            if (!sha256(bytes).equals(sha256)) {
                throw new IllegalStateException("it has changed since it was looked at");
            }
            return measured(bytes, question);
        } catch (IOException unreadable) {
            throw new IllegalStateException(unreadable);
        }
    }

    /** Content that cannot be measured stays so: that is an answer. */
    private static Measured measured(MemorySegment bytes, Question question) {
        try {
            return switch (question) {
                case Question.Bundle bundle -> bundle(IgvmReader.parse(bytes), bundle.machine());
                case Question.SnpBios bios -> Measured.digest(bios(FirmwareImage.of(bytes), bios));
                case Question.Tdvf _ ->
                    Measured.digest(Prediction.certain(
                            TdxFirmware.of(FirmwareImage.of(bytes)).mrtd()));
            };
        } catch (IgvmException | FirmwareException _) {
            return Measured.NOTHING;
        }
    }

    private static Prediction bios(FirmwareImage image, Question.SnpBios bios) {
        var measured = SnpFirmware.of(image, bios.machine(), bios.sevFeatures());
        return snp(measured.machine(), measured.launchDigest(), measured.resets());
    }

    private static Prediction snp(Machine machine, String launchDigest, ResetDigests resets) {
        var interrupts = new Prediction.Interrupts(
                machine.vcpus(), resets.firstVcpu(), resets.allVcpus(), resets.others(), resets.complete());
        return new Prediction(launchDigest, Optional.of(interrupts));
    }

    private static Measured bundle(IgvmFile file, Optional<Machine> machine) {
        var platform = file.platform(Platform.SEV_SNP);
        var policy = platform.flatMap(file::policy)
                .map(each -> OptionalLong.of(each.policy()))
                .orElse(OptionalLong.empty());
        return new Measured(
                machine.flatMap(each -> SnpLaunch.of(file, each, Limits.DEFAULT))
                        .map(launch -> snp(launch.machine(), launch.launchDigest(), launch.resets())),
                policy,
                platform.flatMap(file::idBlock).map(IdBlock::launchDigest));
    }

    private static String sha256(MemorySegment bytes) {
        var digest = Sha256.begin();
        digest.update(bytes.asByteBuffer());
        return HexFormat.of().formatHex(digest.digest());
    }
}
