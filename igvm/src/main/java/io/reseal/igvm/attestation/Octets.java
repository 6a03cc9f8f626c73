package io.reseal.igvm.attestation;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;

/** Bytes as a value: immutable, equal by content, printed as hexadecimal digits. */
public final class Octets {

    private final byte[] bytes;

    private Octets(byte[] owned) {
        bytes = owned;
    }

    public static Octets of(byte[] bytes) {
        return new Octets(bytes.clone());
    }

    /** Hexadecimal digits without separators, as operators write digests in configuration. */
    public static Octets ofHex(String digits) {
        return new Octets(HexFormat.of().parseHex(digits));
    }

    public int size() {
        return bytes.length;
    }

    /** A copy that the caller owns. */
    public byte[] bytes() {
        return bytes.clone();
    }

    public boolean isZero() {
        for (byte each : bytes) {
            if (each != 0) {
                return false;
            }
        }
        return true;
    }

    /** Zeros, or a line end that an editor or a shell has added. */
    public boolean isPadding() {
        for (byte each : bytes) {
            if (each != 0 && each != '\n' && each != '\r') {
                return false;
            }
        }
        return true;
    }

    public static Octets littleEndian(long bits) {
        return new Octets(ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(bits)
                .array());
    }

    /** Of exactly eight bytes. */
    public long littleEndianLong() {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    }

    /** A number of up to eight bytes. */
    public long littleEndian(int from, int size) {
        long number = 0;
        for (int i = size - 1; i >= 0; i--) {
            number = (number << Byte.SIZE) | Byte.toUnsignedLong(bytes[from + i]);
        }
        return number;
    }

    public Octets slice(int from, int size) {
        return new Octets(Arrays.copyOfRange(bytes, from, from + size));
    }

    public boolean startsWith(Octets prefix) {
        return prefix.size() <= size() && slice(0, prefix.size()).equals(prefix);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Octets that && MessageDigest.isEqual(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes);
    }
}
