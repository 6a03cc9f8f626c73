package io.reseal.igvm.read;

import io.reseal.igvm.format.Fault;
import io.reseal.igvm.format.Fields;
import io.reseal.igvm.format.FixedHeader;
import io.reseal.igvm.format.HeaderType;
import io.reseal.igvm.format.Hex;
import io.reseal.igvm.format.IgvmFile;
import io.reseal.igvm.format.Initialization;
import io.reseal.igvm.format.Platform;
import io.reseal.igvm.format.SupportedPlatform;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Reads initialization headers and checks what can be told from one of them alone. */
record InitializationReader(MemorySegment file, FileData data, FixedHeader fixed, List<SupportedPlatform> platforms) {
    private static final int HIGHEST_VTL = 2;

    Initialization read(HeaderType type, long offset, Fields fields) {
        return switch (type) {
            case GUEST_POLICY -> policy(offset, fields);
            case RELOCATABLE_REGION -> relocatable(offset, fields);
            case PAGE_TABLE_RELOCATION_REGION -> pageTable(offset, fields);
            case CORIM_DOCUMENT, CORIM_SIGNATURE -> corim(type, offset, fields);
            case CCA_POLICY -> cca(offset, fields);
            default -> throw new IllegalArgumentException(type + " is no initialization header");
        };
    }

    private static Initialization policy(long offset, Fields fields) {
        FormatCheck.zero(fields.u32(12) == 0, offset, "GUEST_POLICY");
        return new Initialization.GuestPolicy(offset, fields.bits32(8), fields.u64(0));
    }

    private static Initialization relocatable(long offset, Fields fields) {
        var region = new Initialization.RelocatableRegion(
                offset,
                fields.bits32(0),
                fields.u16(4),
                vtl(fields.u8(6), offset),
                fields.u8(7),
                fields.u64(8),
                fields.u64(16),
                fields.u64(24),
                fields.u64(32),
                fields.u64(40));
        size(region.size(), offset, "RELOCATABLE_REGION");
        long alignment = region.alignment();
        FormatCheck.need(
                alignment != 0 && alignment % IgvmFile.PAGE == 0,
                Fault.RELOCATION_ALIGNMENT,
                offset,
                () -> "alignment " + Hex.of(alignment),
                "multiples of 0x1000");
        aligned(region.gpa(), alignment, offset, "gpa");
        aligned(region.minimumGpa(), alignment, offset, "minimum gpa");
        aligned(region.maximumGpa(), alignment, offset, "maximum gpa");
        return region;
    }

    private static void aligned(long address, long alignment, long offset, String what) {
        FormatCheck.need(
                Long.remainderUnsigned(address, alignment) == 0,
                Fault.RELOCATION_ADDRESS,
                offset,
                () -> what + " " + Hex.of(address),
                "multiples of the region's alignment");
    }

    private static Initialization pageTable(long offset, Fields fields) {
        FormatCheck.zero(fields.u8(7) == 0, offset, "PAGE_TABLE_RELOCATION_REGION");
        var region = new Initialization.PageTableRegion(
                offset,
                fields.bits32(0),
                fields.u16(4),
                vtl(fields.u8(6), offset),
                fields.u64(8),
                fields.u64(16),
                fields.u64(24));
        FormatCheck.pageAligned(region.gpa(), offset, "PAGE_TABLE_RELOCATION_REGION");
        size(region.size(), offset, "PAGE_TABLE_RELOCATION_REGION");
        FormatCheck.wholePages(region.usedSize(), offset, "PAGE_TABLE_RELOCATION_REGION's use");
        FormatCheck.need(
                Long.compareUnsigned(region.usedSize(), region.size()) <= 0,
                Fault.PAGE_TABLE_REGION_SIZE,
                offset,
                () -> "used size " + Hex.of(region.usedSize()),
                "at most the region's size");
        return region;
    }

    private static void size(long size, long offset, String what) {
        FormatCheck.need(size != 0, Fault.SIZE_NOT_ALIGNED, offset, () -> what + " of 0 bytes", "at least a page");
        FormatCheck.wholePages(size, offset, what);
    }

    private static int vtl(int vtl, long offset) {
        FormatCheck.need(vtl <= HIGHEST_VTL, Fault.BAD_VTL, offset, () -> "VTL " + vtl, "0 to 2");
        return vtl;
    }

    private Initialization corim(HeaderType type, long offset, Fields fields) {
        long at = fields.u32(4);
        long size = fields.u32(8);
        data.containsIfAny(at, size, offset, type.name());
        FormatCheck.zero(fields.u32(12) == 0, offset, type.name());
        var content = at == 0 ? MemorySegment.NULL : file.asSlice(at, size);
        return new Initialization.Corim(offset, type, fields.bits32(0), content);
    }

    private Initialization cca(long offset, Fields fields) {
        FormatCheck.zero(fields.u32(4) == 0 && fields.zero(26, 6), offset, "CCA_POLICY");
        var policy = new Initialization.CcaPolicy(
                offset, fields.bits32(0), fields.u64(8), fields.u64(16), fields.u8(24), fields.u8(25));
        FormatCheck.need(
                (policy.mustBeZero() & policy.mustBeOne()) == 0,
                Fault.CCA_MASKS_CONFLICT,
                offset,
                () -> "attributes " + Hex.of(policy.mustBeZero() & policy.mustBeOne()) + " that must be 0 and 1",
                "either of the two for each");
        FormatCheck.need(
                fixed.architecture() == Platform.Architecture.AARCH64,
                Fault.HEADER_ARCHITECTURE,
                offset,
                () -> "CCA_POLICY on " + fixed.architecture(),
                "AARCH64");
        int cca = platforms.stream()
                .filter(each -> each.platform() == Platform.CCA)
                .mapToInt(SupportedPlatform::mask)
                .reduce(0, (one, other) -> one | other);
        FormatCheck.need(
                (policy.mask() & ~cca) == 0,
                Fault.CCA_POLICY_MASK,
                offset,
                () -> "mask " + Hex.of(Integer.toUnsignedLong(policy.mask())),
                "the bit of the CCA platform");
        return policy;
    }
}
