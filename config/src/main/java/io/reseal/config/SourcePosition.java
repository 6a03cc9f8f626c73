package io.reseal.config;

import java.util.Comparator;

/** A position in the file; both from 1, the column in code points. */
public record SourcePosition(int line, int column) implements Comparable<SourcePosition> {
    /** The file as a whole; comes before every position in it. */
    public static final SourcePosition WHOLE_FILE = new SourcePosition(0, 0);

    private static final Comparator<SourcePosition> ORDER =
            Comparator.comparingInt(SourcePosition::line).thenComparingInt(SourcePosition::column);

    /** Where the character after {@code before} stands. */
    public static SourcePosition after(CharSequence before) {
        var text = before.toString().replace("\r\n", "\n").replace('\r', '\n');
        int line = 1 + (int) text.chars().filter(c -> c == '\n').count();
        int lineStart = text.lastIndexOf('\n') + 1;
        return new SourcePosition(line, 1 + text.codePointCount(lineStart, text.length()));
    }

    @Override
    public int compareTo(SourcePosition other) {
        return ORDER.compare(this, other);
    }
}
