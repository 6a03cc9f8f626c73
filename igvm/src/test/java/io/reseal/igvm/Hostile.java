package io.reseal.igvm;

import io.reseal.igvm.format.IgvmException;
import io.reseal.igvm.format.Limits;
import io.reseal.igvm.format.Platform;
import io.reseal.igvm.launch.CpuSignature;
import io.reseal.igvm.launch.Machine;
import io.reseal.igvm.measure.QemuRefusals;
import io.reseal.igvm.measure.SnpLaunch;
import io.reseal.igvm.measure.TdxLaunch;
import io.reseal.igvm.read.IgvmReader;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;

/** Everything that can be done with a file, for bytes that may be anything: only {@link IgvmException} may come out. */
final class Hostile {
    private static final Limits SMALL = new Limits(1 << 20, 1 << 20, 1 << 12, 1 << 12);
    private static final Machine MACHINE =
            new Machine(2, CpuSignature.ofModel("EPYC").orElseThrow());

    private Hostile() {}

    /** Whether it was accepted. */
    static boolean file(MemorySegment bytes) {
        try {
            var file = IgvmReader.parse(bytes, SMALL);
            QemuRefusals.of(file);
            var _ = file.platform(Platform.SEV_SNP).flatMap(file::idBlock);
            SnpLaunch.of(file, MACHINE, SMALL);
            TdxLaunch.of(file, SMALL);
            return true;
        } catch (IgvmException _) {
            return false;
        }
    }

    /** The same with the right size and checksum, so that what lies behind those two checks is reached. */
    static byte[] resealed(byte[] bytes) {
        if (bytes.length < 32) {
            return bytes;
        }
        var sealed = bytes.clone();
        var fields = ByteBuffer.wrap(sealed).order(ByteOrder.LITTLE_ENDIAN);
        int size = fields.getInt(4) == 2 ? 32 : 24;
        long start = Integer.toUnsignedLong(fields.getInt(8));
        long length = Integer.toUnsignedLong(fields.getInt(12));
        if (start + length <= sealed.length) {
            fields.putInt(16, sealed.length).putInt(20, 0);
            var crc = new CRC32();
            crc.update(sealed, 0, size);
            crc.update(sealed, (int) start, (int) length);
            fields.putInt(20, (int) crc.getValue());
        }
        return sealed;
    }
}
