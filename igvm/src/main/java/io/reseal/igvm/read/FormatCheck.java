package io.reseal.igvm.read;

import io.reseal.igvm.format.Fault;
import io.reseal.igvm.format.Hex;
import io.reseal.igvm.format.IgvmException;
import io.reseal.igvm.format.IgvmFile;
import java.util.function.Supplier;

/** One way to say that a file breaks a rule. */
public final class FormatCheck {
    private FormatCheck() {}

    /** Rejects the file unless this holds; {@code found} is asked for only then. */
    public static void need(boolean holds, Fault fault, long offset, Supplier<String> found, String allowed) {
        if (!holds) {
            throw new IgvmException.Malformed(fault, offset, found.get(), allowed);
        }
    }

    public static void pageAligned(long gpa, long offset, String what) {
        need(
                gpa % IgvmFile.PAGE == 0,
                Fault.GPA_NOT_ALIGNED,
                offset,
                () -> what + " gpa " + Hex.of(gpa),
                "multiples of 0x1000");
    }

    public static void wholePages(long size, long offset, String what) {
        need(
                size % IgvmFile.PAGE == 0,
                Fault.SIZE_NOT_ALIGNED,
                offset,
                () -> what + " of " + Hex.of(size) + " bytes",
                "multiples of 0x1000");
    }

    public static void zero(boolean zero, long offset, String what) {
        need(zero, Fault.RESERVED_NOT_ZERO, offset, () -> "a reserved field of " + what + " that is set", "0");
    }
}
