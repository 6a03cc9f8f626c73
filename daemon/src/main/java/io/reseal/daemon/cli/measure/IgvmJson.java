package io.reseal.daemon.cli.measure;

import io.reseal.daemon.api.Json;
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
import java.util.TreeMap;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Bundles and launches as JSON; an API for scripts. */
final class IgvmJson {
    private IgvmJson() {}

    static ObjectNode contents(IgvmFile file) {
        var json = Json.object()
                .put("formatVersion", file.fixed().version())
                .put("architecture", file.fixed().architecture().name())
                .put("size", file.fixed().fileSize())
                .put(
                        "headers",
                        file.platforms().size()
                                + file.initialization().size()
                                + file.directives().size());
        json.setAll(Json.list(
                "warnings",
                file.warnings(),
                warning -> Json.object().put("code", warning.code().name()).put("message", warning.message())));
        json.setAll(Json.list("qemuRefuses", QemuRefusals.of(file), IgvmJson::refusal));
        json.setAll(Json.list("platforms", file.platforms(), platform -> platform(file, platform)));
        return json;
    }

    private static ObjectNode refusal(QemuRefusals.Refusal refusal) {
        return Json.object().put("message", refusal.message()).put("versions", refusal.versions());
    }

    private static ObjectNode platform(IgvmFile file, SupportedPlatform platform) {
        var json = Json.object()
                .put("platform", platform.platform().name())
                .put("mask", Text.hex(Integer.toUnsignedLong(platform.mask())))
                .put("highestVtl", platform.highestVtl());
        var policy = file.policy(platform);
        json.put("policy", policy.map(each -> Text.hex(each.policy())).orElse(null));
        var words = json.putArray("policyWords");
        if (platform.platform() == Platform.SEV_SNP) {
            policy.stream()
                    .flatMap(each -> new SnpPolicy(each.policy()).words().stream())
                    .forEach(words::add);
        }
        json.set("pages", pages(file, platform));
        json.put(
                "vpContexts",
                of(file, platform).filter(Directive.VpContext.class::isInstance).count());
        file.idBlock(platform)
                .ifPresentOrElse(block -> json.set("idBlock", idBlock(block)), () -> json.putNull("idBlock"));
        return json;
    }

    private static Stream<Directive> of(IgvmFile file, SupportedPlatform platform) {
        return file.directives().stream().filter(each -> each.isFor(platform.mask()));
    }

    /** By what is done with their content: its kind, whether there is any, and whether it is measured. */
    private static ObjectNode pages(IgvmFile file, SupportedPlatform platform) {
        var counts = new TreeMap<String, Integer>();
        of(file, platform)
                .filter(Directive.PageData.class::isInstance)
                .map(Directive.PageData.class::cast)
                .forEach(page -> counts.merge(kind(page), 1, Integer::sum));
        var json = Json.object();
        counts.forEach(json::put);
        return json;
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

    private static ObjectNode idBlock(IdBlock block) {
        return Json.object()
                .put("launchDigest", block.launchDigest())
                .put("familyId", block.familyId())
                .put("imageId", block.imageId())
                .put("guestSvn", block.guestSvn())
                .put("idKeyDigest", block.idKeyDigest())
                .put("authorKeyDigest", block.authorKeyDigest().orElse(null));
    }

    /** A launch of a bundle; what QEMU would refuse of it for this machine goes beside what it refuses of the file. */
    static ObjectNode launch(SnpLaunch launch) {
        var json = Json.object()
                .put("vcpus", launch.machine().vcpus())
                .put("cpuSignature", launch.machine().signature().toString())
                .put("launchDigest", launch.launchDigest())
                .put("fileOrderDigest", launch.fileOrderDigest())
                .put("difference", launch.difference().orElse(null));
        json.set("regions", regions(launch.regions()));
        var notes = json.putArray("notes");
        launch.notes().forEach(notes::add);
        return json;
    }

    static JsonNode regions(List<LaunchRegion> regions) {
        return Json.list(
                        "regions",
                        regions,
                        region -> Json.object()
                                .put("gpa", Text.hex(region.gpa()))
                                .put("length", Text.hex(region.length()))
                                .put("type", region.type().name()))
                .path("regions");
    }
}
