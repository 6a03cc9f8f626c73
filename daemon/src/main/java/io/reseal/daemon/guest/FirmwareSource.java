package io.reseal.daemon.guest;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * Where QEMU has a guest's firmware from.
 *
 * @param file machine property {@code firmware}; QEMU tells the name of its default firmware there if none was asked for
 * @param flash machine property {@code pflash0}: name of the block node; empty without flash
 * @param igvm an IGVM bundle takes the place of both; it is read once, when QEMU starts
 */
record FirmwareSource(String file, String flash, boolean igvm) {
    /** The files that QEMU loads as SeaBIOS; it resets itself once more after each reset. */
    private static final Set<String> SEABIOS = Set.of("bios.bin", "bios-256k.bin", "bios-microvm.bin");

    boolean pflash() {
        return !flash.isEmpty();
    }

    boolean isSeaBios() {
        return !pflash()
                && !igvm
                && path().map(Path::getFileName)
                        .filter(name -> SEABIOS.contains(name.toString()))
                        .isPresent();
    }

    /** The file that a rebuild loads again. */
    Optional<Path> path() {
        try {
            return file.isEmpty() || pflash() || igvm ? Optional.empty() : Optional.of(Path.of(file));
        } catch (InvalidPathException _) {
            return Optional.empty();
        }
    }

    /** For people; empty where nothing is known. */
    Optional<String> text() {
        if (igvm) {
            return Optional.of("igvm");
        }
        return pflash() ? Optional.of("pflash") : Optional.of(file).filter(name -> !name.isEmpty());
    }
}
