package io.reseal.daemon.qemu;

import io.reseal.igvm.launch.CpuSignature;
import io.reseal.igvm.launch.Vmsa;
import io.reseal.testbed.qemu.TinyGuest;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.zip.CRC32;

/** An IGVM bundle for SEV-SNP with the tiny guest in it: its image below 4 GiB, and one vCPU as after power-on. */
final class TinyBundle {
    private static final int PAGE = 4096;
    private static final int HEADERS_AT = 24;

    private TinyBundle() {}

    static Path write(Path file) throws IOException {
        return write(file, OptionalLong.empty());
    }

    /** @param policy that the bundle has of its own */
    static Path write(Path file, OptionalLong policy) throws IOException {
        var image = Files.readAllBytes(TinyGuest.image());
        int pages = image.length / PAGE;
        int size = 24 + (policy.isPresent() ? 24 : 0) + pages * 32 + 32;
        int data = HEADERS_AT + size;
        var content = new byte[data + image.length + PAGE];
        var bundle = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
        bundle.putInt(0x4D564749)
                .putInt(1)
                .putInt(HEADERS_AT)
                .putInt(size)
                .putInt(bundle.capacity())
                .putInt(0);
        bundle.putInt(1)
                .putInt(16)
                .putInt(1)
                .put((byte) 0)
                .put((byte) 2)
                .putShort((short) 1)
                .putLong(0);
        policy.ifPresent(
                bits -> bundle.putInt(0x101).putInt(16).putLong(bits).putInt(1).putInt(0));
        for (int i = 0; i < pages; i++) {
            bundle.putInt(0x302).putInt(24).putLong((1L << 32) - image.length + (long) i * PAGE);
            bundle.putInt(1).putInt(data + i * PAGE).putInt(0).putInt(0);
        }
        bundle.putInt(0x304)
                .putInt(20)
                .putLong(Vmsa.GPA)
                .putInt(1)
                .putInt(data + image.length)
                .putLong(0);
        bundle.put(image).put(firstVcpu());
        seal(bundle, Arrays.copyOf(content, data));
        return Files.write(file, content);
    }

    /** QEMU sets EFER.SVME and CR4.MCE itself, and KVM takes them from nobody. */
    private static byte[] firstVcpu() {
        var vmsa = Vmsa.powerOn(new CpuSignature(0)).bytes().toArray(ValueLayout.JAVA_BYTE);
        ByteBuffer.wrap(vmsa).order(ByteOrder.LITTLE_ENDIAN).putLong(0xD0, 0).putLong(0x148, 0);
        return vmsa;
    }

    private static void seal(ByteBuffer bundle, byte[] headers) {
        var crc = new CRC32();
        crc.update(headers);
        bundle.putInt(20, (int) crc.getValue());
    }
}
