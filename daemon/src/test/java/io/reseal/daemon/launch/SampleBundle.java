package io.reseal.daemon.launch;

import io.reseal.daemon.files.FileContent;
import io.reseal.daemon.files.PathWalk;
import java.nio.file.Path;

/** An IGVM bundle for SEV-SNP, with an ID block that fits it. */
public final class SampleBundle {
    /**
     * Where it lies in the sources: older than this JVM, which plays QEMU's process in tests. What the build copies may be written in the same
     * second in which the JVM starts.
     */
    public static final Path FILE = Path.of("src/test/resources/io/reseal/daemon/launch/valid-snp-idblock.igvm")
            .toAbsolutePath();

    /** A file of ours, as the files of a QEMU are read. */
    public static FileContent content(Path file) {
        return (arena, most) -> {
            try (var found = PathWalk.to(file);
                    var opened = found.open()) {
                return opened.content(arena, most);
            }
        };
    }

    private SampleBundle() {}
}
