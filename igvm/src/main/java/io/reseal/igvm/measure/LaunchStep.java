package io.reseal.igvm.measure;

import io.reseal.igvm.format.Directive;
import io.reseal.igvm.format.IgvmFile;
import io.reseal.igvm.launch.LaunchRegion;
import io.reseal.igvm.launch.PageType;
import java.util.List;

/** One region on its way into the launch, with where its content comes from. */
sealed interface LaunchStep {
    LaunchRegion region();

    /** Pages of one kind, one behind the other; their content in the file. */
    record Pages(List<Directive.PageData> pages) implements LaunchStep {
        @Override
        public LaunchRegion region() {
            long count = pages.stream().mapToLong(Directive.PageData::pages).sum();
            return new LaunchRegion(pages.getFirst().gpa(), count * IgvmFile.PAGE, typeOf(pages.getFirst()));
        }
    }

    /** A parameter area, which the loader fills. */
    record Area(long gpa, long bytes) implements LaunchStep {
        @Override
        public LaunchRegion region() {
            return new LaunchRegion(gpa, bytes, PageType.UNMEASURED);
        }
    }

    /** QEMU 11.1, qigvm_type_to_cgs_type: a page without data is NORMAL, not ZERO, and "shared" is ignored. */
    static PageType typeOf(Directive.PageData page) {
        return switch (page.kind()) {
            case SECRETS -> PageType.SECRETS;
            case CPUID_DATA, CPUID_XF -> PageType.CPUID;
            case NORMAL -> page.unmeasured() ? PageType.UNMEASURED : PageType.NORMAL;
        };
    }
}
