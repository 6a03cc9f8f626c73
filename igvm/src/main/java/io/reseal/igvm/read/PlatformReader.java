package io.reseal.igvm.read;

import io.reseal.igvm.format.Fault;
import io.reseal.igvm.format.Fields;
import io.reseal.igvm.format.Hex;
import io.reseal.igvm.format.IgvmException;
import io.reseal.igvm.format.Platform;
import io.reseal.igvm.format.SupportedPlatform;

/** Reads a SUPPORTED_PLATFORM header. */
final class PlatformReader {
    private PlatformReader() {}

    static SupportedPlatform read(long offset, Fields fields, Platform.Architecture architecture) {
        int mask = fields.bits32(0);
        int vtl = fields.u8(4);
        int number = fields.u8(5);
        int version = fields.u16(6);
        FormatCheck.need(
                Integer.bitCount(mask) == 1, Fault.PLATFORM_MASK, offset, () -> "mask " + hex(mask), "exactly one bit");
        FormatCheck.need(vtl == 0 || vtl == 2, Fault.PLATFORM_VTL, offset, () -> "highest VTL " + vtl, "0 or 2");
        var platform = Platform.of(number)
                .orElseThrow(() -> new IgvmException.Malformed(
                        Fault.PLATFORM_TYPE, offset, "platform type " + number, "0 (NATIVE) to 6 (CCA)"));
        FormatCheck.need(version == 1, Fault.PLATFORM_VERSION, offset, () -> "platform version " + version, "1");
        var read = new SupportedPlatform(offset, mask, vtl, platform, version, fields.u64(8));
        check(read, architecture);
        return read;
    }

    private static void check(SupportedPlatform header, Platform.Architecture architecture) {
        var platform = header.platform();
        long sharedGpaBoundary = header.sharedGpaBoundary();
        boolean mayBound = platform != Platform.NATIVE && platform != Platform.VSM_ISOLATION;
        FormatCheck.need(
                mayBound || sharedGpaBoundary == 0,
                Fault.PLATFORM_BOUNDARY,
                header.offset(),
                () -> "shared GPA boundary " + Hex.of(sharedGpaBoundary) + " of " + platform,
                "0 on NATIVE and VSM_ISOLATION");
        FormatCheck.need(
                platform.runsOn(architecture),
                Fault.PLATFORM_ARCHITECTURE,
                header.offset(),
                () -> platform + " on " + architecture,
                "CCA and VSM_ISOLATION on AARCH64, all others and VSM_ISOLATION on X64");
    }

    private static String hex(int mask) {
        return Hex.of(Integer.toUnsignedLong(mask));
    }
}
