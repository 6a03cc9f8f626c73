package io.reseal.igvm.read;

import io.reseal.igvm.format.Directive;
import io.reseal.igvm.format.Fault;
import io.reseal.igvm.format.Hex;
import io.reseal.igvm.format.IgvmException;
import io.reseal.igvm.format.Initialization;
import io.reseal.igvm.format.Platform;
import java.util.ArrayList;
import java.util.List;

/** Regions do not overlap, page tables are one region for each platform, and each region's vCPU has a context. One for each parse. */
final class RelocationRules {
    /** Real files have a few; each is compared with all others. */
    private static final int MOST_REGIONS = 1024;

    private final List<Initialization.Region> regions = new ArrayList<>();
    private final List<Initialization.Region> withoutContext = new ArrayList<>();
    private final VpContextReader contexts;
    private int pageTables;

    RelocationRules(VpContextReader contexts) {
        this.contexts = contexts;
    }

    void see(Initialization header) {
        if (!(header instanceof Initialization.Region region)) {
            return;
        }
        if (regions.size() == MOST_REGIONS) {
            throw new IgvmException.LimitExceeded(
                    region.offset(), "region number " + (MOST_REGIONS + 1), "up to " + MOST_REGIONS);
        }
        if (region instanceof Initialization.PageTableRegion) {
            FormatCheck.need(
                    (pageTables & region.mask()) == 0,
                    Fault.PAGE_TABLE_REGION_TWICE,
                    region.offset(),
                    () -> "a second page table region for " + Hex.of(Integer.toUnsignedLong(region.mask())),
                    "one for each platform");
            pageTables |= region.mask();
        }
        FormatCheck.need(
                Long.compareUnsigned(region.gpa(), region.gpa() + region.size() - 1) <= 0,
                Fault.RELOCATION_ADDRESS,
                region.offset(),
                () -> "a region at " + Hex.of(region.gpa()) + " of " + Hex.of(region.size()) + " bytes",
                "an end within 64 bits");
        FormatCheck.need(
                regions.stream().noneMatch(other -> other.isFor(region.mask()) && overlap(other, region)),
                Fault.RELOCATION_OVERLAP,
                region.offset(),
                () -> "a region at " + Hex.of(region.gpa()),
                "regions apart from each other");
        regions.add(region);
        withoutContext.add(region);
    }

    private static boolean overlap(Initialization.Region one, Initialization.Region other) {
        return Long.compareUnsigned(one.gpa(), other.gpa() + other.size() - 1) <= 0
                && Long.compareUnsigned(other.gpa(), one.gpa() + one.size() - 1) <= 0;
    }

    void see(Directive header) {
        if (header instanceof Directive.VpContext context && context.platform() == Platform.VSM_ISOLATION) {
            int vtl = contexts.vtl(context);
            withoutContext.removeIf(
                    region -> region.isFor(context.mask()) && region.vpIndex() == 0 && region.vtl() == vtl);
        }
    }

    /** After the last header. */
    void end() {
        withoutContext.stream().findFirst().ifPresent(region -> {
            throw new IgvmException.Malformed(
                    Fault.NO_MATCHING_VP_CONTEXT,
                    region.offset(),
                    "a region of VP " + region.vpIndex() + ", VTL " + region.vtl(),
                    "regions of a VP that has a VSM context in this file");
        });
    }
}
