package io.reseal.testbed;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What one of the {@code bring-} scripts finds, or why it finds nothing. */
record Brought(Optional<Path> path, String reason) {
    private static final String OVMF_CURE = "set OVMF to an OVMF.fd with metadata for SEV-SNP and TDX";

    /** The firmware of UEFI that QEMU launches as any kind of guest. Looked for once; never installed from here. */
    static Brought ovmf() {
        return Ovmf.RESULT;
    }

    /** Asks a script, which installs nothing; without one takes what the variable of that name says. */
    static Brought look(List<String> script, String variable, String cure) {
        var path = Places.repository().map(root -> root.resolve("testbed").resolve(script.getFirst()));
        if (path.isEmpty()) {
            return new Brought(
                    Places.set(variable).map(Path::of),
                    "the working directory is outside of Reseal's sources, so testbed/" + script.getFirst()
                            + " is not found; " + cure);
        }
        try {
            var command = new ArrayList<>(List.of(path.get().toString()));
            command.addAll(script.subList(1, script.size()));
            command.add("--check");
            var result = Tool.run(command);
            return result.exitCode() == 0
                    ? new Brought(Optional.of(Path.of(result.output())), "")
                    : new Brought(Optional.empty(), result.errors());
        } catch (IOException | TestbedException unusable) {
            return new Brought(Optional.empty(), path.get() + " cannot be run: " + unusable.getMessage());
        }
    }

    private static final class Ovmf {
        private static final Brought RESULT = look(List.of("bring-ovmf"), "OVMF", OVMF_CURE);

        private Ovmf() {}
    }
}
