package io.reseal.igvm.read;

import io.reseal.igvm.format.Directive;
import io.reseal.igvm.format.Fault;
import io.reseal.igvm.format.Fields;
import io.reseal.igvm.format.Hex;
import io.reseal.igvm.format.IgvmException;
import io.reseal.igvm.format.IgvmFile;
import io.reseal.igvm.format.Platform;
import io.reseal.igvm.format.SupportedPlatform;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;

/** Reads VP contexts, whose form the platform decides (microsoft/igvm, new_from_binary_split). */
record VpContextReader(MemorySegment file, FileData data, List<SupportedPlatform> platforms) {
    /** Of a native register block (x64), in bytes; the rest of its page is 0. */
    private static final int NATIVE_SIZE = 232;

    /** x0..x7, pc and flags of a CCA realm. */
    private static final int CCA_SIZE = 80;

    private static final int VBS_REGISTER = 32;
    private static final int HIGHEST_VTL = 2;

    /** The hypervisor has fewer names for registers; many contexts may share one long list. */
    private static final int MOST_REGISTERS = 256;

    private static final MemorySegment ZEROS = MemorySegment.ofArray(new byte[IgvmFile.PAGE]);

    Directive.VpContext read(long offset, Fields fields) {
        int mask = fields.bits32(8);
        var platform = platform(mask)
                .filter(each -> each != Platform.TDX)
                .orElseThrow(() -> new IgvmException.Malformed(
                        Fault.VP_CONTEXT_PLATFORM,
                        offset,
                        "mask " + Hex.of(Integer.toUnsignedLong(mask)),
                        "exactly one declared platform that has VP contexts, so not TDX"));
        var context = new Directive.VpContext(offset, mask, fields.u64(0), fields.u16(16), platform, fields.u32(12));
        switch (platform) {
            case VSM_ISOLATION -> vtl(context);
            case SEV_SNP, SEV_ES -> {
                data.contains(context.dataOffset(), IgvmFile.PAGE, offset, "VP_CONTEXT");
                FormatCheck.pageAligned(context.gpa(), offset, "VP_CONTEXT");
            }
            case NATIVE, SEV -> tail(context, NATIVE_SIZE);
            case CCA -> tail(context, CCA_SIZE);
            case TDX -> throw new IllegalStateException("a TD has no VP contexts");
        }
        return context;
    }

    /** Of two platforms with one bit the later one counts. */
    private Optional<Platform> platform(int mask) {
        return platforms.stream()
                .filter(each -> each.mask() == mask)
                .reduce((_, later) -> later)
                .map(SupportedPlatform::platform);
    }

    private void tail(Directive.VpContext context, int size) {
        data.contains(context.dataOffset(), IgvmFile.PAGE, context.offset(), "VP_CONTEXT");
        var tail = file.asSlice(context.dataOffset() + size, IgvmFile.PAGE - size);
        FormatCheck.need(
                tail.mismatch(ZEROS.asSlice(size)) < 0,
                Fault.VP_CONTEXT_TAIL,
                context.offset(),
                () -> "bytes behind the " + size + " of the registers",
                "zeros up to the end of the page");
    }

    /** The VTL of the registers of a VSM context. */
    int vtl(Directive.VpContext context) {
        long offset = context.offset();
        long at = context.dataOffset();
        data.contains(at, Integer.BYTES, offset, "VP_CONTEXT");
        long count = new Fields(file.asSlice(at, Integer.BYTES)).u32(0);
        data.contains(at, Integer.BYTES + count * VBS_REGISTER, offset, "VP_CONTEXT");
        if (count > MOST_REGISTERS) {
            throw new IgvmException.LimitExceeded(
                    offset, "a VP context of " + count + " registers", "up to " + MOST_REGISTERS);
        }
        FormatCheck.need(count > 0, Fault.VP_CONTEXT_NO_REGISTERS, offset, () -> "no registers", "at least one");
        var registers = new Fields(file.asSlice(at + Integer.BYTES, count * VBS_REGISTER));
        int vtl = registers.u8(0);
        for (long i = 0; i < count; i++) {
            int other = registers.u8(i * VBS_REGISTER);
            FormatCheck.need(
                    other == vtl && vtl <= HIGHEST_VTL,
                    Fault.BAD_VTL,
                    offset,
                    () -> "registers of VTL " + vtl + " and " + other,
                    "registers of one VTL, 0 to 2");
        }
        FormatCheck.need(
                context.vpIndex() == 0, Fault.VP_CONTEXT_INDEX, offset, () -> "VP " + context.vpIndex(), "0 with VSM");
        return vtl;
    }
}
