package io.reseal.igvm.format;

/**
 * One platform that a file has directives for.
 *
 * @param offset of the header in the file, in bytes
 * @param mask exactly one bit, by which other headers refer to it
 * @param highestVtl 0 or 2
 * @param platform what it is
 * @param version of the platform, always 1
 * @param sharedGpaBoundary the first address that is shared with the host (TDX, VSM with a paravisor), 0 for none
 */
public record SupportedPlatform(
        long offset, int mask, int highestVtl, Platform platform, int version, long sharedGpaBoundary)
        implements Header {
    @Override
    public HeaderType type() {
        return HeaderType.SUPPORTED_PLATFORM;
    }

    public static SupportedPlatform read(long offset, Fields fields, Architecture architecture) {
        int mask = fields.bits32(0);
        int vtl = fields.u8(4);
        int number = fields.u8(5);
        int version = fields.u16(6);
        FormatCheck.need(
                Integer.bitCount(mask) == 1, Fault.PLATFORM_MASK, offset, () -> "mask " + hex(mask), "exactly one bit");
        FormatCheck.need(vtl == 0 || vtl == 2, Fault.PLATFORM_VTL, offset, () -> "highest VTL " + vtl, "0 or 2");
        var platform = Platform.of(number)
                .orElseThrow(() -> new MalformedIgvmException(
                        Fault.PLATFORM_TYPE, offset, "platform type " + number, "0 (NATIVE) to 6 (CCA)"));
        FormatCheck.need(version == 1, Fault.PLATFORM_VERSION, offset, () -> "platform version " + version, "1");
        var read = new SupportedPlatform(offset, mask, vtl, platform, version, fields.u64(8));
        read.check(architecture);
        return read;
    }

    private void check(Architecture architecture) {
        boolean mayBound = platform != Platform.NATIVE && platform != Platform.VSM_ISOLATION;
        FormatCheck.need(
                mayBound || sharedGpaBoundary == 0,
                Fault.PLATFORM_BOUNDARY,
                offset,
                () -> "shared GPA boundary " + Hex.of(sharedGpaBoundary) + " of " + platform,
                "0 on NATIVE and VSM_ISOLATION");
        FormatCheck.need(
                platform.runsOn(architecture),
                Fault.PLATFORM_ARCHITECTURE,
                offset,
                () -> platform + " on " + architecture,
                "CCA and VSM_ISOLATION on AARCH64, all others and VSM_ISOLATION on X64");
    }

    private static String hex(int mask) {
        return Hex.of(Integer.toUnsignedLong(mask));
    }
}
