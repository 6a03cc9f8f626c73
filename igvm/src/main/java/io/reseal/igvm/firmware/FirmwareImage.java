package io.reseal.igvm.firmware;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * An OVMF or TDVF image, found by its table of GUIDs (QEMU 11.1, hw/i386/pc_sysfw_ovmf.c; edk2, OvmfPkg/ResetVector).
 *
 * @param bytes the whole image, mapped or on the heap; not copied, so it must stay as it is while this is used
 * @param entries where the data of each entry of the table begins, by GUID; empty without a table
 */
public record FirmwareImage(MemorySegment bytes, Map<UUID, Long> entries) {
    /** A page of the guest, in bytes. */
    public static final int PAGE = 4096;

    private static final UUID FOOTER = UUID.fromString("96b582de-1fb2-45f7-baea-a366c55a082d");
    private static final UUID RESET_BLOCK = UUID.fromString("00f771de-1a7e-4fcb-890e-68c77e2fb44e");
    private static final int UNIT = 64 << 10;
    private static final int BEHIND_TABLE = 32;
    private static final int GUID = 16;

    /** Length and GUID of an entry; its data stands before them. */
    private static final int ENTRY_TAIL = 2 + GUID;

    private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort U16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    public FirmwareImage {
        entries = Map.copyOf(entries);
    }

    /**
     * Reads the table.
     *
     * @throws FirmwareException if the image is none that QEMU loads
     */
    public static FirmwareImage of(MemorySegment bytes) {
        long size = bytes.byteSize();
        if (size == 0 || size % UNIT != 0 || size > SnpFirmware.FOUR_GIB) {
            throw new FirmwareException(
                    FirmwareException.Fault.IMAGE_SIZE, 0, size + " bytes", "multiples of 64 KiB, up to 4 GiB");
        }
        var entries = new HashMap<UUID, Long>();
        long tail = size - BEHIND_TABLE;
        if (guid(bytes, tail - GUID).equals(FOOTER)) {
            long left = Short.toUnsignedLong(bytes.get(U16, tail - ENTRY_TAIL)) - ENTRY_TAIL;
            // a table that is longer than the image is none for QEMU
            walk(bytes, tail - ENTRY_TAIL, left > tail - ENTRY_TAIL ? 0 : left, entries);
        }
        return new FirmwareImage(bytes, entries);
    }

    /** Backwards, as QEMU does, up to the first entry that cannot be. */
    private static void walk(MemorySegment bytes, long end, long length, Map<UUID, Long> entries) {
        long at = end;
        long left = length;
        while (left >= ENTRY_TAIL && at >= ENTRY_TAIL) {
            long entry = Short.toUnsignedLong(bytes.get(U16, at - ENTRY_TAIL));
            if (entry < ENTRY_TAIL || entry > left || entry > at) {
                return;
            }
            entries.putIfAbsent(guid(bytes, at - GUID), at - entry);
            at -= entry;
            left -= entry;
        }
    }

    /** The first three parts of a GUID are little endian. */
    private static UUID guid(MemorySegment bytes, long at) {
        long first = Integer.toUnsignedLong(bytes.get(U32, at)) << 32
                | Short.toUnsignedLong(bytes.get(U16, at + 4)) << 16
                | Short.toUnsignedLong(bytes.get(U16, at + 6));
        return new UUID(first, Long.reverseBytes(bytes.get(U64, at + 8)));
    }

    /** Where vCPUs other than the first one start in SEV-ES and SNP guests; empty if the image does not say. */
    public Optional<Integer> resetAddress() {
        return Optional.ofNullable(entries.get(RESET_BLOCK))
                .filter(at -> at + Integer.BYTES <= bytes.byteSize())
                .map(at -> bytes.get(U32, at))
                .filter(address -> address != 0);
    }

    /** Where the metadata begins that an entry points to, by its distance from the end of the image. */
    long metadata(UUID entry, String what) {
        if (entries.isEmpty()) {
            throw new FirmwareException(
                    FirmwareException.Fault.NO_TABLE,
                    bytes.byteSize() - BEHIND_TABLE - GUID,
                    "no table of GUIDs",
                    "an image of OVMF or TDVF");
        }
        var at = entries.get(entry);
        if (at == null || at + Integer.BYTES > bytes.byteSize()) {
            throw new FirmwareException(
                    FirmwareException.Fault.NO_METADATA,
                    bytes.byteSize() - BEHIND_TABLE,
                    "no entry for " + what + " metadata",
                    "an image that is built for such guests");
        }
        return bytes.byteSize() - u32(at);
    }

    /** An unsigned field within the image, else {@code fault}. */
    long u32(long at) {
        return Integer.toUnsignedLong(bytes.get(U32, at));
    }

    long u64(long at) {
        return bytes.get(U64, at);
    }

    /** Whether all of this lies within the image; {@code length} is unsigned. */
    boolean contains(long at, long length) {
        return at >= 0 && at <= bytes.byteSize() && Long.compareUnsigned(length, bytes.byteSize() - at) <= 0;
    }

    /**
     * Reads the head of metadata: signature, length, version and number of sections, 4 bytes each.
     *
     * @return how many sections there are, each of which lies within the image
     */
    int sections(long at, String signature, int sectionSize) {
        int head = 4 * Integer.BYTES;
        bad(!contains(at, head), at, signature + " metadata outside the image");
        int magic = Integer.reverseBytes(
                ByteBuffer.wrap(signature.getBytes(StandardCharsets.US_ASCII)).getInt());
        bad((int) u32(at) != magic, at, "another signature than " + signature);
        bad(u32(at + 8) != 1, at + 8, "version " + u32(at + 8));
        long count = u32(at + 12);
        long length = u32(at + 4);
        bad(
                length < head + count * sectionSize || !contains(at, length),
                at + 4,
                count + " sections in " + length + " bytes");
        return (int) count;
    }

    private static void bad(boolean bad, long at, String found) {
        if (bad) {
            throw new FirmwareException(
                    FirmwareException.Fault.BAD_METADATA, at, found, "version 1, whole and within the image");
        }
    }
}
