package io.reseal.igvm.attestation;

/** The outcome of one check, in words for people; {@link #check} is the stable name for machines. */
public record Finding(Check check, boolean ok, String words) {

    /** Everything that is looked at; which of them apply depends on the platform. */
    public enum Check {
        REPORT_SIGNATURE,
        SIGNING_KEY,
        CHAIN,
        ROOT,
        VALIDITY,
        TCB,
        CHIP_ID,
        PRODUCT,
        QUOTE_SIGNATURE,
        QE_BINDING,
        QE_SIGNATURE
    }

    public static Finding ok(Check check, String words) {
        return new Finding(check, true, words);
    }

    public static Finding failed(Check check, String words) {
        return new Finding(check, false, words);
    }

    /** The same sentence either way would mislead, so both are given. */
    public static Finding of(Check check, boolean ok, String good, String bad) {
        return new Finding(check, ok, ok ? good : bad);
    }
}
