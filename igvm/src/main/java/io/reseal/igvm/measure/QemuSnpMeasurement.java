package io.reseal.igvm.measure;

import io.reseal.igvm.format.Directive;
import io.reseal.igvm.format.Hex;
import io.reseal.igvm.format.IgvmException;
import io.reseal.igvm.format.IgvmFile;
import io.reseal.igvm.format.Limits;
import io.reseal.igvm.format.SupportedPlatform;
import io.reseal.igvm.launch.LaunchRegion;
import io.reseal.igvm.launch.Machine;
import io.reseal.igvm.launch.PageType;
import io.reseal.igvm.launch.ResetDigests;
import io.reseal.igvm.launch.SnpDigestChain;
import io.reseal.igvm.launch.Vmsa;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Works an {@link SnpLaunch} out. One for each measurement. */
final class QemuSnpMeasurement {
    private final IgvmFile file;
    private final SupportedPlatform platform;
    private final Machine machine;
    private final PageDigests digests;
    private final List<LaunchStep> steps;
    private final Map<Integer, Directive.VpContext> contexts = new TreeMap<>();
    private final List<String> notes = new ArrayList<>();

    QemuSnpMeasurement(IgvmFile file, SupportedPlatform platform, Machine machine) {
        this.file = file;
        this.platform = platform;
        this.machine = machine;
        this.digests = new PageDigests(file.bytes());
        this.steps = QemuPageOrder.of(file, platform);
        for (var directive : file.directives()) {
            if (directive instanceof Directive.VpContext context && context.isFor(platform.mask())) {
                contexts.put(context.vpIndex(), context);
            }
        }
    }

    SnpLaunch measure(Limits limits) {
        var regions = steps.stream().map(LaunchStep::region).toList();
        checkLimit(regions, limits);
        var chain = pages();
        var vmsas = vmsas();
        var resets = ResetDigests.of(chain, vmsas);
        chain.vmsas(vmsas);
        var ours = chain.digest();
        var theirs = new LibigvmMeasurement(file, platform, digests).digest();
        return new SnpLaunch(
                machine,
                ours,
                resets,
                regions,
                theirs,
                ours.equals(theirs) ? Optional.empty() : Optional.of(difference()),
                notes,
                new SnpRefusals(file, platform).of(regions, machine));
    }

    private static void checkLimit(List<LaunchRegion> regions, Limits limits) {
        long pages = 0;
        for (var region : regions) {
            pages += region.pages();
            if (pages > limits.measuredPages()) {
                throw new IgvmException.LimitExceeded(
                        0, "a launch of " + pages + " pages or more", "up to " + limits.measuredPages());
            }
        }
    }

    private SnpDigestChain pages() {
        var chain = new SnpDigestChain();
        for (var step : steps) {
            switch (step) {
                case LaunchStep.Pages pages -> pages.pages().forEach(page -> add(chain, page));
                case LaunchStep.Area area -> unmeasured(chain, area.gpa(), area.bytes());
            }
        }
        return chain;
    }

    /** KVM measures a 2 MiB page as 512 of 4 KiB, of which the first one has the data. */
    private void add(SnpDigestChain chain, Directive.PageData page) {
        var type = LaunchStep.typeOf(page);
        for (int i = 0; i < page.pages(); i++) {
            long gpa = page.gpa() + (long) i * IgvmFile.PAGE;
            if (type.contentMeasured()) {
                chain.measured(type, gpa, i == 0 ? digests.at(page.dataOffset()) : digests.zero());
            } else {
                chain.unmeasured(type, gpa);
            }
        }
    }

    static void unmeasured(SnpDigestChain chain, long gpa, long bytes) {
        for (long at = 0; at < bytes; at += IgvmFile.PAGE) {
            chain.unmeasured(PageType.UNMEASURED, gpa + at);
        }
    }

    /** One for each vCPU, in the order of their creation, all with the features of the first one. */
    private List<Vmsa> vmsas() {
        var first = Optional.ofNullable(contexts.get(0)).map(this::vmsa);
        long features = first.map(Vmsa::sevFeatures).orElse(0L) | 1;
        var powerOn = Vmsa.powerOn(machine.signature()).withSevFeatures(features);
        var all = new ArrayList<Vmsa>();
        for (int vp = 0; vp < machine.vcpus(); vp++) {
            var context = contexts.get(vp);
            if (context == null) {
                notes.add("vCPU " + vp + " has no VP_CONTEXT: measured in its power-on state with EDX "
                        + machine.signature());
            }
            all.add(context == null ? powerOn : measured(context, features));
        }
        return all;
    }

    private Vmsa measured(Directive.VpContext context, long features) {
        var vmsa = vmsa(context).withSevFeatures(features);
        vmsa.changesOf(inFile(context)).forEach(change -> notes.add("vCPU " + context.vpIndex() + ": " + change));
        return vmsa;
    }

    private Vmsa vmsa(Directive.VpContext context) {
        return Vmsa.ofContext(inFile(context));
    }

    private MemorySegment inFile(Directive.VpContext context) {
        return file.bytes().asSlice(context.dataOffset(), IgvmFile.PAGE);
    }

    /** Each reason that holds for this file and machine; together they are why the digests differ. */
    private String difference() {
        var reasons = new ArrayList<String>();
        if (contexts.size() != machine.vcpus()) {
            reasons.add("KVM measures a VMSA for each of " + machine.vcpus() + " vCPUs, the file has contexts for "
                    + contexts.size());
        }
        reasons.addAll(new LibigvmMeasurement(file, platform, digests).whatQemuDoesOtherwise(steps));
        if (contexts.values().stream().anyMatch(context -> context.gpa() != Vmsa.GPA)) {
            reasons.add("KVM measures each VMSA at " + Hex.of(Vmsa.GPA));
        }
        if (contexts.values().stream().anyMatch(this::isNormalised)) {
            reasons.add("QEMU and KVM change registers of a VP_CONTEXT on the way");
        }
        return String.join("; ", reasons);
    }

    private boolean isNormalised(Directive.VpContext context) {
        return vmsa(context).bytes().mismatch(inFile(context)) >= 0;
    }
}
