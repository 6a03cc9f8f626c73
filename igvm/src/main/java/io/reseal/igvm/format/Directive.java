package io.reseal.igvm.format;

import java.lang.foreign.MemorySegment;

/** What a loader does, in the order of the file. */
public sealed interface Directive extends Header {
    /**
     * PAGE_DATA: a page of 4 KiB, or of 2 MiB of which 4 KiB have data.
     *
     * @param gpa guest-physical address
     * @param dataOffset where its 4096 bytes are in the file; 0 for zeros
     * @param flags as in {@link #twoMiB()}, {@link #unmeasured()}, {@link #shared()}
     * @param kind what is in it
     */
    record PageData(long offset, int mask, long gpa, long dataOffset, int flags, Kind kind) implements Directive {
        private static final int TWO_MIB = 1;
        private static final int UNMEASURED = 2;
        private static final int SHARED = 4;
        public static final int KNOWN_FLAGS = TWO_MIB | UNMEASURED | SHARED;

        /** The constant's place is its number in the file. */
        public enum Kind {
            NORMAL,
            SECRETS,
            CPUID_DATA,
            CPUID_XF
        }

        @Override
        public HeaderType type() {
            return HeaderType.PAGE_DATA;
        }

        public boolean twoMiB() {
            return (flags & TWO_MIB) != 0;
        }

        public boolean unmeasured() {
            return (flags & UNMEASURED) != 0;
        }

        public boolean shared() {
            return (flags & SHARED) != 0;
        }

        public boolean hasData() {
            return dataOffset != 0;
        }

        /** How many pages of 4 KiB it covers. */
        public int pages() {
            return twoMiB() ? 512 : 1;
        }
    }

    /**
     * PARAMETER_AREA: memory that the loader fills.
     *
     * @param index by which other headers refer to it
     * @param bytes its size
     * @param dataOffset where its first content is in the file; 0 for zeros. QEMU 11.1 starts with zeros always
     */
    record ParameterArea(long offset, long index, long bytes, long dataOffset) implements Directive {
        @Override
        public HeaderType type() {
            return HeaderType.PARAMETER_AREA;
        }
    }

    /**
     * What the loader writes into a parameter area: VP count, memory map, ACPI tables and so on.
     *
     * @param type which of them
     * @param area index of the parameter area
     * @param at offset in the area, in bytes
     */
    record Parameter(long offset, HeaderType type, long area, long at) implements Directive {}

    /** PARAMETER_INSERT: a parameter area gets its place in memory. */
    record ParameterInsert(long offset, int mask, long gpa, long area) implements Directive {
        @Override
        public HeaderType type() {
            return HeaderType.PARAMETER_INSERT;
        }
    }

    /**
     * VP_CONTEXT: the registers with which a vCPU starts.
     *
     * @param gpa of the VMSA (SEV-ES, SNP)
     * @param vpIndex which vCPU
     * @param platform which decides the form of the registers
     * @param dataOffset where the registers are in the file
     */
    record VpContext(long offset, int mask, long gpa, int vpIndex, Platform platform, long dataOffset)
            implements Directive {
        @Override
        public HeaderType type() {
            return HeaderType.VP_CONTEXT;
        }
    }

    /** REQUIRED_MEMORY: {@code bytes} that must be there, and must be private. */
    record RequiredMemory(long offset, int mask, long gpa, long bytes, int flags) implements Directive {
        @Override
        public HeaderType type() {
            return HeaderType.REQUIRED_MEMORY;
        }
    }

    /** ERROR_RANGE: where the guest may leave what it has to say when it fails. */
    record ErrorRange(long offset, int mask, long gpa, long bytes) implements Directive {
        @Override
        public HeaderType type() {
            return HeaderType.ERROR_RANGE;
        }
    }

    /**
     * SNP_ID_BLOCK: which digest the PSP demands, signed.
     *
     * @param content the whole header's content, not copied; {@link IdBlock} reads it
     */
    record SnpIdBlock(long offset, int mask, MemorySegment content) implements Directive {
        @Override
        public HeaderType type() {
            return HeaderType.SNP_ID_BLOCK;
        }
    }

    /**
     * VBS_MEASUREMENT: the same for VSM.
     *
     * @param content the whole header's content, not copied
     */
    record VbsMeasurement(long offset, int mask, MemorySegment content) implements Directive {
        @Override
        public HeaderType type() {
            return HeaderType.VBS_MEASUREMENT;
        }
    }
}
