package io.reseal.daemon.launch;

import io.reseal.daemon.launch.LaunchDigestCache.Question;
import io.reseal.igvm.launch.Machine;
import io.reseal.policy.GuestKind;
import io.reseal.policy.launch.Launch;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * What the next launch will be measured as, worked out of what QEMU and the host told.
 *
 * @param kind of the guest
 * @param launch what is known of it so far
 * @param seen of the host's files
 * @param links between the machine and its IGVM objects
 * @param sources for what is still to be found
 */
record LaunchPrediction(
        GuestKind kind,
        Launch launch,
        LaunchFiles.Seen seen,
        IgvmObjectReader.Links links,
        LaunchReader.Sources sources) {
    CompletableFuture<Launch> complete(Optional<Machine> machine) {
        return hasBundle() ? withBundle(machine) : withFirmware(machine);
    }

    private boolean hasBundle() {
        return sources.bundle().isPresent() || !links.objects().isEmpty();
    }

    /** What another bundle adds to the launch cannot be told from the machine's own. */
    private CompletableFuture<Launch> withBundle(Optional<Machine> machine) {
        var file = seen.bundle().flatMap(LaunchFiles.BundleFile::file);
        boolean loaded =
                seen.bundle().map(LaunchFiles.BundleFile::olderThanProcess).orElse(false);
        if (file.isEmpty() || !loaded || seen.content().isEmpty() || kind != GuestKind.SEV_SNP) {
            return CompletableFuture.completedFuture(bundle(Optional.empty()));
        }
        var alone = links.ownAlone() ? machine : Optional.<Machine>empty();
        return sources.digests()
                .measure(seen.content().get(), file.get().sha256(), new Question.Bundle(alone))
                .thenApply(answer -> bundle(Optional.of(answer)));
    }

    private Launch bundle(Optional<LaunchDigestCache.Measured> answer) {
        var contents = answer.map(known -> new Launch.Contents(known.policy(), known.demanded()));
        var bundle = new Launch.Bundle(
                sources.bundle().orElse(""),
                seen.bundle().flatMap(LaunchFiles.BundleFile::file),
                seen.bundle().map(LaunchFiles.BundleFile::olderThanProcess).orElse(false),
                seen.bundle().map(LaunchFiles.BundleFile::gone).orElse(false),
                links.objects(),
                links.linked(),
                contents);
        return new Launch(
                launch.properties(),
                launch.measurement(),
                launch.firmware(),
                Optional.of(bundle),
                answer.flatMap(LaunchDigestCache.Measured::digest));
    }

    private CompletableFuture<Launch> withFirmware(Optional<Machine> machine) {
        var file = launch.firmware().filter(each -> !each.pflash()).flatMap(Launch.Firmware::file);
        var question = question(machine);
        if (file.isEmpty() || question.isEmpty() || seen.content().isEmpty()) {
            return CompletableFuture.completedFuture(launch);
        }
        return sources.digests()
                .measure(seen.content().get(), file.get().sha256(), question.get())
                .thenApply(answer -> new Launch(
                        launch.properties(),
                        launch.measurement(),
                        launch.firmware(),
                        Optional.empty(),
                        answer.digest()));
    }

    /** With kernel-hashes=on one page more is measured, of which nothing outside of QEMU tells. */
    private Optional<Question> question(Optional<Machine> machine) {
        boolean hashes = launch.properties().getOrDefault("kernel-hashes", "").equals("true");
        return switch (kind) {
            case SEV_SNP ->
                machine.filter(_ -> !hashes).map(each -> new Question.SnpBios(each, SevFeatures.of(launch)));
            case TDX -> Optional.of(new Question.Tdvf());
            case PLAIN, SEV, SEV_ES -> Optional.empty();
        };
    }
}
