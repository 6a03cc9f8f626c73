package io.reseal.igvm.attestation.recognition;

import io.reseal.igvm.attestation.Octets;
import java.io.ByteArrayOutputStream;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What xxd and hexdump -C print: an offset, digits, and the same as characters. */
final class HexDump {

    private static final Pattern XXD = Pattern.compile("([0-9a-f]{6,}): ((?:[0-9a-f]{2} ?)+)(?: .*)?");
    private static final Pattern HEXDUMP = Pattern.compile("([0-9a-f]{6,})(?:  ((?:[0-9a-f]{2} {1,2})+) *\\|.*\\|)?");

    /** Lines that are the same as the one before. */
    private static final String REPEATED = "*";

    private static final int LONGEST_LINE = 512;
    private static final int LARGEST = 1 << 20;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private byte[] last = new byte[0];
    private boolean repeating;

    private HexDump() {}

    /** Empty when any line is none of a dump. */
    static Optional<Octets> of(String text) {
        if (!text.stripLeading().startsWith("0000")) {
            return Optional.empty();
        }
        HexDump dump = new HexDump();
        return text.lines()
                        .map(String::stripTrailing)
                        .filter(line -> !line.isBlank())
                        .allMatch(dump::take)
                ? Optional.of(Octets.of(dump.bytes.toByteArray()))
                : Optional.empty();
    }

    private boolean take(String line) {
        if (line.equals(REPEATED)) {
            repeating = true;
            return last.length > 0;
        }
        if (line.length() > LONGEST_LINE) {
            return false;
        }
        Matcher xxd = XXD.matcher(line);
        Matcher found = xxd.matches() ? xxd : HEXDUMP.matcher(line);
        return found.matches() && reach(found.group(1)) && add(found.group(2));
    }

    /** Repeats the last line up to an offset, which must be where the bytes then end. */
    private boolean reach(String digits) {
        long offset = digits.length() > Integer.BYTES * 2 ? -1 : Long.parseLong(digits, 16);
        while (repeating && bytes.size() < offset && offset <= LARGEST) {
            bytes.writeBytes(last);
        }
        repeating = false;
        return bytes.size() == offset;
    }

    private boolean add(@Nullable String digits) {
        if (digits != null) {
            last = HexFormat.of().parseHex(digits.replace(" ", ""));
            bytes.writeBytes(last);
        }
        return true;
    }
}
