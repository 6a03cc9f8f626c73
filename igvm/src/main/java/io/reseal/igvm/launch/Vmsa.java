package io.reseal.igvm.launch;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The registers of a vCPU as KVM measures them: a page in the layout of the AMD APM volume 2, table B-4. Seen with QEMU 11.1 on
 * a simulated platform; that real KVM fills in the FPU's defaults is read in Linux 6.18, arch/x86/kvm/svm/sev.c.
 */
public final class Vmsa {
    /** Where KVM puts each of them. */
    public static final long GPA = 0xFFFF_FFFF_F000L;

    private static final long EFER_SVME = 0x1000;
    private static final long EFER_LME = 0x100;
    private static final long EFER_LMA = 0x400;
    private static final long CR0_PG = 0x8000_0000L;
    private static final long CR0_ET = 0x10;
    private static final long CR0_CD_NW = 0x6000_0000L;
    private static final long CR4_PAE = 0x20;
    private static final long CR4_MCE = 0x40;
    private static final long RFLAGS_FIXED = 2;
    private static final long RFLAGS_IF = 0x200;
    private static final int ATTRIBUTES = 0xFFF;
    private static final int LIMIT_16 = 0xFFFF;

    private final byte[] page;

    private Vmsa(byte[] page) {
        this.page = page;
    }

    /** A vCPU after power-on: the first one, and with IGVM every one that has no context in the file. */
    public static Vmsa powerOn(CpuSignature signature) {
        return startingAt(signature, 0xFFFF_0000, 0xFFF0);
    }

    /**
     * Another vCPU than the first one, without IGVM: QEMU starts it at the address that OVMF tells.
     *
     * @param resetAddress from OVMF's table of GUIDs; its upper half becomes the base of CS
     */
    public static Vmsa applicationProcessor(CpuSignature signature, int resetAddress) {
        return startingAt(signature, resetAddress & 0xFFFF_0000, resetAddress & LIMIT_16);
    }

    private static Vmsa startingAt(CpuSignature signature, int csBase, int rip) {
        var page = new byte[LaunchRegion.PAGE];
        var out = fields(page);
        for (int data : new int[] {Field.ES, Field.SS, Field.DS, Field.FS, Field.GS}) {
            segment(out, data, 0, 0x93, 0);
        }
        segment(out, Field.CS, 0xF000, 0x9B, Integer.toUnsignedLong(csBase));
        segment(out, Field.GDTR, 0, 0, 0);
        segment(out, Field.IDTR, 0, 0, 0);
        segment(out, Field.LDTR, 0, 0x82, 0);
        segment(out, Field.TR, 0, 0x8B, 0);
        out.putLong(Field.EFER, EFER_SVME);
        out.putLong(Field.CR4, CR4_MCE);
        out.putLong(Field.CR0, CR0_ET);
        out.putLong(Field.DR7, 0x400);
        out.putLong(Field.DR6, 0xFFFF_0FF0L);
        out.putLong(Field.RFLAGS, RFLAGS_FIXED);
        out.putLong(Field.RIP, rip);
        out.putLong(Field.PAT, 0x0007_0406_0007_0406L);
        out.putLong(Field.RDX, Integer.toUnsignedLong(signature.eax()));
        out.putLong(Field.SEV_FEATURES, 1);
        out.putLong(Field.XCR0, 1);
        return fpu(page);
    }

    private static void segment(ByteBuffer out, int at, int selector, int attributes, long base) {
        out.putShort(at, (short) selector);
        out.putShort(at + 2, (short) attributes);
        out.putInt(at + 4, LIMIT_16);
        out.putLong(at + 8, base);
    }

    /** QEMU sends the FPU's state as empty, so KVM keeps its defaults, whatever the file says. */
    private static Vmsa fpu(byte[] page) {
        var out = fields(page);
        out.putInt(Field.MXCSR, 0x1F80);
        out.putShort(Field.FCW, (short) 0x37F);
        return new Vmsa(page);
    }

