package io.reseal.daemon.launch;

import io.reseal.config.Utf8Path;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * Where QEMU has a guest's firmware from.
 *
 * @param file machine property {@code firmware}; QEMU tells the name of its default firmware there if none was asked for
 * @param flash machine property {@code pflash0}: name of the block node; empty without flash
 * @param bundle an IGVM bundle takes the place of both, by its path as QEMU was given it; it is read once, when QEMU starts
 * @param started what {@code file} was on the command line; the same where that does not tell
 */
public record FirmwareSource(String file, String flash, Optional<String> bundle, String started) {
    /** The files that QEMU loads as SeaBIOS; it resets itself once more after each reset. */
    private static final Set<String> SEABIOS = Set.of("bios.bin", "bios-256k.bin", "bios-microvm.bin");

    FirmwareSource(String file, String flash, Optional<String> bundle) {
        this(file, flash, bundle, file);
    }

    /** Another file in place of the one before. */
    FirmwareSource withFile(String other) {
        return new FirmwareSource(other, flash, bundle, started);
    }

    /** Whether the file is the one that QEMU was started with. */
    boolean isOfStart() {
        return file.equals(started);
    }

    boolean pflash() {
        return !flash.isEmpty();
    }

    boolean igvm() {
        return bundle.isPresent();
    }

    public boolean isSeaBios() {
        return !pflash()
                && !igvm()
                && path().map(Path::getFileName)
                        .filter(name -> SEABIOS.contains(name.toString()))
                        .isPresent();
    }

    /** The file that a rebuild loads again. */
    public Optional<Path> path() {
        return pflash() || igvm() ? Optional.empty() : path(file);
    }

    /** The file that QEMU has read at its start. */
    Optional<Path> bundlePath() {
        return bundle.flatMap(FirmwareSource::path);
    }

    private static Optional<Path> path(String file) {
        try {
            return file.isEmpty() ? Optional.empty() : Optional.of(Utf8Path.of(file));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /** For people; empty where nothing is known. */
    public Optional<String> text() {
        if (igvm()) {
            return Optional.of("igvm");
        }
        return pflash() ? Optional.of("pflash") : Optional.of(file).filter(name -> !name.isEmpty());
    }
}
