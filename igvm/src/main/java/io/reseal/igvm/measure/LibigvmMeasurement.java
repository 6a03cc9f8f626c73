package io.reseal.igvm.measure;

import io.reseal.igvm.format.Directive;
import io.reseal.igvm.format.IgvmFile;
import io.reseal.igvm.format.SupportedPlatform;
import io.reseal.igvm.launch.PageType;
import io.reseal.igvm.launch.SnpDigestChain;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Set;

/** A file measured as microsoft/igvm does it (measurement/snp.rs of igvm 0.5): what is in it, in its order. */
record LibigvmMeasurement(IgvmFile file, SupportedPlatform platform, PageDigests digests) {
    String digest() {
        var chain = new SnpDigestChain();
        var areas = new HashMap<Long, Long>();
        for (var directive : file.directives()) {
            if (!directive.isFor(platform.mask())) {
                continue;
            }
            switch (directive) {
                case Directive.PageData page when !page.shared() -> add(chain, page);
                case Directive.ParameterArea area -> areas.put(area.index(), area.bytes());
                case Directive.ParameterInsert insert ->
                    QemuSnpMeasurement.unmeasured(chain, insert.gpa(), areas.getOrDefault(insert.area(), 0L));
                case Directive.VpContext context ->
                    chain.measured(PageType.VMSA, context.gpa(), digests.at(context.dataOffset()));
                default -> {}
            }
        }
        return chain.digest();
    }

    /** A page of 2 MiB counts as one of 4 KiB here. */
    private void add(SnpDigestChain chain, Directive.PageData page) {
        var type = LaunchStep.typeOf(page);
        if (type.contentMeasured()) {
            chain.measured(type, page.gpa(), digests.at(page.dataOffset()));
        } else {
            chain.unmeasured(type, page.gpa());
        }
    }

    /** What makes QEMU's order, or what it sends, another one than the file's; in words for people. */
    List<String> whatQemuDoesOtherwise(List<LaunchStep> steps) {
        var reasons = new ArrayList<String>();
        var own = file.directives().stream()
                .filter(each -> each.isFor(platform.mask()))
                .filter(each -> !(each instanceof Directive.Parameter || each instanceof Directive.ParameterArea))
                .toList();
        var pages = own.stream().filter(Directive.PageData.class::isInstance).map(Directive.PageData.class::cast);
        var kinds = pages.toList();
        if (kinds.stream().anyMatch(Directive.PageData::shared)) {
            reasons.add("QEMU loads and measures pages with the flag 'shared'");
        }
        if (kinds.stream().anyMatch(Directive.PageData::twoMiB)) {
            reasons.add("a 2 MiB page is measured as 512 pages");
        }
        if (overtakes(steps, own)) {
            reasons.add("a parameter area is sent before the pages that stand ahead of it in the file");
        }
        int lastMeasured = own.size() - 1;
        while (lastMeasured >= 0 && own.get(lastMeasured) instanceof Directive.VpContext) {
            lastMeasured--;
        }
        if (own.subList(0, lastMeasured + 1).stream().anyMatch(Directive.VpContext.class::isInstance)) {
            reasons.add("VMSAs are measured last, the file has one ahead of pages");
        }
        return reasons;
    }

    private static boolean overtakes(List<LaunchStep> steps, List<Directive> own) {
        var sent = steps.stream().map(step -> step.region().gpa()).toList();
        var starts = Set.copyOf(sent);
        var written = own.stream()
                .<Long>mapMulti((each, out) -> {
                    switch (each) {
                        case Directive.PageData page -> out.accept(page.gpa());
                        case Directive.ParameterInsert insert -> out.accept(insert.gpa());
                        default -> {}
                    }
                })
                .filter(starts::contains)
                .toList();
        return !written.equals(sent);
    }
}
