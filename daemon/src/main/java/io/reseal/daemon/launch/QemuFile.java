package io.reseal.daemon.launch;

import io.reseal.daemon.files.FileContent;
import io.reseal.daemon.host.QemuFiles;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** A file as one QEMU sees it. */
record QemuFile(QemuFiles files, Path path) implements FileContent {
    @Override
    public MemorySegment read(Arena into, long most) throws IOException {
        try (var found = files.find(path);
                var file = found.open()) {
            return file.content(into, most);
        }
    }
}
