package io.reseal.igvm.attestation.snp;

/** Security patch levels of one host, eight bytes whose meaning depends on the processor line. */
public record Tcb(long bits, Layout layout) {

    /** Where each level stands; processors before Turin have no FMC. */
    public enum Layout {
        MILAN(-1, 0, 1, 6),
        TURIN(0, 1, 2, 3);

        private final int fmc;
        private final int bootloader;
        private final int tee;
        private final int snp;

        Layout(int fmc, int bootloader, int tee, int snp) {
            this.fmc = fmc;
            this.bootloader = bootloader;
            this.tee = tee;
            this.snp = snp;
        }
    }

    /** Zero where the processor has no FMC. */
    public int fmc() {
        return layout.fmc < 0 ? 0 : level(layout.fmc);
    }

    public boolean hasFmc() {
        return layout.fmc >= 0;
    }

    public int bootloader() {
        return level(layout.bootloader);
    }

    public int tee() {
        return level(layout.tee);
    }

    public int snp() {
        return level(layout.snp);
    }

    public int microcode() {
        return level(7);
    }

    private int level(int index) {
        return (int) ((bits >>> (Byte.SIZE * index)) & 0xff);
    }

    @Override
    public String toString() {
        String levels =
                "bootloader %d, TEE %d, SNP %d, microcode %d".formatted(bootloader(), tee(), snp(), microcode());
        return hasFmc() ? "FMC %d, ".formatted(fmc()) + levels : levels;
    }
}
