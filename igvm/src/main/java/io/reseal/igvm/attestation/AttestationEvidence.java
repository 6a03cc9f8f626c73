package io.reseal.igvm.attestation;

import io.reseal.igvm.attestation.AttestationException.Code;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Bytes of a report or quote, read little endian; reading beyond the end throws an {@link AttestationException}. */
public record AttestationEvidence(MemorySegment bytes) {

    private static final ValueLayout.OfShort U16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    public static AttestationEvidence of(Octets bytes) {
        return new AttestationEvidence(MemorySegment.ofArray(bytes.bytes()));
    }

    public long size() {
        return bytes.byteSize();
    }

    public int u8(long offset) {
        need(offset, 1);
        return Byte.toUnsignedInt(bytes.get(ValueLayout.JAVA_BYTE, offset));
    }

    public int u16(long offset) {
        need(offset, 2);
        return Short.toUnsignedInt(bytes.get(U16, offset));
    }

    public long u32(long offset) {
        need(offset, 4);
        return Integer.toUnsignedLong(bytes.get(U32, offset));
    }

    public long u64(long offset) {
        need(offset, 8);
        return bytes.get(U64, offset);
    }

    public Octets octets(long offset, long size) {
        need(offset, size);
        return Octets.of(bytes.asSlice(offset, size).toArray(ValueLayout.JAVA_BYTE));
    }

    private void need(long offset, long size) {
        long left = size() - offset;
        if (left < size) {
            throw new AttestationException(
                    Code.SIZE, offset, Math.max(left, 0) + " bytes", "at least " + size + " bytes");
        }
    }
}
