package io.reseal.config;

import java.util.Comparator;

/** A position in the file; both from 1, the column in code points. */
record Place(int line, int column) implements Comparable<Place> {
    /** The file as a whole; comes before every position in it. */
    static final Place WHOLE_FILE = new Place(0, 0);

    private static final Comparator<Place> ORDER =
            Comparator.comparingInt(Place::line).thenComparingInt(Place::column);

    /** Where the character after {@code before} stands. */
    static Place after(CharSequence before) {
        var text = before.toString().replace("\r\n", "\n").replace('\r', '\n');
        int line = 1 + (int) text.chars().filter(c -> c == '\n').count();
        int lineStart = text.lastIndexOf('\n') + 1;
        return new Place(line, 1 + text.codePointCount(lineStart, text.length()));
    }

    @Override
    public int compareTo(Place other) {
        return ORDER.compare(this, other);
    }
}
