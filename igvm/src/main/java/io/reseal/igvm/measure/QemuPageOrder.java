package io.reseal.igvm.measure;

import io.reseal.igvm.format.Directive;
import io.reseal.igvm.format.IgvmFile;
import io.reseal.igvm.format.SupportedPlatform;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The order in which QEMU sends a file's pages (backends/igvm.c, 10.2 to 11.1): pages of one kind are gathered into a region,
 * which goes out when something breaks it, while a parameter area goes out at once and so overtakes the region that is open.
 */
final class QemuPageOrder {
    private final List<Directive> directives;
    private final int mask;
    private final List<LaunchStep> steps = new ArrayList<>();
    private final Map<Long, Long> areas = new HashMap<>();
    private int openFrom;
    private int openTo;

    private QemuPageOrder(List<Directive> directives, int mask) {
        this.directives = directives;
        this.mask = mask;
    }

    static List<LaunchStep> of(IgvmFile file, SupportedPlatform platform) {
        var queue = new QemuPageOrder(file.directives(), platform.mask());
        for (int i = 0; i < file.directives().size(); i++) {
            queue.take(i);
        }
        queue.send();
        return List.copyOf(queue.steps);
    }

    private void take(int i) {
        var directive = directives.get(i);
        if (!directive.isFor(mask)) {
            return;
        }
        switch (directive) {
            case Directive.PageData page -> gather(i, page);
            case Directive.ParameterArea area -> areas.put(area.index(), area.bytes());
            case Directive.ParameterInsert insert -> insert(insert);
            default -> {}
        }
    }

    private void gather(int i, Directive.PageData page) {
        boolean joins = openTo > openFrom && openTo == i && continues((Directive.PageData) directives.get(i - 1), page);
        if (!joins) {
            send();
            openFrom = i;
        }
        openTo = i + 1;
    }

    private static boolean continues(Directive.PageData previous, Directive.PageData page) {
        return previous.flags() == page.flags()
                && previous.kind() == page.kind()
                && previous.mask() == page.mask()
                && previous.hasData() == page.hasData()
                && previous.gpa() + (long) previous.pages() * IgvmFile.PAGE == page.gpa();
    }

    private void insert(Directive.ParameterInsert insert) {
        long bytes = areas.getOrDefault(insert.area(), 0L);
        if (bytes > 0) {
            steps.add(new LaunchStep.Area(insert.gpa(), bytes));
        }
    }

    private void send() {
        if (openTo > openFrom) {
            steps.add(new LaunchStep.Pages(directives.subList(openFrom, openTo).stream()
                    .map(Directive.PageData.class::cast)
                    .toList()));
        }
        openFrom = openTo;
    }
}
