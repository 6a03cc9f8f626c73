package io.reseal.igvm.format;

import java.lang.foreign.MemorySegment;

/** What holds for the guest as a whole; before all directives. */
public sealed interface Initialization extends Header {
    @Override
    int mask();

    /**
     * GUEST_POLICY.
     *
     * @param policy SNP: bits as in the SNP firmware ABI; TDX: bit 0 debug, bit 1 SEPT_VE_DISABLE, bit 2 migratable
     */
    record GuestPolicy(long offset, int mask, long policy) implements Initialization {
        @Override
        public HeaderType type() {
            return HeaderType.GUEST_POLICY;
        }
    }

    /** A part of the guest's memory, as addresses and the vCPU whose context moves with it. */
    sealed interface Region extends Initialization {
        long gpa();

        /** In bytes. */
        long size();

        int vpIndex();

        int vtl();
    }

    /**
     * RELOCATABLE_REGION: a loader may move it.
     *
     * @param flags bit 0 VTL 2, bit 1 the instruction pointer moves too, bit 2 the GDTR's base too
     * @param alignment of the new address, in bytes
     * @param minimumGpa lowest new address
     * @param maximumGpa highest end
     */
    record RelocatableRegion(
            long offset,
            int mask,
            int vpIndex,
            int vtl,
            int flags,
            long alignment,
            long gpa,
            long size,
            long minimumGpa,
            long maximumGpa)
            implements Region {
        @Override
        public HeaderType type() {
            return HeaderType.RELOCATABLE_REGION;
        }
    }

    /** PAGE_TABLE_RELOCATION_REGION: the page tables that a loader changes when it moves regions. */
    record PageTableRegion(long offset, int mask, int vpIndex, int vtl, long gpa, long size, long usedSize)
            implements Region {
        @Override
        public HeaderType type() {
            return HeaderType.PAGE_TABLE_RELOCATION_REGION;
        }
    }

    /**
     * CORIM_DOCUMENT or CORIM_SIGNATURE: reference values for a verifier.
     *
     * @param type which of the two
     * @param data CBOR, not looked into; not copied
     */
    record Corim(long offset, HeaderType type, int mask, MemorySegment data) implements Initialization {}

    /**
     * CCA_POLICY.
     *
     * @param mustBeZero realm attributes
     * @param mustBeOne realm attributes
     * @param hashAlgorithm of the realm's measurement
     * @param lfaPolicy live firmware activation
     */
    record CcaPolicy(long offset, int mask, long mustBeZero, long mustBeOne, int hashAlgorithm, int lfaPolicy)
            implements Initialization {
        @Override
        public HeaderType type() {
            return HeaderType.CCA_POLICY;
        }
    }
}
