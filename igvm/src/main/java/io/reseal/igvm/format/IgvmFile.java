package io.reseal.igvm.format;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;

/**
 * A file that keeps the rules of the IGVM format, versions 1 and 2 (igvm_defs and microsoft/igvm 0.4.0, which QEMU 11 uses).
 * What is odd in it nevertheless is in the warnings, what QEMU would not launch in {@link io.reseal.igvm.measure.QemuRefusals}.
 *
 * @param bytes the whole file, mapped or on the heap; not copied, so it must stay as it is while this is used
 * @param fixed the first header
 * @param platforms at least one, each of another kind
 * @param initialization in the order of the file
 * @param directives in the order of the file
 * @param warnings what libigvm lets pass, but a reader should know
 */
public record IgvmFile(
        MemorySegment bytes,
        FixedHeader fixed,
        List<SupportedPlatform> platforms,
        List<Initialization> initialization,
        List<Directive> directives,
        List<Warning> warnings) {
    /** Of a page, in bytes; no other size is known to format 2. */
    public static final int PAGE = 4096;

    public IgvmFile {
        platforms = List.copyOf(platforms);
        initialization = List.copyOf(initialization);
        directives = List.copyOf(directives);
        warnings = List.copyOf(warnings);
    }

    public Optional<SupportedPlatform> platform(Platform platform) {
        return platforms.stream().filter(each -> each.platform() == platform).findFirst();
    }

    /** The GUEST_POLICY for a platform; of several the last one, as QEMU takes it. */
    public Optional<Initialization.GuestPolicy> policy(SupportedPlatform platform) {
        return initialization.stream()
                .filter(Initialization.GuestPolicy.class::isInstance)
                .map(Initialization.GuestPolicy.class::cast)
                .filter(policy -> policy.isFor(platform.mask()))
                .reduce((_, later) -> later);
    }

    /** The ID block for a platform, if the file has one. */
    public Optional<IdBlock> idBlock(SupportedPlatform platform) {
        return directives.stream()
                .filter(Directive.SnpIdBlock.class::isInstance)
                .map(Directive.SnpIdBlock.class::cast)
                .filter(block -> block.isFor(platform.mask()))
                .findFirst()
                .map(IdBlock::of);
    }
}
