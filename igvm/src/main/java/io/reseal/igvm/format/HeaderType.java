package io.reseal.igvm.format;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Every kind of variable header, with its number and the one length that its content may have (igvm_defs 0.4.0). */
public enum HeaderType {
    SUPPORTED_PLATFORM(0x001, 16),

    GUEST_POLICY(0x101, 16),
    RELOCATABLE_REGION(0x102, 48),
    PAGE_TABLE_RELOCATION_REGION(0x103, 32),
    CORIM_DOCUMENT(0x104, 16),
    CORIM_SIGNATURE(0x105, 16),
    CCA_POLICY(0x106, 32),

    PARAMETER_AREA(0x301, 16),
    PAGE_DATA(0x302, 24),
    PARAMETER_INSERT(0x303, 16),
    VP_CONTEXT(0x304, 20),
    REQUIRED_MEMORY(0x305, 24),
    VP_COUNT_PARAMETER(0x307, 8),
    SRAT(0x308, 8),
    MADT(0x309, 8),
    MMIO_RANGES(0x30A, 8),
    SNP_ID_BLOCK(0x30B, 696),
    MEMORY_MAP(0x30C, 8),
    ERROR_RANGE(0x30D, 16),
    COMMAND_LINE(0x30E, 8),
    SLIT(0x30F, 8),
    PPTT(0x310, 8),
    VBS_MEASUREMENT(0x311, 864),
    DEVICE_TREE(0x312, 8),
    ENVIRONMENT_INFO_PARAMETER(0x313, 8);

    private static final Map<Long, HeaderType> BY_NUMBER =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(HeaderType::number, Function.identity()));
    private static final int ALIGNMENT = 8;

    private final long number;
    private final int length;

    HeaderType(long number, int length) {
        this.number = number;
        this.length = length;
    }

    public static Optional<HeaderType> of(long number) {
        return Optional.ofNullable(BY_NUMBER.get(number));
    }

    public long number() {
        return number;
    }

    /** Of the content, in bytes. */
    public int length() {
        return length;
    }

    /** Of the content and what fills it up to the next header, in bytes. */
    public int paddedLength() {
        return (length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    /** The parts of a file, in the order in which they have to come. */
    public enum Section {
        PLATFORM,
        INITIALIZATION,
        DIRECTIVE
    }

    public Section section() {
        if (this == SUPPORTED_PLATFORM) {
            return Section.PLATFORM;
        }
        return number < PARAMETER_AREA.number ? Section.INITIALIZATION : Section.DIRECTIVE;
    }
}
