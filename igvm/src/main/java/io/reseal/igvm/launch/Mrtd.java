package io.reseal.igvm.launch;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * MRTD of a TD while it is built: SHA-384 over a record for each page that is added, and for each 256 bytes that are extended
 * (TDX module ABI, TDH.MEM.PAGE.ADD and TDH.MR.EXTEND; KVM extends a page right after it added it). Not for several threads at
 * once.
 */
public final class Mrtd {
    private static final int CHUNK = 256;
    private static final int RECORD = 128;
    private static final int GPA = 16;

    private final MessageDigest sha384;
    private final byte[] add = record("MEM.PAGE.ADD");
    private final byte[] extend = record("MR.EXTEND");
    private final byte[] page = new byte[LaunchRegion.PAGE];

    public Mrtd() {
        try {
            sha384 = MessageDigest.getInstance("SHA-384");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-384", impossible);
        }
    }

    private static byte[] record(String operation) {
        var record = new byte[RECORD];
        var name = operation.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(name, 0, record, 0, name.length);
        return record;
    }

    /** Adds a page of 4 KiB, of which only the address is measured. */
    public void add(long gpa) {
        put(add, gpa);
    }

    /**
     * Extends MRTD by the content of a page that was added just before.
     *
     * @param content up to 4096 bytes, filled up with zeros
     */
    public void extend(long gpa, MemorySegment content) {
        var whole = MemorySegment.ofArray(page);
        whole.fill((byte) 0);
        MemorySegment.copy(content, 0, whole, 0, content.byteSize());
        for (int at = 0; at < LaunchRegion.PAGE; at += CHUNK) {
            put(extend, gpa + at);
            sha384.update(page, at, CHUNK);
        }
    }

    private void put(byte[] record, long gpa) {
        ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN).putLong(GPA, gpa);
        sha384.update(record);
    }

    /** Ends the measurement, as TDH.MR.FINALIZE does: 96 hexadecimal digits. */
    public String finish() {
        return HexFormat.of().formatHex(sha384.digest());
    }
}
