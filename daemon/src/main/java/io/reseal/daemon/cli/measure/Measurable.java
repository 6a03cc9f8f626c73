package io.reseal.daemon.cli.measure;

import io.reseal.igvm.format.Platform;
import io.reseal.policy.Spelled;

/** What launch digests can be computed for. */
public enum Measurable implements Spelled {
    SEV_SNP("sev-snp", Platform.SEV_SNP),
    TDX("tdx", Platform.TDX);

    private final String text;
    private final Platform platform;

    Measurable(String text, Platform platform) {
        this.text = text;
        this.platform = platform;
    }

    @Override
    public String text() {
        return text;
    }

    Platform platform() {
        return platform;
    }
}
