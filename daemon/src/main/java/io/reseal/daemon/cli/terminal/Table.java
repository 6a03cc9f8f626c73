package io.reseal.daemon.cli.terminal;

import io.reseal.policy.CleanText;
import java.util.ArrayList;
import java.util.List;

/** Rows with aligned columns; a cell is printed as it is. For one thread. */
public final class Table {
    private static final String GAP = "  ";

    private final List<List<String>> rows = new ArrayList<>();

    public void row(String... cells) {
        rows.add(List.of(cells));
    }

    public void print(Console console) {
        for (var row : rows) {
            var line = new StringBuilder();
            for (int i = 0; i < row.size(); i++) {
                var cell = CleanText.line(row.get(i));
                line.append(cell).append(" ".repeat(width(i) - cell.length())).append(GAP);
            }
            console.line(line.toString().stripTrailing());
        }
    }

    private int width(int column) {
        return rows.stream()
                .filter(row -> column < row.size())
                .mapToInt(row -> row.get(column).length())
                .max()
                .orElse(0);
    }
}
