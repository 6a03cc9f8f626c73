package io.reseal.igvm.attestation.recognition;

import io.reseal.igvm.attestation.Octets;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** UTF-16, as tools on Windows write text; known by its byte order mark. */
public final class WideText {
    private static final int LITTLE_ENDIAN = 0xfffe;
    private static final int BIG_ENDIAN = 0xfeff;
    private static final int MARK = 2;

    /** The same text with one byte for each ASCII character; any other file as it is. */
    public static Octets narrowed(Octets file) {
        byte[] bytes = file.bytes();
        int mark = bytes.length < MARK ? 0 : ((bytes[0] & 0xff) << 8) | (bytes[1] & 0xff);
        return switch (mark) {
            case LITTLE_ENDIAN -> narrowed(bytes, StandardCharsets.UTF_16LE);
            case BIG_ENDIAN -> narrowed(bytes, StandardCharsets.UTF_16BE);
            default -> file;
        };
    }

    private static Octets narrowed(byte[] bytes, Charset charset) {
        String text = new String(bytes, MARK, bytes.length - MARK, charset);
        return Octets.of(text.getBytes(StandardCharsets.UTF_8));
    }

    private WideText() {}
}
