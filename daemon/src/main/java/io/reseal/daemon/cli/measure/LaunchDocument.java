package io.reseal.daemon.cli.measure;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import io.reseal.igvm.launch.ResetDigests;
import java.util.List;
import java.util.Optional;

/** What a launch measures. */
sealed interface LaunchDocument {
    /**
     * An SNP guest from a bundle.
     *
     * @param fileOrderDigest what a tool that goes by the order of the file computes
     * @param difference why that differs, where it does
     */
    record OfBundle(
            int vcpus,
            String cpuSignature,
            String launchDigest,
            String fileOrderDigest,
            Optional<String> difference,
            List<Region> regions,
            List<String> notes,
            @JsonInclude(Include.NON_ABSENT) Optional<AtReset> resetDigests)
            implements LaunchDocument {}

    /** An SNP guest from firmware. */
    record OfFirmware(
            int vcpus,
            String cpuSignature,
            String launchDigest,
            @JsonInclude(Include.NON_ABSENT) Optional<AtReset> resetDigests,
            List<Region> regions)
            implements LaunchDocument {}

    /** A TD; the sections are known of firmware. */
    record OfTd(
            String mrtd, @JsonInclude(Include.NON_ABSENT) Optional<List<Section>> sections) implements LaunchDocument {}

    /** Memory that is measured. */
    record Region(String gpa, String length, String type) {}

    /** A section of TDVF. */
    record Section(String gpa, String length, String type, boolean extended) {}

    /** The digests at a reset while vCPUs have interrupts enabled. */
    record AtReset(String firstVcpu, String allVcpus, boolean complete, List<String> others) {
        static AtReset of(ResetDigests digests) {
            return new AtReset(
                    digests.firstVcpu(),
                    digests.allVcpus(),
                    digests.complete(),
                    digests.others().stream().sorted().toList());
        }
    }
}
