package io.reseal.igvm.read;

import io.reseal.igvm.format.Fault;
import io.reseal.igvm.format.Fields;
import io.reseal.igvm.format.FixedHeader;
import io.reseal.igvm.format.Hex;
import io.reseal.igvm.format.IgvmFile;
import io.reseal.igvm.format.Platform;
import java.lang.foreign.MemorySegment;
import java.util.zip.CRC32;

/** Reads the fixed header: magic, version, sizes and the checksum over all headers. */
final class FixedHeaderReader {
    private static final int MAGIC = 0x4D564749;
    private static final int CHECKSUM_AT = 20;

    private FixedHeaderReader() {}

    static FixedHeader read(MemorySegment file) {
        long real = file.byteSize();
        FormatCheck.need(
                real >= FixedHeader.SIZE_1,
                Fault.TRUNCATED_FIXED_HEADER,
                0,
                () -> real + " bytes",
                "at least " + FixedHeader.SIZE_1);
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
                version == 1 ? Platform.Architecture.X64 : architecture(fields, real),
                fields.bits32(CHECKSUM_AT),
                fields.u32(8),
                fields.u32(12),
                fields.u32(16));
        checkSizes(header, real);
        checkChecksum(header, file);
        return header;
    }

    private static Platform.Architecture architecture(Fields fields, long real) {
        FormatCheck.need(
                real >= FixedHeader.SIZE_2,
                Fault.TRUNCATED_FIXED_HEADER,
                0,
                () -> real + " bytes",
                "at least " + FixedHeader.SIZE_2 + " in format 2");
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
        return architecture == 0 ? Platform.Architecture.X64 : Platform.Architecture.AARCH64;
    }

    private static void checkSizes(FixedHeader header, long real) {
        FormatCheck.need(
                header.fileSize() == real,
                Fault.FILE_SIZE_MISMATCH,
                16,
                () -> "a header that says " + header.fileSize() + " bytes in a file of " + real,
                "the file's real size");
        // libigvm wants at least one byte of file data
        FormatCheck.need(
                header.dataOffset() < header.fileSize(),
                Fault.VARIABLE_HEADER_RANGE,
                8,
                () -> "variable headers " + Hex.of(header.headersOffset()) + "+" + Hex.of(header.headersSize()),
                "an end before that of the file, " + Hex.of(header.fileSize()));
    }

    private static void checkChecksum(FixedHeader header, MemorySegment file) {
        var crc = new CRC32();
        crc.update(file.asSlice(0, CHECKSUM_AT).asByteBuffer());
        crc.update(new byte[Integer.BYTES]);
        crc.update(file.asSlice(FixedHeader.SIZE_1, header.size() - FixedHeader.SIZE_1)
                .asByteBuffer());
        crc.update(file.asSlice(header.headersOffset(), header.headersSize()).asByteBuffer());
        FormatCheck.need(
                (int) crc.getValue() == header.checksum(),
                Fault.BAD_CHECKSUM,
                CHECKSUM_AT,
                () -> "checksum " + Hex.of(Integer.toUnsignedLong(header.checksum())),
                Hex.of(crc.getValue()) + ", computed over the headers");
    }
}
