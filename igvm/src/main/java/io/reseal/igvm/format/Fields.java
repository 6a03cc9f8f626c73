package io.reseal.igvm.format;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Little-endian, unsigned fields of a header, by their offset in it. */
public record Fields(MemorySegment bytes) {
    private static final ValueLayout.OfShort U16 = JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt U32 = JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong U64 = JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    public int u8(long at) {
        return Byte.toUnsignedInt(bytes.get(JAVA_BYTE, at));
    }

    public int u16(long at) {
        return Short.toUnsignedInt(bytes.get(U16, at));
    }

    /** A value of 32 bits in the low half. */
    public long u32(long at) {
        return Integer.toUnsignedLong(bytes.get(U32, at));
    }

    /** A set of bits, of which none is a sign. */
    public int bits32(long at) {
        return bytes.get(U32, at);
    }

    /** To be compared unsigned. */
    public long u64(long at) {
        return bytes.get(U64, at);
    }

    /** A part of them, not copied. */
    MemorySegment part(long at, long length) {
        return bytes.asSlice(at, length);
    }

    public boolean zero(long at, long length) {
        for (long i = at; i < at + length; i++) {
            if (u8(i) != 0) {
                return false;
            }
        }
        return true;
    }
}
