package io.reseal.igvm.launch;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Offsets in a VMSA (AMD APM volume 2, table B-4), of those fields that QEMU 11.1 passes on to KVM. */
final class Field {
    static final int ES = 0;
    static final int CS = 0x10;
    static final int SS = 0x20;
    static final int DS = 0x30;
    static final int FS = 0x40;
    static final int GS = 0x50;
    static final int GDTR = 0x60;
    static final int LDTR = 0x70;
    static final int IDTR = 0x80;
    static final int TR = 0x90;
    static final int SEGMENTS_END = 0xA0;
    static final int CPL = 0xCB;
    static final int EFER = 0xD0;
    static final int CR4 = 0x148;
    static final int CR3 = 0x150;
    static final int CR0 = 0x158;
    static final int DR7 = 0x160;
    static final int DR6 = 0x168;
    static final int RFLAGS = 0x170;
    static final int RIP = 0x178;
    static final int RSP = 0x1D8;
    static final int RAX = 0x1F8;
    static final int PAT = 0x268;
    static final int RCX = 0x308;
    static final int RDX = 0x310;
    static final int RBX = 0x318;
    static final int RBP = 0x328;
    static final int RSI = 0x330;
    static final int RDI = 0x338;
    static final int R8 = 0x340;
    static final int R15 = 0x378;
    static final int SEV_FEATURES = 0x3B0;
    static final int XCR0 = 0x3E8;
    static final int MXCSR = 0x408;
    static final int FCW = 0x410;

    /** What QEMU knows of the page; the rest it ignores. */
    static final int KNOWN_SIZE = 0x670;

    /** Of 8 bytes, the same in the file and in the launch. */
    static final int[] UNCHANGED = {
        CR3,
        DR7,
        DR6,
        RIP,
        RSP,
        RAX,
        PAT,
        RCX,
        RDX,
        RBX,
        RBP,
        RSI,
        RDI,
        R8,
        0x348,
        0x350,
        0x358,
        0x360,
        0x368,
        0x370,
        R15,
        SEV_FEATURES,
        XCR0
    };

    /** Of which QEMU or KVM sets, clears or leaves out bits; 8 bytes of each, by name, in the order of telling. */
    static final Map<String, Integer> CHANGED = changed();

    private static Map<String, Integer> changed() {
        var changed = new LinkedHashMap<String, Integer>();
        changed.put("efer", EFER);
        changed.put("cr0", CR0);
        changed.put("cr4", CR4);
        changed.put("rflags", RFLAGS);
        changed.put("cpl", CPL & ~7);
        changed.put("es", ES);
        changed.put("cs", CS);
        changed.put("ss", SS);
        changed.put("ds", DS);
        changed.put("fs", FS);
        changed.put("gs", GS);
        changed.put("gdtr", GDTR);
        changed.put("idtr", IDTR);
        changed.put("ldtr", LDTR);
        changed.put("tr", TR);
        changed.put("tr.base", TR + Long.BYTES);
        changed.put("mxcsr", MXCSR);
        changed.put("fcw", FCW);
        return Collections.unmodifiableMap(changed);
    }

    private Field() {}
}
