package io.reseal.igvm;

/** Numbers in words for people. */
final class Hex {
    private Hex() {}

    static String of(long unsigned) {
        return "0x" + Long.toHexString(unsigned);
    }
}
