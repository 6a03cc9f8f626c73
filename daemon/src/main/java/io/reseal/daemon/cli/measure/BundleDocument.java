package io.reseal.daemon.cli.measure;

import io.reseal.daemon.cli.file.Remarks;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is in an IGVM bundle.
 *
 * @param headers how many it has
 */
record BundleDocument(
        int formatVersion,
        String architecture,
        long size,
        int headers,
        List<Remarks.Warning> warnings,
        List<Remarks.Refusal> qemuRefuses,
        List<ForPlatform> platforms) {

    /**
     * What is in it for one platform.
     *
     * @param pages number of pages by what is done with their content
     */
    record ForPlatform(
            String platform,
            String mask,
            int highestVtl,
            Optional<String> policy,
            List<String> policyWords,
            Map<String, Integer> pages,
            long vpContexts,
            Optional<Signed> idBlock) {}

    /** The ID block. */
    record Signed(
            String launchDigest,
            String familyId,
            String imageId,
            long guestSvn,
            String idKeyDigest,
            Optional<String> authorKeyDigest) {}
}
