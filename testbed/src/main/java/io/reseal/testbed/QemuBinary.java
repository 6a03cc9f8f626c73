package io.reseal.testbed;

import java.nio.file.Files;
import java.nio.file.Path;

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
        var brought = Brought.look("bring-qemu", "QEMU", "set QEMU to a qemu-system-x86_64 of version 11.0 or newer");
        return brought.path().<QemuBinary>map(Found::new).orElseGet(() -> new Missing(brought.reason()));
    }

    /** Holds the result, as a check reads all of QEMU's files. */
    final class Once {
        private static final QemuBinary RESULT = look();

        private Once() {}
    }
}
