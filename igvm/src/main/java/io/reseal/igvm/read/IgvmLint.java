package io.reseal.igvm.read;

import io.reseal.igvm.format.Directive;
import io.reseal.igvm.format.Fields;
import io.reseal.igvm.format.FixedHeader;
import io.reseal.igvm.format.Header;
import io.reseal.igvm.format.HeaderType;
import io.reseal.igvm.format.Hex;
import io.reseal.igvm.format.IgvmFile;
import io.reseal.igvm.format.Initialization;
import io.reseal.igvm.format.Platform;
import io.reseal.igvm.format.SupportedPlatform;
import io.reseal.igvm.format.Warning;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Collects what libigvm lets pass, but what is hardly meant so. One for each parse. */
final class IgvmLint {
    private static final long TWO_MIB = 1L << 21;
    private static final int ALIGNMENT = 8;

    /** What a header places in memory. */
    private record Range(long gpa, long bytes) {
        boolean reaches(Range next) {
            return Long.compareUnsigned(next.gpa - gpa, bytes) < 0;
        }
    }

    private final List<Warning> warnings = new ArrayList<>();

    void see(FixedHeader fixed) {
        if (fixed.headersOffset() < fixed.size()) {
            add(Warning.Code.VARIABLE_HEADER_OFFSET, "offset " + fixed.headersOffset() + " is inside the fixed header");
        } else if (fixed.headersOffset() % ALIGNMENT != 0) {
            add(Warning.Code.VARIABLE_HEADER_OFFSET, "offset " + fixed.headersOffset() + " is not a multiple of 8");
        }
    }

    /** What the values no longer show: bits without a meaning, and what fills a header up. */
    void see(HeaderType type, long at, Fields fields) {
        switch (type) {
            case PAGE_DATA ->
                reserved(at, "PAGE_DATA.flags", fields.bits32(16) & ~Directive.PageData.KNOWN_FLAGS, fields.u32(16));
            case REQUIRED_MEMORY -> reserved(at, "REQUIRED_MEMORY.flags", fields.bits32(16) & ~1, fields.u32(16));
            case RELOCATABLE_REGION -> reserved(at, "RELOCATABLE_REGION.flags", fields.u8(7) & ~7, fields.u8(7));
            case VP_CONTEXT -> {
                reserved(at, "VP_CONTEXT.reserved", fields.u16(18), fields.u16(18));
                if (!fields.zero(type.length(), type.paddedLength() - type.length())) {
                    add(Warning.Code.PADDING_NOT_ZERO, type + " at " + Hex.of(at));
                }
            }
            case SNP_ID_BLOCK -> {
                if (!fields.zero(5, 3)) {
                    add(Warning.Code.RESERVED_NOT_ZERO, "SNP_ID_BLOCK.reserved at " + Hex.of(at));
                }
            }
            default -> {}
        }
    }

    private void reserved(long at, String field, int unknownBits, long value) {
        if (unknownBits != 0) {
            add(Warning.Code.RESERVED_NOT_ZERO, field + " = " + Hex.of(value) + " at " + Hex.of(at));
        }
    }

    private void add(Warning.Code code, String message) {
        warnings.add(new Warning(code, message));
    }

    /** After the last header: all of them. */
    List<Warning> all(
            List<SupportedPlatform> platforms, List<Initialization> initialization, List<Directive> directives) {
        int declared = 0;
        for (var platform : platforms) {
            if ((declared & platform.mask()) != 0) {
                add(Warning.Code.PLATFORM_MASK_SHARED, platform.platform() + " at " + Hex.of(platform.offset()));
            }
            declared |= platform.mask();
        }
        for (var header : initialization) {
            undeclared(header, declared);
        }
        corim(initialization);
        directives(directives, declared);
        platforms.forEach(platform -> duplicates(platform, directives));
        return warnings;
    }

    private void undeclared(Header header, int declared) {
        boolean hasMask = !(header instanceof Directive.ParameterArea || header instanceof Directive.Parameter);
        int mask = header.mask();
        if (hasMask && (mask == 0 || (mask & ~declared) != 0)) {
            add(
                    Warning.Code.UNDECLARED_MASK,
                    "%s at %s: mask 0x%x, declared 0x%x"
                            .formatted(header.type(), Hex.of(header.offset()), mask, declared));
        }
    }

    private void corim(List<Initialization> initialization) {
        int documents = 0;
        int signatures = 0;
        for (var header : initialization) {
            if (header instanceof Initialization.Corim corim) {
                boolean document = corim.type() == HeaderType.CORIM_DOCUMENT;
                int seen = document ? documents : signatures | ~documents;
                if ((seen & corim.mask()) != 0) {
                    add(Warning.Code.CORIM_ORDER, corim.type() + " at " + Hex.of(corim.offset()));
                }
                documents |= document ? corim.mask() : 0;
                signatures |= document ? 0 : corim.mask();
            }
        }
    }

    private void directives(List<Directive> directives, int declared) {
        var areas = new HashMap<Long, Long>();
        for (var header : directives) {
            undeclared(header, declared);
            switch (header) {
                case Directive.ParameterArea area -> areas.put(area.index(), area.bytes());
                case Directive.Parameter parameter -> {
                    if (parameter.at() >= areas.getOrDefault(parameter.area(), 0L)) {
                        add(
                                Warning.Code.PARAMETER_OFFSET,
                                "%s at %s: byte %d of area %d is behind its end"
                                        .formatted(
                                                parameter.type(),
                                                Hex.of(parameter.offset()),
                                                parameter.at(),
                                                parameter.area()));
                    }
                }
                case Directive.PageData page
                when page.twoMiB() && page.gpa() % TWO_MIB != 0 ->
                    add(
                            Warning.Code.PAGE_NOT_2MIB_ALIGNED,
                            "PAGE_DATA at " + Hex.of(page.offset()) + ": gpa " + Hex.of(page.gpa()));
                case Directive.VpContext context
                when context.platform() == Platform.NATIVE && context.gpa() != 0 ->
                    add(
                            Warning.Code.VP_CONTEXT_GPA,
                            "VP_CONTEXT at " + Hex.of(context.offset()) + ": gpa " + Hex.of(context.gpa()));
                default -> {}
            }
        }
    }

    private void duplicates(SupportedPlatform platform, List<Directive> directives) {
        var ranges = new ArrayList<Range>();
        Map<Long, Long> areas = new HashMap<>();
        for (var header : directives) {
            switch (header) {
                case Directive.ParameterArea area -> areas.put(area.index(), area.bytes());
                case Directive.PageData page
                when page.isFor(platform.mask()) ->
                    ranges.add(new Range(page.gpa(), (long) page.pages() * IgvmFile.PAGE));
                case Directive.ParameterInsert insert
                when insert.isFor(platform.mask()) ->
                    ranges.add(new Range(insert.gpa(), areas.getOrDefault(insert.area(), 0L)));
                default -> {}
            }
        }
        ranges.sort(Comparator.comparing(Range::gpa, Long::compareUnsigned));
        for (int i = 1; i < ranges.size(); i++) {
            if (ranges.get(i - 1).reaches(ranges.get(i))) {
                add(
                        Warning.Code.DUPLICATE_GPA,
                        platform.platform() + ": gpa " + Hex.of(ranges.get(i).gpa()));
            }
        }
    }
}
