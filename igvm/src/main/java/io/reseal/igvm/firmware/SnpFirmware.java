package io.reseal.igvm.firmware;

import io.reseal.igvm.launch.LaunchRegion;
import io.reseal.igvm.launch.Machine;
import io.reseal.igvm.launch.PageType;
import io.reseal.igvm.launch.ResetDigests;
import io.reseal.igvm.launch.SnpDigestChain;
import io.reseal.igvm.launch.Vmsa;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;

/**
 * What an SNP guest that is started with {@code -bios} is measured as: the image, then what its SEV metadata asks for, then one
 * VMSA for each vCPU (QEMU 11.1, target/i386/sev.c; with kernel-hashes=off). Confirmed against sev-snp-measure 0.0.13.
 *
 * @param machine for which it holds
 * @param launchDigest at QEMU's start, and at a reset while no vCPU has interrupts enabled; 96 hexadecimal digits
 * @param resets digests at other resets
 * @param regions in the order in which QEMU sends them, without the VMSAs
 */
public record SnpFirmware(Machine machine, String launchDigest, ResetDigests resets, List<LaunchRegion> regions) {
    static final long FOUR_GIB = 1L << 32;

    private static final UUID METADATA = UUID.fromString("dc886566-984a-4798-a75e-5585a7bf67cc");
    private static final int SECTION = 12;
    private static final int SECRETS = 2;
    private static final int CPUID = 3;

    /** Bytes of all sections together; OVMF has some ten pages. */
    private static final long MOST = 64L << 20;

    public SnpFirmware {
        regions = List.copyOf(regions);
    }

    /**
     * Measures an image.
     *
     * @param sevFeatures of the guest, as in a VMSA; bit 0 is set in any case
     * @throws FirmwareException if QEMU would not launch it
     */
    public static SnpFirmware of(FirmwareImage image, Machine machine, long sevFeatures) {
        var regions = new ArrayList<LaunchRegion>();
        long size = image.bytes().byteSize();
        regions.add(new LaunchRegion(FOUR_GIB - size, size, PageType.NORMAL));
        regions.addAll(sections(image));
        var chain = new SnpDigestChain();
        image(chain, image);
        for (var region : regions.subList(1, regions.size())) {
            for (long at = 0; at < region.length(); at += FirmwareImage.PAGE) {
                chain.unmeasured(region.type(), region.gpa() + at);
            }
        }
        var vmsas = vmsas(image, machine, sevFeatures | 1);
        var resets = ResetDigests.of(chain, vmsas);
        chain.vmsas(vmsas);
        return new SnpFirmware(machine, chain.digest(), resets, regions);
    }

    private static List<LaunchRegion> sections(FirmwareImage image) {
        long at = image.metadata(METADATA, "SEV");
        int count = image.sections(at, "ASEV", SECTION);
        var regions = new ArrayList<LaunchRegion>();
        long bytes = 0;
        for (int i = 0; i < count; i++) {
            long section = at + 16 + (long) i * SECTION;
            var region = new LaunchRegion(image.u32(section), image.u32(section + 4), type(image.u32(section + 8)));
            bytes += check(region, section);
            if (bytes > MOST) {
                throw new FirmwareException(
                        FirmwareException.Fault.LIMIT, section, "sections of " + bytes + " bytes", "up to " + MOST);
            }
            regions.add(region);
        }
        return regions;
    }

    private static long check(LaunchRegion region, long at) {
        if (region.gpa() % FirmwareImage.PAGE != 0 || region.length() % FirmwareImage.PAGE != 0) {
            throw new FirmwareException(
                    FirmwareException.Fault.BAD_SECTION,
                    at,
                    "0x%x bytes at 0x%x".formatted(region.length(), region.gpa()),
                    "whole pages");
        }
        return region.length();
    }

    /** QEMU takes whatever it does not know for memory that the firmware wants zeroed. */
    private static PageType type(long section) {
        if (section == SECRETS) {
            return PageType.SECRETS;
        }
        return section == CPUID ? PageType.CPUID : PageType.ZERO;
    }

    private static void image(SnpDigestChain chain, FirmwareImage image) {
        var bytes = image.bytes();
        for (long at = 0; at < bytes.byteSize(); at += FirmwareImage.PAGE) {
            chain.measured(
                    PageType.NORMAL,
                    FOUR_GIB - bytes.byteSize() + at,
                    chain.sha384(bytes.asSlice(at, FirmwareImage.PAGE)));
        }
    }

    private static List<Vmsa> vmsas(FirmwareImage image, Machine machine, long features) {
        var first = Vmsa.powerOn(machine.signature()).withSevFeatures(features);
        var others = Vmsa.applicationProcessor(machine.signature(), resetAddress(image))
                .withSevFeatures(features);
        var all = new ArrayList<>(Collections.nCopies(machine.vcpus(), others));
        all.set(0, first);
        return all;
    }

    /** QEMU looks for it whatever the number of vCPUs (sev_es_find_reset_vector), and ends without. */
    private static int resetAddress(FirmwareImage image) {
        return image.resetAddress()
                .orElseThrow(() -> new FirmwareException(
                        FirmwareException.Fault.NO_METADATA,
                        image.bytes().byteSize(),
                        "no reset address for further vCPUs",
                        "an image that is built for such guests"));
    }
}
