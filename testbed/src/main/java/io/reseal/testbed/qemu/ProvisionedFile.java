package io.reseal.testbed.qemu;

import io.reseal.testbed.TestbedException;
import io.reseal.testbed.TestbedPaths;
import io.reseal.testbed.process.Tool;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What one of the {@code bring-} scripts finds, or why it finds nothing. */
public record ProvisionedFile(Optional<Path> path, String reason) {
    private static final String OVMF_CURE = "set OVMF to an OVMF.fd with metadata for SEV-SNP and TDX";

    /** The firmware of UEFI that QEMU launches as any kind of guest. Looked for once; never installed from here. */
    public static ProvisionedFile ovmf() {
        return Ovmf.RESULT;
    }

    /** Why it is not there; empty where it is. */
    public Optional<String> obstacle() {
        return path.isPresent() ? Optional.empty() : Optional.of(reason);
    }

    /** Asks a script, which installs nothing; without one takes what the variable of that name says. */
    static ProvisionedFile look(List<String> script, String variable, String cure) {
        var path = TestbedPaths.repository().map(root -> root.resolve("testbed").resolve(script.getFirst()));
        if (path.isEmpty()) {
            return new ProvisionedFile(
                    TestbedPaths.set(variable).map(Path::of),
                    "the working directory is outside of Reseal's sources, so testbed/" + script.getFirst()
                            + " is not found; " + cure);
        }
        try {
            var command = new ArrayList<>(List.of(path.get().toString()));
            command.addAll(script.subList(1, script.size()));
            command.add("--check");
            var result = Tool.run(command);
            return result.exitCode() == 0
                    ? new ProvisionedFile(Optional.of(Path.of(result.output())), "")
                    : new ProvisionedFile(Optional.empty(), result.errors());
        } catch (IOException | TestbedException unusable) {
            return new ProvisionedFile(Optional.empty(), path.get() + " cannot be run: " + unusable.getMessage());
        }
    }

    private static final class Ovmf {
        private static final ProvisionedFile RESULT = look(List.of("bring-ovmf"), "OVMF", OVMF_CURE);

        private Ovmf() {}
    }
}
