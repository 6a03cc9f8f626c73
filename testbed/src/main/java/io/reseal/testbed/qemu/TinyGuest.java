package io.reseal.testbed.qemu;

import io.reseal.testbed.Deadline;
import io.reseal.testbed.TestbedException;
import io.reseal.testbed.TestbedPaths;
import io.reseal.testbed.process.Tool;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;

/**
 * The 64 KiB firmware that is a whole guest: assembled from {@code fw.S}, with the tables of metadata that QEMU looks
 * for when it launches an SEV-SNP guest or a TD (QEMU: {@code hw/i386/pc_sysfw_ovmf.c}, {@code target/i386/sev.c},
 * {@code hw/i386/tdvf.c}).
 */
public final class TinyGuest {
    static final int SIZE = 0x10000;
    static final int METADATA_OFFSET = 0x8000;
    static final int TDVF_OFFSET = 0x9000;
    private static final int RESET_VECTOR = SIZE - 16;
    private static final int TABLE_END = SIZE - 32;

    static final UUID TABLE_FOOTER = UUID.fromString("96b582de-1fb2-45f7-baea-a366c55a082d");
    static final UUID SEV_METADATA = UUID.fromString("dc886566-984a-4798-a75e-5585a7bf67cc");
    static final UUID SEV_ES_RESET_BLOCK = UUID.fromString("00f771de-1a7e-4fcb-890e-68c77e2fb44e");
    static final UUID TDVF_METADATA = UUID.fromString("e47a6535-984a-4798-865e-4685a7bf8ec2");

    private record Region(int address, int size, int type) {}

    /** Pages of guest memory that the launch fills for the firmware: secrets (2), CPUID (3), and plain memory (1). */
    private static final List<Region> REGIONS =
            List.of(new Region(0x800000, 0x1000, 2), new Region(0x801000, 0x1000, 3), new Region(0x802000, 0x1000, 1));

    /** The same for a TD: the firmware itself (0), a list of its memory (2), and plain memory (3). Only the first is measured. */
    private static final List<Region> SECTIONS =
            List.of(new Region(0xffff0000, SIZE, 0), new Region(0x804000, 0x2000, 2), new Region(0x802000, 0x1000, 3));

    /** The image, built on first use and kept in the cache under a name that changes with its source. */
    public static Path image() {
        byte[] source = source();
        var image = TestbedPaths.cache().resolve("tiny-guest-" + fingerprint(source) + ".bin");
        return Files.isRegularFile(image) ? image : build(source, image);
    }

    private static Path build(byte[] source, Path image) {
        try {
            var folder = Files.createTempDirectory(image.getParent(), "tiny-guest-");
            try {
                var complete = Files.write(folder.resolve("image"), image(assemble(source, folder)));
                Files.move(complete, image, StandardCopyOption.ATOMIC_MOVE);
                age();
                return image;
            } finally {
                TestbedPaths.deleteFolder(folder);
            }
        } catch (IOException failed) {
            throw new TestbedException(
                    "the tiny guest cannot be built in " + image.getParent() + ": " + failed.getMessage(), failed);
        }
    }

    /** What a guest has loaded is known only if its firmware is clearly older than its QEMU. */
    private static void age() {
        for (var older = Deadline.after(Duration.ofMillis(200)); !older.passed(); ) {
            Thread.onSpinWait();
        }
    }

    private static byte[] assemble(byte[] source, Path folder) throws IOException {
        var code = folder.resolve("fw.bin");
        var text = Files.write(folder.resolve("fw.S"), source);
        var object = folder.resolve("fw.o");
        run(List.of("as", "--32", "-o", object.toString(), text.toString()));
        run(List.of("objcopy", "-O", "binary", "-j", ".text", object.toString(), code.toString()));
        return Files.readAllBytes(code);
    }

