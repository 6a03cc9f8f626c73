package io.reseal.igvm.launch;

/** What SNP_LAUNCH_UPDATE is told a page is (SNP firmware ABI, table 67). */
public enum PageType {
    NORMAL(1),
    VMSA(2),
    ZERO(3),
    UNMEASURED(4),
    SECRETS(5),
    CPUID(6);

    private final int code;

    PageType(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    /** Whether the page's content enters the digest; its type and address always do. */
    public boolean contentMeasured() {
        return this == NORMAL || this == VMSA;
    }
}
