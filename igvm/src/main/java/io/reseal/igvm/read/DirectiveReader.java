package io.reseal.igvm.read;

import io.reseal.igvm.format.Directive;
import io.reseal.igvm.format.Fault;
import io.reseal.igvm.format.Fields;
import io.reseal.igvm.format.HeaderType;
import io.reseal.igvm.format.Hex;
import io.reseal.igvm.format.IgvmException;
import io.reseal.igvm.format.IgvmFile;
import io.reseal.igvm.format.Limits;

/** Reads directives and checks what can be told from one of them alone; VP contexts are those of {@link VpContextReader}. */
record DirectiveReader(FileData data, Limits limits, VpContextReader contexts) {
    Directive read(HeaderType type, long offset, Fields fields) {
        return switch (type) {
            case PARAMETER_AREA -> area(offset, fields);
            case PAGE_DATA -> page(offset, fields);
            case PARAMETER_INSERT -> insert(offset, fields);
            case VP_CONTEXT -> contexts.read(offset, fields);
            case REQUIRED_MEMORY -> memory(offset, fields);
            case ERROR_RANGE -> errorRange(offset, fields);
            case SNP_ID_BLOCK -> new Directive.SnpIdBlock(offset, fields.bits32(0), fields.bytes());
            case VBS_MEASUREMENT -> new Directive.VbsMeasurement(offset, fields.bits32(0), fields.bytes());
            default -> new Directive.Parameter(offset, type, fields.u32(0), fields.u32(4));
        };
    }

    private Directive area(long offset, Fields fields) {
        var area = new Directive.ParameterArea(offset, fields.u32(8), fields.u64(0), fields.u32(12));
        data.containsIfAny(area.dataOffset(), area.bytes(), offset, "PARAMETER_AREA");
        FormatCheck.wholePages(area.bytes(), offset, "PARAMETER_AREA");
        if (Long.compareUnsigned(area.bytes(), limits.areaBytes()) > 0) {
            throw new IgvmException.LimitExceeded(
                    offset, "a parameter area of " + Hex.of(area.bytes()) + " bytes", "up to " + limits.areaBytes());
        }
        return area;
    }

    private Directive page(long offset, Fields fields) {
        long at = fields.u32(12);
        int kind = fields.u16(20);
        data.containsIfAny(at, IgvmFile.PAGE, offset, "PAGE_DATA");
        FormatCheck.zero(fields.u16(22) == 0, offset, "PAGE_DATA");
        FormatCheck.pageAligned(fields.u64(0), offset, "PAGE_DATA");
        var kinds = Directive.PageData.Kind.values();
        FormatCheck.need(
                kind < kinds.length,
                Fault.PAGE_DATA_TYPE,
                offset,
                () -> "data type " + kind,
                "0 (NORMAL) to 3 (CPUID_XF)");
        return new Directive.PageData(offset, fields.bits32(8), fields.u64(0), at, fields.bits32(16), kinds[kind]);
    }

    private static Directive insert(long offset, Fields fields) {
        FormatCheck.pageAligned(fields.u64(0), offset, "PARAMETER_INSERT");
        return new Directive.ParameterInsert(offset, fields.bits32(8), fields.u64(0), fields.u32(12));
    }

    private static Directive memory(long offset, Fields fields) {
        FormatCheck.zero(fields.u32(20) == 0, offset, "REQUIRED_MEMORY");
        var memory = new Directive.RequiredMemory(
                offset, fields.bits32(8), fields.u64(0), fields.u32(12), fields.bits32(16));
        FormatCheck.pageAligned(memory.gpa(), offset, "REQUIRED_MEMORY");
        FormatCheck.wholePages(memory.bytes(), offset, "REQUIRED_MEMORY");
        return memory;
    }

    private static Directive errorRange(long offset, Fields fields) {
        FormatCheck.pageAligned(fields.u64(0), offset, "ERROR_RANGE");
        return new Directive.ErrorRange(offset, fields.bits32(8), fields.u64(0), fields.u32(12));
    }
}
