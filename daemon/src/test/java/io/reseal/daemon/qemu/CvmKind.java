package io.reseal.daemon.qemu;

import io.reseal.testbed.qemu.Qemu;
import io.reseal.testbed.qemu.QemuGuestBuilder;

/** The kinds of confidential guests. */
enum CvmKind {
    SEV("sev"),
    SEV_ES("sev-es"),
    SEV_SNP("sev-snp"),
    TDX("tdx");

    private final String word;

    CvmKind(String word) {
        this.word = word;
    }

    String word() {
        return word;
    }

    /** QEMU 11 rebuilds those whose vCPU state it cannot set back. */
    boolean rebuilt() {
        return this != SEV;
    }

    QemuGuestBuilder recipe() {
        return switch (this) {
            case SEV -> Qemu.guest().sev();
            case SEV_ES -> Qemu.guest().sevEs();
            case SEV_SNP -> Qemu.guest().sevSnp();
            case TDX -> Qemu.guest().tdx();
        };
    }
}
