package io.reseal.testbed.qemu;

import io.reseal.testbed.process.ChildProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Where a QEMU of version 11.0 or newer is, or why there is none. Looked for once; never installed from here. */
public sealed interface QemuBinary {

    /** For a QEMU that only tells about itself. */
    Duration PATIENCE = Duration.ofSeconds(20);

    record Found(Path path) implements QemuBinary {}

    record Missing(String reason) implements QemuBinary {}

    static QemuBinary find() {
        return Once.RESULT;
    }

    /** QEMU 10, by the same rules. */
    static QemuBinary findOld() {
        return Old.RESULT;
    }

    /** Why there is none; empty where there is one. */
    default Optional<String> obstacle() {
        return switch (this) {
            case Found _ -> Optional.empty();
            case Missing(var reason) -> Optional.of(reason);
        };
    }

    /** Whether KVM can be used: {@code /dev/kvm} is there and may be opened. */
    static boolean kvmUsable() {
        return Files.isReadable(Path.of("/dev/kvm")) && Files.isWritable(Path.of("/dev/kvm"));
    }

    /** Why KVM cannot be used; empty where it can. */
    static Optional<String> kvmObstacle() {
        return kvmUsable() ? Optional.empty() : Optional.of("no /dev/kvm that may be opened");
    }

    /** Whether it launches guests from IGVM bundles, as one can that was built with libigvm; Debian's is not. */
    static boolean hasIgvm(Path qemu) {
        try (var help = ChildProcess.start(List.of(qemu.toString(), "-object", "help"))) {
            help.awaitExit(PATIENCE);
            return help.output().stream().anyMatch(line -> line.strip().equals("igvm-cfg"));
        }
    }

    private static QemuBinary of(ProvisionedFile brought) {
        return brought.path().<QemuBinary>map(Found::new).orElseGet(() -> new Missing(brought.reason()));
    }

    /** Holds the result, as a check reads all of QEMU's files. */
    final class Once {
        private static final QemuBinary RESULT = of(ProvisionedFile.look(
                List.of("bring-qemu"), "QEMU", "set QEMU to a qemu-system-x86_64 of version 11.0 or newer"));

        private Once() {}
    }

    /** The same for the old one. */
    final class Old {
        private static final QemuBinary RESULT = of(ProvisionedFile.look(
                List.of("bring-qemu", "--old"), "OLD_QEMU", "set OLD_QEMU to a qemu-system-x86_64 of version 10"));

        private Old() {}
    }
}
