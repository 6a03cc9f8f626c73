package io.reseal.igvm.format;

/**
 * Something that libigvm lets pass, but that is hardly meant so.
 *
 * @param code what kind of thing, a word for programs
 * @param message where and what, in words for people
 */
public record Warning(Code code, String message) {
    /** In alphabetical order. */
    public enum Code {
        /** A CORIM_DOCUMENT or _SIGNATURE twice for a platform, or a signature without its document. */
        CORIM_ORDER,
        /** Two headers place something at the same address: KVM refuses the second one of a SEV-SNP guest. */
        DUPLICATE_GPA,
        /** The bytes that fill a header up are not 0. */
        PADDING_NOT_ZERO,
        /** A 2 MiB page that does not begin at a multiple of 2 MiB. */
        PAGE_NOT_2MIB_ALIGNED,
        /** A parameter that is written behind the end of its area. */
        PARAMETER_OFFSET,
        /** Two platforms have the same bit. */
        PLATFORM_MASK_SHARED,
        /** Bits or fields without a meaning are set. */
        RESERVED_NOT_ZERO,
        /** A mask with bits that no platform has: such a page is never loaded, and nobody is told. */
        UNDECLARED_MASK,
        /** The variable headers begin inside the fixed header, or not at a multiple of 8. */
        VARIABLE_HEADER_OFFSET,
        /** A native context with an address, which nobody uses. */
        VP_CONTEXT_GPA
    }
}
