package io.reseal.igvm.read;

import io.reseal.igvm.format.Directive;
import io.reseal.igvm.format.Fault;
import io.reseal.igvm.format.Hex;
import io.reseal.igvm.format.Initialization;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** An area is declared once, then filled, then inserted once, and not into page tables. One for each parse. */
final class ParameterRules {
    private final Map<Long, Directive.ParameterArea> open = new HashMap<>();
    private final Map<Long, Long> inserted = new HashMap<>();
    private final List<Initialization.PageTableRegion> pageTables = new ArrayList<>();

    void see(Initialization header) {
        if (header instanceof Initialization.PageTableRegion region) {
            pageTables.add(region);
        }
    }

    void see(Directive header) {
        switch (header) {
            case Directive.ParameterArea area -> declare(area);
            case Directive.Parameter parameter -> open(parameter.area(), parameter);
            case Directive.ParameterInsert insert -> {
                open(insert.area(), insert);
                open.remove(insert.area());
                inserted.put(insert.area(), insert.offset());
                checkPlace(insert);
            }
            default -> {}
        }
    }

    private void declare(Directive.ParameterArea area) {
        FormatCheck.need(
                !open.containsKey(area.index()) && !inserted.containsKey(area.index()),
                Fault.PARAMETER_AREA_INDEX,
                area.offset(),
                () -> "area " + area.index() + " declared twice",
                "an index of its own for each area");
        open.put(area.index(), area);
    }

    private void open(long index, Directive user) {
        FormatCheck.need(
                open.containsKey(index),
                Fault.PARAMETER_AREA_INDEX,
                user.offset(),
                () -> user.type() + " uses area " + index,
                "areas that are declared before and not inserted yet");
    }

    private void checkPlace(Directive.ParameterInsert insert) {
        boolean inTable = pageTables.stream()
                .anyMatch(region -> region.isFor(insert.mask())
                        && Long.compareUnsigned(insert.gpa(), region.gpa()) >= 0
                        && Long.compareUnsigned(insert.gpa() - region.gpa(), region.size()) < 0);
        FormatCheck.need(
                !inTable,
                Fault.PARAMETER_INSERT_IN_PAGE_TABLE,
                insert.offset(),
                () -> "gpa " + Hex.of(insert.gpa()),
                "addresses outside the page table region");
    }
}
