package io.reseal.igvm.measure;

import io.reseal.igvm.format.Directive;
import io.reseal.igvm.format.IgvmException;
import io.reseal.igvm.format.IgvmFile;
import io.reseal.igvm.format.Limits;
import io.reseal.igvm.format.Platform;
import io.reseal.igvm.format.SupportedPlatform;
import io.reseal.igvm.launch.Mrtd;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Optional;

/**
 * What a TD that is launched from a file is measured as by loaders that can (Hyper-V, openvmm; microsoft/igvm,
 * measurement/tdx.rs). QEMU 11.1 launches no TD from IGVM.
 *
 * @param mrtd 96 hexadecimal digits
 */
public record TdxLaunch(String mrtd) {
    /**
     * Measures a file.
     *
     * @return empty if the file is not for TDX
     * @throws IgvmException.LimitExceeded if more is to be measured than {@link Limits#measuredPages}
     */
    public static Optional<TdxLaunch> of(IgvmFile file, Limits limits) {
        return file.platform(Platform.TDX).map(platform -> new TdxLaunch(mrtd(file, platform, limits)));
    }

    private static String mrtd(IgvmFile file, SupportedPlatform platform, Limits limits) {
        var mrtd = new Mrtd();
        var areas = new HashMap<Long, Long>();
        long pages = 0;
        for (var directive : file.directives()) {
            if (!directive.isFor(platform.mask())) {
                continue;
            }
            switch (directive) {
                case Directive.PageData page
                when !page.shared() -> {
                    pages++;
                    add(file, page, mrtd);
                }
                case Directive.ParameterArea area -> areas.put(area.index(), area.bytes());
                case Directive.ParameterInsert insert -> {
                    long bytes = areas.getOrDefault(insert.area(), 0L);
                    pages += bytes / IgvmFile.PAGE;
                    checkLimit(pages, limits);
                    for (long at = 0; at < bytes; at += IgvmFile.PAGE) {
                        mrtd.add(insert.gpa() + at);
                    }
                }
                default -> {}
            }
            checkLimit(pages, limits);
        }
        return mrtd.finish();
    }

    private static void add(IgvmFile file, Directive.PageData page, Mrtd mrtd) {
        mrtd.add(page.gpa());
        if (!page.unmeasured()) {
            var content = page.hasData()
                    ? file.bytes().asSlice(page.dataOffset(), IgvmFile.PAGE)
                    : MemorySegment.ofArray(new byte[0]);
            mrtd.extend(page.gpa(), content);
        }
    }

    private static void checkLimit(long pages, Limits limits) {
        if (pages > limits.measuredPages()) {
            throw new IgvmException.LimitExceeded(
                    0, "a launch of " + pages + " pages or more", "up to " + limits.measuredPages());
        }
    }
}
