package io.reseal.igvm.format;

import java.lang.foreign.MemorySegment;
import java.util.zip.CRC32;

/**
 * The first 24 (format 1) or 32 bytes (format 2) of a file.
 *
 * @param version of the format, 1 or 2
 * @param architecture of the guest
 * @param checksum CRC-32 over this header, with the checksum's field 0, and all variable headers
 * @param headersOffset where the variable headers begin, in bytes
 * @param headersSize of all of them, in bytes
 * @param fileSize of the whole file, in bytes
 */
public record FixedHeader(
        int version, Architecture architecture, int checksum, long headersOffset, long headersSize, long fileSize) {
    private static final int MAGIC = 0x4D564749;
    private static final int SIZE_1 = 24;
    private static final int SIZE_2 = 32;
    private static final int CHECKSUM_AT = 20;

    /** Where the file data begins: behind the variable headers. */
    public long dataOffset() {
        return headersOffset + headersSize;
    }

    /** Of this header itself, in bytes. */
    public int size() {
        return version == 1 ? SIZE_1 : SIZE_2;
    }

    public static FixedHeader read(MemorySegment file) {
        long real = file.byteSize();
        FormatCheck.need(real >= SIZE_1, Fault.TRUNCATED_FIXED_HEADER, 0, () -> real + " bytes", "at least " + SIZE_1);
        var fields = new Fields(file);
        FormatCheck.need(
                fields.bits32(0) == MAGIC, Fault.BAD_MAGIC, 0, () -> "magic " + Hex.of(fields.u32(0)), Hex.of(MAGIC));
        long version = fields.u32(4);
        FormatCheck.need(
                version == 1 || version == 2,
                Fault.UNSUPPORTED_VERSION,
                4,
                () -> "format version " + version,
                "1 or 2");
        var header = new FixedHeader(
                (int) version,
                version == 1 ? Architecture.X64 : architecture(fields, real),
                fields.bits32(CHECKSUM_AT),
                fields.u32(8),
                fields.u32(12),
                fields.u32(16));
        header.checkSizes(real);
        header.checkChecksum(file);
        return header;
    }

    private static Architecture architecture(Fields fields, long real) {
        FormatCheck.need(
                real >= SIZE_2,
                Fault.TRUNCATED_FIXED_HEADER,
                0,
                () -> real + " bytes",
                "at least " + SIZE_2 + " in format 2");
        long architecture = fields.u32(24);
        FormatCheck.need(
                architecture == 0 || architecture == 1,
                Fault.UNSUPPORTED_ARCHITECTURE,
                24,
                () -> "architecture " + architecture,
                "0 (X64) or 1 (AARCH64)");
        FormatCheck.need(
                fields.u32(28) == IgvmFile.PAGE,
                Fault.UNSUPPORTED_PAGE_SIZE,
                28,
                () -> "page size " + fields.u32(28),
                String.valueOf(IgvmFile.PAGE));
        return architecture == 0 ? Architecture.X64 : Architecture.AARCH64;
    }

    private void checkSizes(long real) {
        FormatCheck.need(
                fileSize == real,
                Fault.FILE_SIZE_MISMATCH,
                16,
                () -> "a header that says " + fileSize + " bytes in a file of " + real,
                "the file's real size");
        // libigvm wants at least one byte of file data
        FormatCheck.need(
                dataOffset() < fileSize,
                Fault.VARIABLE_HEADER_RANGE,
                8,
                () -> "variable headers " + Hex.of(headersOffset) + "+" + Hex.of(headersSize),
                "an end before that of the file, " + Hex.of(fileSize));
    }

    private void checkChecksum(MemorySegment file) {
        var crc = new CRC32();
        crc.update(file.asSlice(0, CHECKSUM_AT).asByteBuffer());
        crc.update(new byte[Integer.BYTES]);
        crc.update(file.asSlice(SIZE_1, size() - SIZE_1).asByteBuffer());
        crc.update(file.asSlice(headersOffset, headersSize).asByteBuffer());
        FormatCheck.need(
                (int) crc.getValue() == checksum,
                Fault.BAD_CHECKSUM,
                CHECKSUM_AT,
                () -> "checksum " + Hex.of(Integer.toUnsignedLong(checksum)),
                Hex.of(crc.getValue()) + ", computed over the headers");
    }
}
