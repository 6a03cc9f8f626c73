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
}
