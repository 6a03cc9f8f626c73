package io.reseal.igvm.measure;

import io.reseal.igvm.format.Directive;
import io.reseal.igvm.format.Hex;
import io.reseal.igvm.format.IgvmFile;
import io.reseal.igvm.format.SupportedPlatform;
import io.reseal.igvm.launch.ContextRules;
import io.reseal.igvm.launch.LaunchRegion;
import io.reseal.igvm.launch.Machine;
import io.reseal.igvm.launch.PageType;
import io.reseal.igvm.launch.Vmsa;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/** Why QEMU 11.1, KVM or the PSP would refuse an SNP launch from a file, each of which ends QEMU with exit code 1. */
record SnpRefusals(IgvmFile file, SupportedPlatform platform) {
    private static final long FOUR_GIB = 1L << 32;

    /** For one machine. */
    List<String> of(List<LaunchRegion> regions, Machine machine) {
        var reasons = new ArrayList<>(onAnyMachine(regions));
        contexts().stream()
                .filter(context -> context.vpIndex() >= machine.vcpus())
                .forEach(context -> reasons.add(
                        "VP_CONTEXT for vCPU " + context.vpIndex() + ", but there are only " + machine.vcpus()));
        return List.copyOf(reasons);
    }

    List<String> onAnyMachine(List<LaunchRegion> regions) {
        var reasons = new ArrayList<String>();
        for (var context : contexts()) {
            if (context.gpa() != Vmsa.GPA) {
                reasons.add("VP_CONTEXT gpa " + Hex.of(context.gpa()) + ", QEMU wants " + Hex.of(Vmsa.GPA));
            }
            ContextRules.refusals(file.bytes().asSlice(context.dataOffset(), IgvmFile.PAGE))
                    .forEach(reason -> reasons.add("vCPU " + context.vpIndex() + ": " + reason));
        }
        twice(regions, reasons);
        regions.stream()
                .filter(region -> region.type() == PageType.CPUID)
                .filter(region -> Long.compareUnsigned(region.gpa(), FOUR_GIB) >= 0)
                .forEach(region ->
                        reasons.add("CPUID page at " + Hex.of(region.gpa()) + ": QEMU cuts its address to 32 bits"));
        if (blocks() > 1) {
            reasons.add("there are " + blocks() + " SNP_ID_BLOCKs, QEMU takes one");
        }
        return reasons;
    }

    /** Of each vCPU the last one, which replaces those before it. */
    private List<Directive.VpContext> contexts() {
        var last = new TreeMap<Integer, Directive.VpContext>();
        for (var directive : file.directives()) {
            if (directive instanceof Directive.VpContext context && context.isFor(platform.mask())) {
                last.put(context.vpIndex(), context);
            }
        }
        return List.copyOf(last.values());
    }

    private long blocks() {
        return file.directives().stream()
                .filter(Directive.SnpIdBlock.class::isInstance)
                .filter(block -> block.isFor(platform.mask()))
                .count();
    }

    private static void twice(List<LaunchRegion> regions, List<String> reasons) {
        var sorted = regions.stream()
                .sorted(Comparator.comparing(LaunchRegion::gpa, Long::compareUnsigned))
                .toList();
        for (int i = 1; i < sorted.size(); i++) {
            var before = sorted.get(i - 1);
            var region = sorted.get(i);
            if (Long.compareUnsigned(region.gpa() - before.gpa(), before.length()) < 0) {
                reasons.add("gpa " + Hex.of(region.gpa()) + " is populated twice, KVM refuses the second time");
            }
        }
    }
}