    private static ByteBuffer fields(byte[] page) {
        return ByteBuffer.wrap(page).order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Of the 4096 bytes of a VP context in an IGVM file: what is left of them after QEMU 11.1 copied them into its CPU state
     * (target/i386/sev.c, sev_apply_cpu_context) and KVM out of that. Fields for which QEMU refuses it stay as they are.
     *
     * @param context not changed, not kept
     */
    public static Vmsa ofContext(MemorySegment context) {
        var known = context.asSlice(0, Field.KNOWN_SIZE).toArray(ValueLayout.JAVA_BYTE);
        var page = Arrays.copyOf(known, LaunchRegion.PAGE);
        var in = fields(known);
        var out = fields(page);
        segments(in, out);
        long cr0 = (in.getLong(Field.CR0) & ~CR0_CD_NW) | CR0_ET;
        long cr4 = in.getLong(Field.CR4) | CR4_MCE;
        long efer = in.getLong(Field.EFER) | EFER_SVME;
        boolean longMode = (efer & EFER_LME) != 0 && (cr0 & CR0_PG) != 0 && (cr4 & CR4_PAE) != 0;
        out.putLong(Field.CR0, cr0);
        out.putLong(Field.CR4, cr4);
        out.putLong(Field.EFER, longMode ? efer | EFER_LMA : efer);
        out.putLong(Field.RFLAGS, in.getLong(Field.RFLAGS) | RFLAGS_FIXED);
        return fpu(page);
    }

    private static void segments(ByteBuffer in, ByteBuffer out) {
        for (int at : new int[] {Field.ES, Field.CS, Field.SS, Field.DS, Field.FS, Field.GS, Field.LDTR, Field.TR}) {
            out.putShort(at + 2, (short) (in.getShort(at + 2) & ATTRIBUTES));
        }
        for (int at : new int[] {Field.GDTR, Field.IDTR}) {
            out.putInt(at, 0);
            out.putInt(at + 4, in.getInt(at + 4) & LIMIT_16);
        }
        // QEMU copies the base of the wrong segment
        out.putLong(Field.TR + 8, in.getLong(Field.LDTR + 8));
        out.put(Field.CPL, (byte) ((in.getShort(Field.SS + 2) >> 5) & 3));
    }

    /**
     * What {@link #ofContext} changes, in words for people.
     *
     * @param context as it is in the file
     */
    public List<String> changesOf(MemorySegment context) {
        var file = fields(context.asSlice(0, LaunchRegion.PAGE).toArray(ValueLayout.JAVA_BYTE));
        var measured = fields(page);
        var changes = new ArrayList<String>();
        Field.CHANGED.forEach((name, at) -> {
            if (file.getLong(at) != measured.getLong(at)) {
                changes.add("%s: file 0x%x, measured 0x%x".formatted(name, file.getLong(at), measured.getLong(at)));
            }
        });
        return List.copyOf(changes);
    }

    /** The same with other SEV features: QEMU gives those of the first vCPU to all. */
    public Vmsa withSevFeatures(long features) {
        var changed = page.clone();
        fields(changed).putLong(Field.SEV_FEATURES, features);
        return new Vmsa(changed);
    }

    /** The same of a vCPU that has interrupts enabled or disabled: at a reset QEMU takes over that flag alone. */
    public Vmsa withInterrupts(boolean enabled) {
        var changed = page.clone();
        var out = fields(changed);
        long rest = out.getLong(Field.RFLAGS) & ~RFLAGS_IF;
        out.putLong(Field.RFLAGS, enabled ? rest | RFLAGS_IF : rest);
        return new Vmsa(changed);
    }

    /** Bits as in the APM, volume 2, table B-4, SEV_FEATURES; bit 0 is SNP_ACTIVE. */
    public long sevFeatures() {
        return fields(page).getLong(Field.SEV_FEATURES);
    }

    /** The page, read only. */
    public MemorySegment bytes() {
        return MemorySegment.ofArray(page).asReadOnly();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Vmsa vmsa && Arrays.equals(page, vmsa.page);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(page);
    }
}
