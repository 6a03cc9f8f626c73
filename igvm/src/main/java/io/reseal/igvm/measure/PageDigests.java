package io.reseal.igvm.measure;

import io.reseal.igvm.format.IgvmFile;
import io.reseal.igvm.launch.SnpDigestChain;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;

/** SHA-384 of a file's pages; each place in the file is hashed once, and zeros are known. Not for several threads at once. */
final class PageDigests {
    private static final MemorySegment ZEROS = MemorySegment.ofArray(new byte[IgvmFile.PAGE]);

    private final MemorySegment file;
    private final SnpDigestChain hasher = new SnpDigestChain();
    private final Map<Long, byte[]> known = new HashMap<>();
    private final byte[] zero = SnpDigestChain.zeroPage();

    PageDigests(MemorySegment file) {
        this.file = file;
    }

    byte[] zero() {
        return zero;
    }

    /** Of the 4096 bytes at this offset; 0 stands for zeros. */
    byte[] at(long dataOffset) {
        return dataOffset == 0 ? zero : known.computeIfAbsent(dataOffset, this::hash);
    }

    private byte[] hash(long dataOffset) {
        var page = file.asSlice(dataOffset, IgvmFile.PAGE);
        return page.mismatch(ZEROS) < 0 ? zero : hasher.sha384(page);
    }
}
