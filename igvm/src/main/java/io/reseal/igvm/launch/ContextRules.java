package io.reseal.igvm.launch;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Why QEMU or KVM refuses a VP context of an IGVM file: QEMU 11.1, check_vmsa_supported and check_sev_features; KVM,
 * KVM_SET_DEBUGREGS and KVM_SET_XCRS.
 */
public final class ContextRules {
    private static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final BitSet SYNCHRONISED = synchronised();

    private ContextRules() {}

    private static BitSet synchronised() {
        var known = new BitSet();
        known.set(0, Field.SEGMENTS_END);
        for (int at : Field.UNCHANGED) {
            known.set(at, at + Long.BYTES);
        }
        for (int at : new int[] {Field.EFER, Field.CR0, Field.CR4, Field.RFLAGS}) {
            known.set(at, at + Long.BYTES);
        }
        known.set(Field.MXCSR, Field.MXCSR + Integer.BYTES);
        known.set(Field.FCW, Field.FCW + Short.BYTES);
        return known;
    }

    /**
     * The reasons in words for people; empty when it is taken.
     *
     * @param context 4096 bytes
     */
    public static List<String> refusals(MemorySegment context) {
        var reasons = new ArrayList<String>();
        for (int at = SYNCHRONISED.nextClearBit(0); at < Field.KNOWN_SIZE; at = SYNCHRONISED.nextClearBit(at + 1)) {
            if (context.get(ValueLayout.JAVA_BYTE, at) != 0) {
                reasons.add("VMSA byte 0x%x belongs to a field that QEMU does not synchronise".formatted(at));
                break;
            }
        }
        if ((context.get(U64, Field.SEV_FEATURES) & 1) == 0) {
            reasons.add("SNP_ACTIVE is not set in the VMSA's SEV_FEATURES");
        }
        long dr7 = context.get(U64, Field.DR7);
        if (dr7 != 0 && dr7 != 0x400) {
            reasons.add("KVM takes DR7 0 and 0x400, but the VMSA has 0x%x".formatted(dr7));
        }
        if ((context.get(U64, Field.XCR0) & 1) == 0) {
            reasons.add("KVM wants bit 0 of XCR0, which the VMSA has not set");
        }
        return List.copyOf(reasons);
    }
}
