package io.reseal.benchmarks;

import com.sun.management.ThreadMXBean;
import io.reseal.igvm.format.Limits;
import io.reseal.igvm.launch.CpuSignature;
import io.reseal.igvm.launch.Machine;
import io.reseal.igvm.measure.SnpLaunch;
import io.reseal.igvm.read.IgvmReader;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Random;
import java.util.zip.CRC32;

/**
 * Measures bundles beside one SHA-384 of the same bytes by the JDK. Takes a folder and a number of rounds; prints a name and a
 * number on each line. The files that it makes stay, for others to be measured with them.
 */
public final class IgvmMeasure {
    private static final int PAGE = 4096;
    private static final int PAGES = 64 * 256;
    private static final long GIB = 1L << 30;
    private static final int HEADERS_AT = 24;
    private static final int PLATFORM = 24;
    private static final int PAGE_DATA = 32;
    private static final Machine MACHINE =
            new Machine(4, CpuSignature.ofModel("EPYC").orElseThrow());

    private IgvmMeasure() {}

    public static void main(String[] arguments) throws Exception {
        var folder = Path.of(arguments[0]);
        int rounds = Integer.parseInt(arguments[1]);
        var unique = bundle(folder.resolve("unique.igvm"), PAGES, PAGES);
        var shared = bundle(folder.resolve("shared.igvm"), PAGES, 1);
        for (int i = 0; i < rounds; i++) {
            System.out.println("hash " + time(unique, IgvmMeasure::hash));
            System.out.println("measure " + time(unique, IgvmMeasure::measure));
            System.out.println("shared " + time(shared, IgvmMeasure::measure));
        }
        System.out.println("allocated " + allocated(unique));
        inspect(folder.resolve("large.igvm"), rounds);
    }

    /** As many pages as {@code pages}, of which {@code unique} have data of their own. */
    private static Path bundle(Path file, int pages, int unique) throws IOException {
        int size = PLATFORM + pages * PAGE_DATA;
        var headers = ByteBuffer.allocate(HEADERS_AT + size).order(ByteOrder.LITTLE_ENDIAN);
        long total = HEADERS_AT + size + (long) unique * PAGE;
        platform(headers, size, total);
        for (int i = 0; i < pages; i++) {
            long data = HEADERS_AT + size + (long) (i % unique) * PAGE;
            page(headers, 0x100000L + (long) i * PAGE, (int) data);
        }
        seal(headers);
        try (var channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            channel.write(headers.rewind());
            var random = new Random(1);
            var page = new byte[PAGE];
            for (int i = 0; i < unique; i++) {
                random.nextBytes(page);
                channel.write(ByteBuffer.wrap(page));
            }
        }
        return file;
    }

    private static void platform(ByteBuffer headers, int size, long total) {
        headers.putInt(0x4D564749)
                .putInt(1)
                .putInt(HEADERS_AT)
                .putInt(size)
                .putInt((int) total)
                .putInt(0);
        headers.putInt(1)
                .putInt(16)
                .putInt(1)
                .put((byte) 0)
                .put((byte) 2)
                .putShort((short) 1)
                .putLong(0);
    }

    private static void page(ByteBuffer headers, long gpa, int data) {
        headers.putInt(0x302)
                .putInt(24)
                .putLong(gpa)
                .putInt(1)
                .putInt(data)
                .putInt(0)
                .putInt(0);
    }

    private static void seal(ByteBuffer headers) {
        var crc = new CRC32();
        crc.update(headers.duplicate().clear());
        headers.putInt(20, (int) crc.getValue());
    }

    private interface Work {
        void on(MemorySegment bytes) throws NoSuchAlgorithmException;
    }

    private static long time(Path file, Work work) throws Exception {
        try (var arena = Arena.ofConfined();
                var channel = FileChannel.open(file)) {
            var bytes = channel.map(MapMode.READ_ONLY, 0, channel.size(), arena);
            long begun = System.nanoTime();
            work.on(bytes);
            return System.nanoTime() - begun;
        }
    }

    private static void hash(MemorySegment bytes) throws NoSuchAlgorithmException {
        var sha384 = MessageDigest.getInstance("SHA-384");
        sha384.update(bytes.asByteBuffer());
        sha384.digest();
    }

    private static void measure(MemorySegment bytes) {
        var _ = SnpLaunch.of(IgvmReader.parse(bytes), MACHINE, Limits.DEFAULT).orElseThrow();
    }

    /** What one measurement allocates, whether it is still held or not: it can hold no more. */
    private static long allocated(Path file) throws Exception {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (var arena = Arena.ofConfined();
                var channel = FileChannel.open(file)) {
            var bytes = channel.map(MapMode.READ_ONLY, 0, channel.size(), arena);
            long before = threads.getCurrentThreadAllocatedBytes();
            measure(bytes);
            return threads.getCurrentThreadAllocatedBytes() - before;
        }
    }

    /** A bundle of 1 GiB: 16384 headers, and file data that nobody has written yet. */
    private static void inspect(Path file, int rounds) throws IOException {
        int size = PLATFORM + PAGES * PAGE_DATA;
        var headers = ByteBuffer.allocate(HEADERS_AT + size).order(ByteOrder.LITTLE_ENDIAN);
        platform(headers, size, GIB);
        for (int i = 0; i < PAGES; i++) {
            page(headers, 0x100000L + (long) i * PAGE, HEADERS_AT + size + i * 15 * PAGE);
        }
        seal(headers);
        try (var channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            channel.write(headers.rewind());
            channel.write(ByteBuffer.allocate(1), GIB - 1);
        }
        for (int i = 0; i < rounds; i++) {
            try (var arena = Arena.ofConfined();
                    var channel = FileChannel.open(file)) {
                var bytes = channel.map(MapMode.READ_ONLY, 0, GIB, arena);
                long begun = System.nanoTime();
                IgvmReader.parse(bytes);
                System.out.println("inspect " + (System.nanoTime() - begun));
                System.out.println("touched " + resident(file));
            }
        }
    }

    /** Bytes of the mapped file that are in this process' memory. */
    private static long resident(Path file) throws IOException {
        boolean ours = false;
        for (var line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
            if (line.endsWith("/" + file.getFileName())) {
                ours = true;
            } else if (ours && line.startsWith("Rss:")) {
                return Long.parseLong(line.replaceAll("\\D+", "")) * 1024;
            }
        }
        return -1;
    }
}
