package io.reseal.igvm.firmware;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.UUID;

/** Builds images of 64 KiB that are laid out like OVMF: metadata somewhere, a table of GUIDs at the end. */
final class Images {
    static final int SIZE = 64 << 10;
    static final int SEV_AT = 0x8000;
    static final int TDVF_AT = 0x9000;
    private static final int TABLE_END = SIZE - 32;
    static final int RESET_ADDRESS_AT = TABLE_END - 18 - 22;

    private final ByteBuffer image = ByteBuffer.allocate(SIZE).order(ByteOrder.LITTLE_ENDIAN);
    private int table = TABLE_END;

    private Images() {
        var content = new byte[0x7000];
        new Random(1).nextBytes(content);
        image.put(0, content);
    }

    /** With all entries: SEV metadata, TDVF metadata, reset block. */
    static Images whole() {
        var images = new Images();
        images.entry("96b582de-1fb2-45f7-baea-a366c55a082d", new byte[0]);
        images.entry("00f771de-1a7e-4fcb-890e-68c77e2fb44e", number(0x80b004));
        images.entry("dc886566-984a-4798-a75e-5585a7bf67cc", number(SIZE - SEV_AT));
        images.entry("e47a6535-984a-4798-865e-4685a7bf8ec2", number(SIZE - TDVF_AT));
        images.image.putShort(TABLE_END - 18, (short) (TABLE_END - images.table));
        images.sev(new int[] {0x800000, 0x4000, 1}, new int[] {0x80d000, 0x1000, 2}, new int[] {0x80e000, 0x1000, 3});
        images.tdvf(
                new long[] {0, SIZE, 0xffff0000L, SIZE, 0, 1},
                new long[] {0, 0, 0x810000, 0x2000, 2, 0},
                new long[] {0, 0, 0x812000, 0x1000, 3, 0});
        return images;
    }

    static Images withoutTable() {
        return new Images();
    }

    private static byte[] number(int value) {
        return ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array();
    }

    private void entry(String guid, byte[] data) {
        int length = data.length + 18;
        int at = table - length;
        var uuid = UUID.fromString(guid);
        image.put(at, data).putShort(at + data.length, (short) length);
        int place = at + data.length + 2;
        image.putInt(place, (int) (uuid.getMostSignificantBits() >> 32))
                .putShort(place + 4, (short) (uuid.getMostSignificantBits() >> 16))
                .putShort(place + 6, (short) uuid.getMostSignificantBits())
                .putLong(place + 8, Long.reverseBytes(uuid.getLeastSignificantBits()));
        table = at;
    }

    private void head(int at, String signature, int sections, int sectionSize) {
        image.put(at, signature.getBytes(StandardCharsets.US_ASCII))
                .putInt(at + 4, 16 + sections * sectionSize)
                .putInt(at + 8, 1)
                .putInt(at + 12, sections);
    }

    Images sev(int[]... sections) {
        head(SEV_AT, "ASEV", sections.length, 12);
        for (int i = 0; i < sections.length; i++) {
            for (int field = 0; field < 3; field++) {
                image.putInt(SEV_AT + 16 + 12 * i + 4 * field, sections[i][field]);
            }
        }
        return this;
    }

    Images tdvf(long[]... sections) {
        head(TDVF_AT, "TDVF", sections.length, 32);
        for (int i = 0; i < sections.length; i++) {
            int at = TDVF_AT + 16 + 32 * i;
            image.putInt(at, (int) sections[i][0])
                    .putInt(at + 4, (int) sections[i][1])
                    .putLong(at + 8, sections[i][2])
                    .putLong(at + 16, sections[i][3])
                    .putInt(at + 24, (int) sections[i][4])
                    .putInt(at + 28, (int) sections[i][5]);
        }
        return this;
    }

    Images number(int at, int value) {
        image.putInt(at, value);
        return this;
    }

    byte[] bytes() {
        return image.array().clone();
    }

    MemorySegment segment() {
        return MemorySegment.ofArray(bytes());
    }

    FirmwareImage read() {
        return FirmwareImage.of(segment());
    }
}
