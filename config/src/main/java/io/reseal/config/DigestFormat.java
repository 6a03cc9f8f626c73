package io.reseal.config;

import static io.reseal.config.ValueFormats.Text.unlike;

import io.reseal.config.ValueFormat.Parsed;
import io.reseal.policy.ResetPolicy.Terms;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Launch digests (SHA-384, of SEV-SNP and of TDX's MRTD), in hex or as the path of a file that has one in each line. The file
 * is read with the configuration, and again at each reload. {@link Terms#ANY_INTERRUPTS} before a digest of SEV-SNP permits
 * that launch with any interrupt flags of its vCPUs.
 */
final class DigestFormat {
    private static final String EXPECTED =
            "a launch digest of 96 hexadecimal digits, any-interrupts: and such a digest, or file:/absolute/path of such digests";
    private static final String FILE = "file:";
    private static final Pattern DIGEST = Pattern.compile("(%s)?[0-9A-Fa-f]{96}".formatted(Terms.ANY_INTERRUPTS));
    private static final int LARGEST = 256 * 1024;

    static final ValueFormat<Set<String>> FORM =
            new ValueFormats.Text<>("launch digest", EXPECTED, DigestFormat::digests);

    private static Parsed<Set<String>> digests(String text) {
        if (text.startsWith(FILE)) {
            return switch (PathFormats.absolute(text.substring(FILE.length()))) {
                case Parsed.Bad<Path>(String complaint) -> Parsed.bad(complaint);
                case Parsed.Good<Path>(Path file) -> inFile(file);
            };
        }
        return DIGEST.matcher(text).matches() ? Parsed.good(Set.of(lower(text))) : unlike(EXPECTED, text);
    }

    private static Parsed<Set<String>> inFile(Path file) {
        try {
            if (!Files.isRegularFile(file)) {
                return Parsed.bad(
                        "names " + file + ", which is not a file: put the digests there, or remove the entry");
            }
            return Files.size(file) > LARGEST
                    ? Parsed.bad("names %s, which has more than %d bytes: it cannot be a list of digests"
                            .formatted(file, LARGEST))
                    : inLines(file, new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
        } catch (IOException refused) {
            return Parsed.bad(
                    "names %s, which cannot be read: make it readable (%s)".formatted(file, refused.getMessage()));
        }
    }

    /** Empty lines and what follows a {@code #} say nothing. */
    private static Parsed<Set<String>> inLines(Path file, String text) {
        var found = new LinkedHashSet<String>();
        var lines = text.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            var line = lines.get(i).split("#", 2)[0].strip();
            if (!line.isEmpty() && !DIGEST.matcher(line).matches()) {
                return Parsed.bad("names %s, whose line %d must be a launch digest of 96 hexadecimal digits, but is %s"
                        .formatted(file, i + 1, Quoted.text(line)));
            }
            if (!line.isEmpty()) {
                found.add(lower(line));
            }
        }
        return Parsed.good(Set.copyOf(found));
    }

    private static String lower(String digest) {
        return digest.toLowerCase(Locale.ROOT);
    }

    private DigestFormat() {}
}
