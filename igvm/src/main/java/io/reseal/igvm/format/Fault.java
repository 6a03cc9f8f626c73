package io.reseal.igvm.format;

/**
 * Which rule of the IGVM format a file breaks. Only that a file is rejected is the same for all parsers: of a file with several
 * faults others may name another one first.
 */
public enum Fault {
    TRUNCATED_FIXED_HEADER,
    BAD_MAGIC,
    UNSUPPORTED_VERSION,
    UNSUPPORTED_ARCHITECTURE,
    UNSUPPORTED_PAGE_SIZE,
    FILE_SIZE_MISMATCH,
    VARIABLE_HEADER_RANGE,
    BAD_CHECKSUM,

    TRUNCATED_VARIABLE_HEADER,
    UNKNOWN_HEADER_TYPE,
    /** A header that "may be ignored if unknown" (bit 31 of its type): libigvm 0.4.0 has no such case. */
    OPTIONAL_HEADER_TYPE,
    HEADER_LENGTH,
    /** Platforms come first, then initialization, then directives. */
    SECTION_ORDER,
    HEADER_ARCHITECTURE,

    NO_PLATFORM,
    PLATFORM_MASK,
    PLATFORM_VTL,
    PLATFORM_TYPE,
    PLATFORM_VERSION,
    PLATFORM_BOUNDARY,
    PLATFORM_DUPLICATE,
    PLATFORM_ARCHITECTURE,

    GPA_NOT_ALIGNED,
    SIZE_NOT_ALIGNED,
    RESERVED_NOT_ZERO,
    PAGE_DATA_TYPE,
    BAD_VTL,
    /** File data that begins in the headers or ends beyond the file. */
    DATA_RANGE,
    /** An area declared twice, or used before it is declared or after it is inserted. */
    PARAMETER_AREA_INDEX,

    VP_CONTEXT_PLATFORM,
    VP_CONTEXT_TAIL,
    VP_CONTEXT_NO_REGISTERS,
    VP_CONTEXT_INDEX,

    RELOCATION_ALIGNMENT,
    RELOCATION_ADDRESS,
    RELOCATION_OVERLAP,
    PAGE_TABLE_REGION_TWICE,
    PAGE_TABLE_REGION_SIZE,
    PARAMETER_INSERT_IN_PAGE_TABLE,
    NO_MATCHING_VP_CONTEXT,

    CCA_MASKS_CONFLICT,
    CCA_POLICY_MASK
}
