package io.reseal.daemon.cli.measure;

import io.reseal.daemon.api.Json;
import io.reseal.daemon.cli.file.Remarks;
import io.reseal.daemon.cli.terminal.Text;
import io.reseal.igvm.attestation.snp.SnpPolicy;
import io.reseal.igvm.format.Directive;
import io.reseal.igvm.format.IdBlock;
import io.reseal.igvm.format.IgvmFile;
import io.reseal.igvm.format.Platform;
import io.reseal.igvm.format.SupportedPlatform;
import io.reseal.igvm.launch.LaunchRegion;
import io.reseal.igvm.measure.QemuRefusals;
import io.reseal.igvm.measure.SnpLaunch;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/** Bundles and launches as JSON; an API for scripts. */
final class IgvmJson {
    private IgvmJson() {}

    static ObjectNode contents(IgvmFile file) {
        return tree(new BundleDocument(
                file.fixed().version(),
                file.fixed().architecture().name(),
                file.fixed().fileSize(),
                file.platforms().size()
                        + file.initialization().size()
                        + file.directives().size(),
                file.warnings().stream()
                        .map(warning -> new Remarks.Warning(warning.code().name(), warning.message()))
                        .toList(),
                QemuRefusals.of(file).stream()
                        .map(refusal -> new Remarks.Refusal(refusal.message(), refusal.versions()))
                        .toList(),
                file.platforms().stream()
                        .map(platform -> platform(file, platform))
                        .toList()));
    }

    /** A document as a tree, to be put together with others. */
    static ObjectNode tree(Object document) {
        return Json.MAPPER.valueToTree(document);
    }

    private static BundleDocument.ForPlatform platform(IgvmFile file, SupportedPlatform platform) {
        var policy = file.policy(platform);
        var words = platform.platform() != Platform.SEV_SNP
                ? List.<String>of()
                : policy.map(each -> new SnpPolicy(each.policy()).words()).orElse(List.of());
        return new BundleDocument.ForPlatform(
                platform.platform().name(),
                Text.hex(Integer.toUnsignedLong(platform.mask())),
                platform.highestVtl(),
                policy.map(each -> Text.hex(each.policy())),
                words,
                pages(file, platform),
                of(file, platform).filter(Directive.VpContext.class::isInstance).count(),
                file.idBlock(platform).map(IgvmJson::idBlock));
    }

    private static Stream<Directive> of(IgvmFile file, SupportedPlatform platform) {
        return file.directives().stream().filter(each -> each.isFor(platform.mask()));
    }

    /** By what is done with their content: its kind, whether there is any, and whether it is measured. */
    private static Map<String, Integer> pages(IgvmFile file, SupportedPlatform platform) {
        var counts = new TreeMap<String, Integer>();
        of(file, platform)
                .filter(Directive.PageData.class::isInstance)
                .map(Directive.PageData.class::cast)
                .forEach(page -> counts.merge(kind(page), 1, Integer::sum));
        return counts;
    }

    private static String kind(Directive.PageData page) {
        if (page.kind() != Directive.PageData.Kind.NORMAL) {
            return page.kind().name();
        }
        if (page.unmeasured()) {
            return "NORMAL_UNMEASURED";
        }
        return page.hasData() ? "NORMAL" : "NORMAL_ZERO";
    }

    private static BundleDocument.Signed idBlock(IdBlock block) {
        return new BundleDocument.Signed(
                block.launchDigest(),
                block.familyId(),
                block.imageId(),
                block.guestSvn(),
                block.idKeyDigest(),
                block.authorKeyDigest());
    }

    /**
     * A launch of a bundle; what QEMU would refuse of it for this machine goes beside what it refuses of the file.
     *
     * @param reset whether to tell the digests at a reset
     */
    static LaunchDocument.OfBundle launch(SnpLaunch launch, boolean reset) {
        return new LaunchDocument.OfBundle(
                launch.machine().vcpus(),
                launch.machine().signature().toString(),
                launch.launchDigest(),
                launch.fileOrderDigest(),
                launch.difference(),
                regions(launch.regions()),
                launch.notes(),
                reset ? Optional.of(LaunchDocument.AtReset.of(launch.resets())) : Optional.empty());
    }

    static List<LaunchDocument.Region> regions(List<LaunchRegion> regions) {
        return regions.stream()
                .map(region -> new LaunchDocument.Region(
                        Text.hex(region.gpa()),
                        Text.hex(region.length()),
                        region.type().name()))
                .toList();
    }
}
