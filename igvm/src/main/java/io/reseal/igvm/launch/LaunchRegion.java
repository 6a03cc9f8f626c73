package io.reseal.igvm.launch;

/**
 * What QEMU hands to KVM in one KVM_SEV_SNP_LAUNCH_UPDATE: one line of its trace event kvm_sev_snp_launch_update.
 *
 * @param gpa guest-physical address of the first page
 * @param length in bytes, a multiple of 4096
 * @param type of all its pages
 */
public record LaunchRegion(long gpa, long length, PageType type) {
    public static final int PAGE = 4096;

    /** Of 4 KiB. */
    public long pages() {
        return length / PAGE;
    }
}
