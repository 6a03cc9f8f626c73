package io.reseal.igvm.format;

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
        int version,
        Platform.Architecture architecture,
        int checksum,
        long headersOffset,
        long headersSize,
        long fileSize) {
    public static final int SIZE_1 = 24;
    public static final int SIZE_2 = 32;

    /** Where the file data begins: behind the variable headers. */
    public long dataOffset() {
        return headersOffset + headersSize;
    }

    /** Of this header itself, in bytes. */
    public int size() {
        return version == 1 ? SIZE_1 : SIZE_2;
    }
}