    private static void run(List<String> command) {
        try {
            var result = Tool.run(command);
            if (result.exitCode() != 0) {
                throw new TestbedException(
                        "the tiny guest cannot be built: " + command.getFirst() + " says: " + result.errors());
            }
        } catch (IOException missing) {
            throw new TestbedException(
                    "the tiny guest cannot be built: '" + command.getFirst()
                            + "' is missing; run: apt-get install -y --no-install-recommends binutils",
                    missing);
        }
    }

    /** Code at the start, metadata in the middle, table of GUIDs and reset vector at the end, as OVMF has it. */
    static byte[] image(byte[] code) {
        if (code.length > METADATA_OFFSET) {
            throw new TestbedException(
                    "the tiny guest has " + code.length + " bytes of code, but " + METADATA_OFFSET + " fit");
        }
        var image = ByteBuffer.allocate(SIZE).order(ByteOrder.LITTLE_ENDIAN);
        Arrays.fill(image.array(), (byte) 0xff);
        image.put(0, code);
        image.put(METADATA_OFFSET, metadata());
        image.put(TDVF_OFFSET, tdvf());
        byte[] table = table();
        image.put(TABLE_END - table.length, table);
        // a near jump to the start: a far one would leave the high alias, which alone exists in confidential guests
        image.put(RESET_VECTOR, (byte) 0xe9).putShort(RESET_VECTOR + 1, (short) -(RESET_VECTOR + 3));
        return image.array();
    }

    private static byte[] metadata() {
        int length = 16 + 12 * REGIONS.size();
        var block = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        block.put(new byte[] {'A', 'S', 'E', 'V'}).putInt(length).putInt(1).putInt(REGIONS.size());
        REGIONS.forEach(each -> block.putInt(each.address()).putInt(each.size()).putInt(each.type()));
        return block.array();
    }

    private static byte[] tdvf() {
        int length = 16 + 32 * SECTIONS.size();
        var block = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        block.put(new byte[] {'T', 'D', 'V', 'F'}).putInt(length).putInt(1).putInt(SECTIONS.size());
        for (var section : SECTIONS) {
            boolean fromImage = section.type() == 0;
            block.putInt(0).putInt(fromImage ? SIZE : 0);
            block.putLong(Integer.toUnsignedLong(section.address())).putLong(section.size());
            block.putInt(section.type()).putInt(fromImage ? 1 : 0);
        }
        return block.array();
    }

    /** Entries are read backwards: data, then length, then GUID; the footer's length counts all of them. */
    private static byte[] table() {
        var table = ByteBuffer.allocate(3 * 22 + 18).order(ByteOrder.LITTLE_ENDIAN);
        table.putInt(SIZE - TDVF_OFFSET).putShort((short) 22).put(guid(TDVF_METADATA));
        table.putInt(SIZE - METADATA_OFFSET).putShort((short) 22).put(guid(SEV_METADATA));
        table.putInt(0xffff0000).putShort((short) 22).put(guid(SEV_ES_RESET_BLOCK));
        table.putShort((short) table.capacity()).put(guid(TABLE_FOOTER));
        return table.array();
    }

    /** A GUID in memory: its first three fields little-endian, the rest as written. */
    static byte[] guid(UUID id) {
        long high = id.getMostSignificantBits();
        var bytes = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt((int) (high >>> 32)).putShort((short) (high >>> 16)).putShort((short) high);
        return bytes.order(ByteOrder.BIG_ENDIAN)
                .putLong(id.getLeastSignificantBits())
                .array();
    }

    private static byte[] source() {
        try (InputStream source = TinyGuest.class.getResourceAsStream("fw.S")) {
            if (source == null) {
                throw new TestbedException("fw.S is not in the testbed's jar; build the module again");
            }
            return source.readAllBytes();
        } catch (IOException broken) {
            throw new TestbedException("fw.S cannot be read from the testbed's jar", broken);
        }
    }

    private static String fingerprint(byte[] source) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update(image(new byte[0]));
            return HexFormat.of().formatHex(digest.digest(source), 0, 8);
        } catch (NoSuchAlgorithmException impossible) {
            throw new TestbedException("this Java has no SHA-256", impossible);
        }
    }

    private TinyGuest() {}
}
