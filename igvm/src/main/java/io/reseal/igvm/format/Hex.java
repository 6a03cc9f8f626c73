package io.reseal.igvm.format;

/** Numbers in words for people. */
public final class Hex {
    private Hex() {}

    public static String of(long unsigned) {
        return "0x" + Long.toHexString(unsigned);
    }
}
