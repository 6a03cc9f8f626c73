package io.reseal.daemon.files;

import io.reseal.daemon.files.FileTroubleException.Code;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.function.Function;

/** Reads a file without copying it into memory. */
public final class MappedFile {
    /** What a file must keep while it is read. */
    private record Stamp(Object inode, long size, FileTime modified) {
        static Stamp of(Path file) throws IOException {
            var read = Files.readAttributes(file, BasicFileAttributes.class);
            if (!read.isRegularFile()) {
                throw new FileTroubleException(
                        Code.NOT_A_REGULAR_FILE,
                        file + " is " + (read.isDirectory() ? "a directory" : "a device, FIFO or socket")
                                + ", a regular file is wanted");
            }
            return new Stamp(String.valueOf(read.fileKey()), read.size(), read.lastModifiedTime());
        }
    }

    private MappedFile() {}

    /**
     * What {@code reading} makes of the file's bytes. What it returns must not keep them: they are gone afterwards.
     *
     * @param most bytes that it may have
     * @throws FileTroubleException if there is no such file, or it changed while it was read
     */
    public static <T> T read(Path file, long most, Function<MemorySegment, T> reading) {
        try {
            var before = Stamp.of(file);
            if (before.size() > most) {
                throw new FileTroubleException(
                        Code.TOO_LARGE, file + " has " + before.size() + " bytes, at most " + most + " are read");
            }
            var result = mapped(file, before.size(), reading);
            if (!Stamp.of(file).equals(before)) {
                throw FileTroubleException.changed(file);
            }
            return result;
        } catch (NoSuchFileException _) {
            throw new FileTroubleException(Code.NO_FILE, file + ": there is no such file");
        } catch (IOException refused) {
            throw new FileTroubleException(Code.UNREADABLE, file + " cannot be read: " + refused.getMessage());
        }
    }

    private static <T> T mapped(Path file, long size, Function<MemorySegment, T> reading) throws IOException {
        try (var arena = Arena.ofConfined();
                var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return reading.apply(channel.map(MapMode.READ_ONLY, 0, size, arena));
        } catch (InternalError _) {
            // what the JVM makes of SIGBUS: the file was made shorter, and the page is no longer there
            throw FileTroubleException.changed(file);
        }
    }
}
