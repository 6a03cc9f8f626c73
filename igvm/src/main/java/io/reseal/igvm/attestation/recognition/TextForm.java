package io.reseal.igvm.attestation.recognition;

import io.reseal.igvm.attestation.AttestationException;
import io.reseal.igvm.attestation.Octets;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Bytes that somebody has written as text.
 *
 * @param name of the form, in words
 */
public record TextForm(String name, Octets bytes) {

    private static final Pattern TEXT = Pattern.compile("[\\t\\n\\r\\x20-\\x7e]+");

    /** What people put before and between digits: 0x, \x, commas, colons, quotes, brackets. */
    private static final Pattern BETWEEN_DIGITS = Pattern.compile("0[xX]|\\\\x|[\\s,:;\"'{}\\[\\]]");

    private static final Pattern AROUND_BASE64 = Pattern.compile("-----(?:BEGIN|END) [^-]*-----|[\\s\"']");
    private static final Pattern HEX = Pattern.compile("[0-9a-fA-F]+");
    private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/]+");
    private static final String BYTE_ORDER_MARK = "\u00ef\u00bb\u00bf";

    /**
     * Hexadecimal digits, a dump of them, or base64 of either alphabet.
     *
     * @throws AttestationException if it is hexadecimal, but a digit is missing
     */
    public static Optional<TextForm> of(Octets file) {
        String text = new String(file.bytes(), StandardCharsets.ISO_8859_1);
        if (text.startsWith(BYTE_ORDER_MARK)) {
            text = text.substring(BYTE_ORDER_MARK.length());
        }
        if (!TEXT.matcher(text).matches()) {
            return Optional.empty();
        }
        String whole = text;
        return HexDump.of(whole)
                .map(bytes -> new TextForm("hexadecimal dump", bytes))
                .or(() -> hex(whole))
                .or(() -> base64(whole));
    }

    private static Optional<TextForm> hex(String text) {
        String digits = BETWEEN_DIGITS.matcher(text).replaceAll("");
        if (!HEX.matcher(digits).matches()) {
            return Optional.empty();
        }
        if (digits.length() % 2 != 0) {
            throw AttestationException.wrongSize(
                    "is hexadecimal text, but has an odd number of digits, %d".formatted(digits.length()));
        }
        return Optional.of(
                new TextForm("hexadecimal text", Octets.of(HexFormat.of().parseHex(digits))));
    }

    private static Optional<TextForm> base64(String text) {
        String padded = AROUND_BASE64.matcher(text).replaceAll("");
        int end = padded.length();
        while (end > 0 && padded.charAt(end - 1) == '=') {
            end--;
        }
        String digits = padded.substring(0, end).replace('-', '+').replace('_', '/');
        boolean whole = BASE64.matcher(digits).matches() && digits.length() % 4 != 1;
        return whole
                ? Optional.of(
                        new TextForm("base64", Octets.of(Base64.getDecoder().decode(digits))))
                : Optional.empty();
    }
}
