package io.reseal.igvm.measure;

import io.reseal.igvm.format.HeaderType;
import io.reseal.igvm.format.Hex;
import io.reseal.igvm.format.IgvmFile;
import io.reseal.igvm.format.Platform;
import io.reseal.igvm.format.SupportedPlatform;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Why QEMU would not launch a file that keeps all rules of the format (backends/igvm.c of 10.2 to 11.1, run with the samples).
 * Each of them ends QEMU with exit code 1.
 */
public final class QemuRefusals {
    private static final String ALL = "all up to 11.1";
    private static final String BEFORE_11 = "before 11.0";

    /** QEMU knows no other types, whatever platform they are for; MADT came with 11.0. */
    private static final Set<HeaderType> HANDLED = EnumSet.of(
            HeaderType.SUPPORTED_PLATFORM,
            HeaderType.GUEST_POLICY,
            HeaderType.PARAMETER_AREA,
            HeaderType.PAGE_DATA,
            HeaderType.PARAMETER_INSERT,
            HeaderType.VP_CONTEXT,
            HeaderType.REQUIRED_MEMORY,
            HeaderType.VP_COUNT_PARAMETER,
            HeaderType.MADT,
            HeaderType.SNP_ID_BLOCK,
            HeaderType.MEMORY_MAP,
            HeaderType.ENVIRONMENT_INFO_PARAMETER);

    /** The first one that a file has is the one that QEMU launches, on a machine that can. */
    private static final List<Platform> PREFERRED =
            List.of(Platform.SEV_SNP, Platform.SEV_ES, Platform.SEV, Platform.NATIVE);

    /**
     * One reason.
     *
     * @param message what QEMU does not take, in words for people
     * @param versions of QEMU that refuse it
     */
    public record Refusal(String message, String versions) {}

    private QemuRefusals() {}

    /** Which platform QEMU would launch of those in a file; empty if none of them. */
    public static Optional<SupportedPlatform> choice(IgvmFile file) {
        return PREFERRED.stream().flatMap(each -> file.platform(each).stream()).findFirst();
    }

    /** On a machine that has a vCPU for each context; empty when nothing is known against the file. */
    public static List<Refusal> of(IgvmFile file) {
        var reasons = new ArrayList<Refusal>();
        headers(file, reasons);
        if (file.directives().isEmpty()) {
            reasons.add(new Refusal("there is no directive in the file", ALL));
        }
        choice(file)
                .ifPresentOrElse(
                        platform -> snp(file, platform, reasons),
                        () -> reasons.add(new Refusal(
                                "no platform that QEMU launches from IGVM: it has "
                                        + file.platforms().stream()
                                                .map(each -> each.platform().name())
                                                .toList() + ", QEMU takes " + PREFERRED,
                                ALL)));
        return List.copyOf(reasons);
    }

    private static void headers(IgvmFile file, List<Refusal> reasons) {
        var types = EnumSet.noneOf(HeaderType.class);
        file.initialization().forEach(header -> types.add(header.type()));
        file.directives().forEach(header -> types.add(header.type()));
        for (var type : types) {
            if (type == HeaderType.MADT) {
                reasons.add(new Refusal("header " + name(type) + " is not known to it", BEFORE_11));
            } else if (type == HeaderType.DEVICE_TREE) {
                reasons.add(new Refusal("header " + name(type) + ": there is no device tree on x86", ALL));
            } else if (!HANDLED.contains(type)) {
                reasons.add(new Refusal("header " + name(type) + " is not handled, whatever its mask", ALL));
            }
        }
    }

    private static String name(HeaderType type) {
        return type + " (" + Hex.of(type.number()) + ")";
    }

    private static void snp(IgvmFile file, SupportedPlatform platform, List<Refusal> reasons) {
        if (platform.platform() == Platform.SEV_SNP) {
            var regions = QemuPageOrder.of(file, platform).stream()
                    .map(LaunchStep::region)
                    .toList();
            new SnpRefusals(file, platform)
                    .onAnyMachine(regions)
                    .forEach(reason -> reasons.add(new Refusal(reason, ALL)));
        }
    }
}
