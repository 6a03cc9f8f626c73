package io.reseal.igvm.read;

import io.reseal.igvm.format.Directive;
import io.reseal.igvm.format.Fault;
import io.reseal.igvm.format.Fields;
import io.reseal.igvm.format.FixedHeader;
import io.reseal.igvm.format.HeaderType;
import io.reseal.igvm.format.Hex;
import io.reseal.igvm.format.IgvmException;
import io.reseal.igvm.format.IgvmFile;
import io.reseal.igvm.format.Initialization;
import io.reseal.igvm.format.Limits;
import io.reseal.igvm.format.SupportedPlatform;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** One pass over the variable headers of a file. */
public final class IgvmReader {
    private static final int TYPE_AND_LENGTH = 8;
    private static final long OPTIONAL = 0x8000_0000L;

    private final MemorySegment file;
    private final Limits limits;
    private final FixedHeader fixed;
    private final List<SupportedPlatform> platforms = new ArrayList<>();
    private final List<Initialization> initialization = new ArrayList<>();
    private final List<Directive> directives = new ArrayList<>();
    private final InitializationReader initializations;
    private final DirectiveReader directive;
    private final ParameterRules parameters = new ParameterRules();
    private final RelocationRules relocation;
    private final IgvmLint suspicions = new IgvmLint();
    private HeaderType.Section section = HeaderType.Section.PLATFORM;

    /**
     * Reads the headers; of the file data only VP contexts are looked at.
     *
     * @throws IgvmException.Malformed if the file breaks a rule of the format
     * @throws IgvmException.LimitExceeded if it goes beyond the limits
     */
    public static IgvmFile parse(MemorySegment bytes, Limits limits) {
        return new IgvmReader(bytes, limits).walk();
    }

    /** The same with {@link Limits#DEFAULT}. */
    public static IgvmFile parse(MemorySegment bytes) {
        return parse(bytes, Limits.DEFAULT);
    }

    private IgvmReader(MemorySegment file, Limits limits) {
        if (file.byteSize() > limits.fileBytes()) {
            throw new IgvmException.LimitExceeded(
                    0, "a file of " + file.byteSize() + " bytes", "up to " + limits.fileBytes());
        }
        this.file = file;
        this.limits = limits;
        this.fixed = FixedHeaderReader.read(file);
        var data = new FileData(fixed.dataOffset(), fixed.fileSize());
        var contexts = new VpContextReader(file, data, platforms);
        this.initializations = new InitializationReader(file, data, fixed, platforms);
        this.directive = new DirectiveReader(data, limits, contexts);
        this.relocation = new RelocationRules(contexts);
    }

    IgvmFile walk() {
        suspicions.see(fixed);
        long at = fixed.headersOffset();
        for (int count = 1; at < fixed.dataOffset(); count++) {
            if (count > limits.headers()) {
                throw new IgvmException.LimitExceeded(
                        at, "variable header number " + count, "up to " + limits.headers());
            }
            at = header(at);
        }
        FormatCheck.need(
                !platforms.isEmpty(), Fault.NO_PLATFORM, -1, () -> "no SUPPORTED_PLATFORM header", "at least one");
        relocation.end();
        return new IgvmFile(
                file,
                fixed,
                platforms,
                initialization,
                directives,
                suspicions.all(platforms, initialization, directives));
    }

    /** Returns where the next one begins. */
    private long header(long at) {
        long left = fixed.dataOffset() - at;
        FormatCheck.need(
                left >= TYPE_AND_LENGTH,
                Fault.TRUNCATED_VARIABLE_HEADER,
                at,
                () -> left + " stray bytes",
                "headers of at least 8 bytes");
        var head = new Fields(file.asSlice(at, TYPE_AND_LENGTH));
        var type = type(at, head.u32(0));
        long length = head.u32(4);
        FormatCheck.need(
                length == type.length(),
                Fault.HEADER_LENGTH,
                at,
                () -> type + " of " + length + " bytes",
                String.valueOf(type.length()));
        FormatCheck.need(
                left - TYPE_AND_LENGTH >= type.paddedLength(),
                Fault.TRUNCATED_VARIABLE_HEADER,
                at,
                () -> type + " runs past the variable headers",
                "an end within them");
        var fields = new Fields(file.asSlice(at + TYPE_AND_LENGTH, type.paddedLength()));
        take(type, at, fields);
        suspicions.see(type, at, fields);
        return at + TYPE_AND_LENGTH + type.paddedLength();
    }

    private HeaderType type(long at, long number) {
        FormatCheck.need(
                (number & OPTIONAL) == 0,
                Fault.OPTIONAL_HEADER_TYPE,
                at,
                () -> "header type " + Hex.of(number),
                "types without bit 31");
        var type = HeaderType.of(number)
                .orElseThrow(() -> new IgvmException.Malformed(
                        Fault.UNKNOWN_HEADER_TYPE,
                        at,
                        "header type " + Hex.of(number),
                        "the types of formats 1 and 2"));
        FormatCheck.need(
                type.section().compareTo(section) >= 0,
                Fault.SECTION_ORDER,
                at,
                () -> type + " behind headers of section " + section,
                "platforms, then initialization, then directives");
        section = type.section();
        return type;
    }

    private void take(HeaderType type, long at, Fields fields) {
        switch (type.section()) {
            case PLATFORM -> {
                var platform = PlatformReader.read(at, fields, fixed.architecture());
                FormatCheck.need(
                        platforms.stream().noneMatch(other -> other.platform() == platform.platform()),
                        Fault.PLATFORM_DUPLICATE,
                        at,
                        () -> platform.platform() + " declared twice",
                        "each platform once");
                platforms.add(platform);
            }
            case INITIALIZATION -> {
                var header = initializations.read(type, at, fields);
                parameters.see(header);
                relocation.see(header);
                initialization.add(header);
            }
            case DIRECTIVE -> {
                var header = directive.read(type, at, fields);
                parameters.see(header);
                relocation.see(header);
                directives.add(header);
            }
        }
    }
}
