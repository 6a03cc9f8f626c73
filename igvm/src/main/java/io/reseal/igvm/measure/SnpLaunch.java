package io.reseal.igvm.measure;

import io.reseal.igvm.format.IgvmException;
import io.reseal.igvm.format.IgvmFile;
import io.reseal.igvm.format.Limits;
import io.reseal.igvm.format.Platform;
import io.reseal.igvm.launch.LaunchRegion;
import io.reseal.igvm.launch.Machine;
import io.reseal.igvm.launch.ResetDigests;
import java.util.List;
import java.util.Optional;

/**
 * What an SNP guest that QEMU launches from a file is measured as, at its start and at each reset. Confirmed against QEMU
 * 11.1-rc2 on a simulated platform, and against two digests from hardware; one bundle has one digest for each machine.
 *
 * @param machine for which it holds
 * @param launchDigest by QEMU and KVM: regions in their order, then one VMSA for each vCPU; 96 hexadecimal digits
 * @param resets digests at resets while vCPUs have interrupts enabled; at other resets, as at QEMU's start, it is the former
 * @param regions in the order in which QEMU sends them, without the VMSAs
 * @param fileOrderDigest as microsoft/igvm measures: what is in the file, in its order; for comparing tools
 * @param difference why the two digests differ; empty when they are equal
 * @param notes what was taken for granted where the file says nothing, and what of the file is changed on the way
 * @param refusals why QEMU, KVM or the PSP would not launch it so; empty when nothing is known against it
 */
public record SnpLaunch(
        Machine machine,
        String launchDigest,
        ResetDigests resets,
        List<LaunchRegion> regions,
        String fileOrderDigest,
        Optional<String> difference,
        List<String> notes,
        List<String> refusals) {
    public SnpLaunch {
        regions = List.copyOf(regions);
        notes = List.copyOf(notes);
        refusals = List.copyOf(refusals);
    }

    /**
     * Measures a file.
     *
     * @return empty if the file is not for SEV-SNP
     * @throws IgvmException.LimitExceeded if more is to be measured than {@link Limits#measuredPages}
     */
    public static Optional<SnpLaunch> of(IgvmFile file, Machine machine, Limits limits) {
        return file.platform(Platform.SEV_SNP)
                .map(platform -> new QemuSnpMeasurement(file, platform, machine).measure(limits));
    }
}
