package io.reseal.igvm;

import io.reseal.igvm.format.IgvmFile;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.ObjIntConsumer;

/** Files of format 1 with one SNP platform and as many headers as one likes; file data of one page. */
final class ManyHeaders {
    private static final int HEADERS_AT = 24;
    private static final int PLATFORM = 24;

    private ManyHeaders() {}

    /** Every other page, so that each is a region of its own; a VMSA ahead of them would be measured last. */
    static MemorySegment pagesWithHoles(int count) {
        return file(
                count,
                32,
                (headers, i) -> headers.putInt(0x302)
                        .putInt(24)
                        .putLong((long) i << 13)
                        .putInt(1)
                        .putInt(0)
                        .putInt(0)
                        .putInt(0));
    }

    /** Apart from each other. */
    static MemorySegment relocatableRegions(int count) {
        return file(
                count,
                56,
                (headers, i) -> headers.putInt(0x102)
                        .putInt(48)
                        .putInt(1)
                        .putInt(0)
                        .putLong(4096)
                        .putLong((long) i << 13)
                        .putLong(4096)
                        .putLong(0)
                        .putLong(0));
    }

    private static MemorySegment file(int count, int headerSize, ObjIntConsumer<ByteBuffer> header) {
        int size = PLATFORM + count * headerSize;
        var content = new byte[HEADERS_AT + size + IgvmFile.PAGE];
        var file = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
        file.putInt(0x4D564749)
                .putInt(1)
                .putInt(HEADERS_AT)
                .putInt(size)
                .putInt(content.length)
                .putInt(0);
        file.putInt(1)
                .putInt(16)
                .putInt(1)
                .put((byte) 0)
                .put((byte) 2)
                .putShort((short) 1)
                .putLong(0);
        for (int i = 0; i < count; i++) {
            header.accept(file, i);
        }
        return MemorySegment.ofArray(Hostile.resealed(content));
    }
}
