package io.reseal.testbed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Where a QEMU of version 11.0 or newer is, or why there is none. Looked for once; never installed from here. */
public sealed interface QemuBinary {

    record Found(Path path) implements QemuBinary {}

    record Missing(String reason) implements QemuBinary {}

    static QemuBinary find() {
        return Once.RESULT;
    }

    /** Whether KVM can be used: {@code /dev/kvm} is there and may be opened. */
    static boolean kvmUsable() {
        return Files.isReadable(Path.of("/dev/kvm")) && Files.isWritable(Path.of("/dev/kvm"));
    }

    private static QemuBinary look() {
        var script = Places.repository().map(root -> root.resolve("testbed/bring-qemu"));
        if (script.isEmpty()) {
            return Places.set("QEMU")
                    .<QemuBinary>map(path -> new Found(Path.of(path)))
                    .orElseGet(() -> new Missing(
                            "the working directory is outside of Reseal's sources, so testbed/bring-qemu is not found;"
                                    + " set QEMU to a qemu-system-x86_64 of version 11.0 or newer"));
        }
        try {
            var result = Tool.run(List.of(script.get().toString(), "--check"));
            return result.exitCode() == 0 ? new Found(Path.of(result.output())) : new Missing(result.errors());
        } catch (IOException | TestbedException unusable) {
            return new Missing(script.get() + " cannot be run: " + unusable.getMessage());
        }
    }

    /** Holds the result, as a check reads all of QEMU's files. */
    final class Once {
        private static final QemuBinary RESULT = look();

        private Once() {}
    }
}
