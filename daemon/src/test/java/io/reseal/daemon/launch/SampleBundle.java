package io.reseal.daemon.launch;

import java.nio.file.Path;

/** An IGVM bundle for SEV-SNP, with an ID block that fits it. */
public final class SampleBundle {
    /**
     * Where it lies in the sources: older than this JVM, which plays QEMU's process in tests. What the build copies may be written in the same
     * second in which the JVM starts.
     */
    public static final Path FILE = Path.of("src/test/resources/io/reseal/daemon/launch/valid-snp-idblock.igvm")
            .toAbsolutePath();

    private SampleBundle() {}
}
