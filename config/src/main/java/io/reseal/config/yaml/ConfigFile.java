package io.reseal.config.yaml;

import io.reseal.config.Quoted;
import io.reseal.config.ResealConfig;
import io.reseal.config.SourcePosition;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/** Reads configuration files. */
public final class ConfigFile {
    /** The largest file that is read, in bytes. */
    static final int LARGEST = 256 * 1024;

    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private ConfigFile() {}

    /**
     * Reads and checks {@code file}, which must hold UTF-8.
     *
     * @throws ConfigException naming every fault
     */
    public static LoadedConfig load(Path file) throws ConfigException {
        var problems = new Problems(file.toString());
        var text = bytes(file, problems).flatMap(bytes -> decoded(bytes, problems));
        return checked(text, problems);
    }

    /**
     * Checks the text of a configuration file.
     *
     * @param fileNameForMessages stands before each position in messages
     * @throws ConfigException naming every fault
     */
    public static LoadedConfig parse(String fileNameForMessages, String yaml) throws ConfigException {
        return checked(Optional.of(yaml), new Problems(fileNameForMessages));
    }

    private static LoadedConfig checked(Optional<String> text, Problems problems) {
        var yaml = text.map(ConfigFile::withoutByteOrderMark).filter(it -> readable(it, problems));
        var root = yaml.flatMap(it -> NodeReader.read(it, problems));
        var config = ConfigReader.read(root, problems);
        if (problems.faulty()) {
            throw problems.exception();
        }
        return new LoadedConfig(config, problems.warnings());
    }

    private static Optional<byte[]> bytes(Path file, Problems problems) {
        if (Files.isDirectory(file)) {
            problems.fault(SourcePosition.WHOLE_FILE, "", "is a directory: name the YAML file itself");
            return Optional.empty();
        }
        try (var in = Files.newInputStream(file)) {
            var bytes = in.readNBytes(LARGEST + 1);
            return fits(bytes.length, problems) ? Optional.of(bytes) : Optional.empty();
        } catch (IOException e) {
            problems.fault(SourcePosition.WHOLE_FILE, "", unreadable(e));
            return Optional.empty();
        }
    }

    /** Why {@code e} kept us from reading, for operators. */
    static String unreadable(IOException e) {
        return switch (e) {
            case NoSuchFileException _ -> "does not exist: create it or name another file";
            case AccessDeniedException _ -> "may not be read: give the user that runs Reseal the right to";
            default -> "cannot be read: " + Quoted.plain(String.valueOf(e.getMessage()));
        };
    }

    private static Optional<String> decoded(byte[] bytes, Problems problems) {
        var in = ByteBuffer.wrap(bytes);
        var out = CharBuffer.allocate(bytes.length);
        var result = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .decode(in, out, true);
        var text = out.flip().toString();
        if (result.isError()) {
            problems.fault(
                    SourcePosition.after(withoutByteOrderMark(text)),
                    "",
                    "has the byte 0x%02X, which is not UTF-8 here: save the file as UTF-8".formatted(in.get()));
            return Optional.empty();
        }
        return Optional.of(text);
    }

    private static String withoutByteOrderMark(String text) {
        return !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? text.substring(1) : text;
    }

    private static boolean readable(String yaml, Problems problems) {
        if (!fits(yaml.length(), problems)) {
            return false;
        }
        for (int i = 0; i < yaml.length(); i = yaml.offsetByCodePoints(i, 1)) {
            int c = yaml.codePointAt(i);
            if (!StreamReader.isPrintable(c)) {
                var at = SourcePosition.after(yaml.substring(0, i));
                problems.fault(at, "", "has the character U+%04X, which YAML does not allow: remove it".formatted(c));
                return false;
            }
        }
        return true;
    }

    private static boolean fits(int size, Problems problems) {
        if (size > LARGEST) {
            problems.fault(SourcePosition.WHOLE_FILE, "", "is larger than 256 KiB, more than any configuration needs");
        }
        return size <= LARGEST;
    }

    /**
     * A file that could be used.
     *
     * @param warnings what its author should know all the same, in the order of the file
     */
    public record LoadedConfig(ResealConfig config, List<Problem> warnings) {
        public LoadedConfig {
            warnings = List.copyOf(warnings);
        }
    }
}
