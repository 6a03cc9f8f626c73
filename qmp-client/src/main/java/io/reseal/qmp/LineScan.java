package io.reseal.qmp;

import java.nio.charset.StandardCharsets;

/**
 * Looks at the bytes of one JSON object without parsing it: what it is, where it ends, how many values it has and how deep it nests. Members
 * may come in any order. It tells less than a parser, and never more: what is not JSON may look like an object here. One for each
 * event loop.
 */
final class LineScan {
    private static final byte[] EVENT = "event".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] RETURN = "return".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ERROR = "error".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] GREETING = "QMP".getBytes(StandardCharsets.US_ASCII);

    private byte[] bytes = EVENT;
    private LineKind kind = LineKind.UNKNOWN;
    private int start;
    private int end;
    private int nameFrom;
    private int nameTo;
    private int nodes;
    private int level;
    private int depth;
    private boolean nameIsNext;
    private boolean eventNameIsNext;

    /** Looks at the bytes from {@code from} to {@code to}, as far as one object goes. */
    void scan(byte[] line, int from, int to) {
        bytes = line;
        kind = LineKind.UNKNOWN;
        start = afterBlanks(line, from, to);
        end = -1;
        nameFrom = 0;
        nameTo = 0;
        nodes = 1;
        level = 0;
        depth = 0;
        nameIsNext = false;
        eventNameIsNext = false;
        boolean object = start < to && line[start] == '{';
        int at = start;
        while (at < to && end < 0) {
            at = next(at, to);
        }
        if (!object) {
            kind = LineKind.UNKNOWN;
        }
    }

    /** Answers where to go on. */
    private int next(int at, int to) {
        switch (bytes[at]) {
            case '"' -> {
                return string(at + 1, to);
            }
            case '{', '[' -> {
                nodes++;
                level++;
                depth = Math.max(depth, level);
                nameIsNext = level == 1;
            }
            case '}', ']' -> {
                level--;
                if (level <= 0) {
                    end = at + 1;
                }
            }
            case ',' -> {
                nodes++;
                nameIsNext = level == 1;
            }
            case ':' -> nameIsNext = nameIsNext && level != 1;
            default -> {}
        }
        return at + 1;
    }

    private int string(int from, int to) {
        int at = from;
        while (at < to && bytes[at] != '"') {
            at += bytes[at] == '\\' ? 2 : 1;
        }
        if (at >= to) {
            return to;
        }
        if (level == 1) {
            member(from, at);
        }
        return at + 1;
    }

    private void member(int from, int to) {
        if (!nameIsNext) {
            if (eventNameIsNext) {
                nameFrom = from;
                nameTo = to;
                eventNameIsNext = false;
            }
            return;
        }
        eventNameIsNext = is(EVENT, from, to);
        if (eventNameIsNext) {
            kind = LineKind.EVENT;
        } else if (kind != LineKind.EVENT && (is(RETURN, from, to) || is(ERROR, from, to))) {
            kind = LineKind.REPLY;
        } else if (kind == LineKind.UNKNOWN && is(GREETING, from, to)) {
            kind = LineKind.GREETING;
        }
    }

    private boolean is(byte[] word, int from, int to) {
        if (to - from != word.length) {
            return false;
        }
        for (int i = 0; i < word.length; i++) {
            if (bytes[from + i] != word[i]) {
                return false;
            }
        }
        return true;
    }

    static int afterBlanks(byte[] line, int from, int to) {
        int at = from;
        while (at < to && (line[at] == ' ' || line[at] == '\r' || line[at] == '\t')) {
            at++;
        }
        return at;
    }

    LineKind kind() {
        return kind;
    }

    /** Where the object begins; the end of the line if there is nothing more. */
    int start() {
        return start;
    }

    /** One after the object; -1 if it does not end within the bytes. */
    int end() {
        return end;
    }

    /** At least so many values and names, as it says of what is valid JSON. */
    int nodes() {
        return nodes;
    }

    int depth() {
        return depth;
    }

    /** Whether that is the name of the event. */
    boolean nameIs(byte[] name) {
        return is(name, nameFrom, nameTo);
    }

    /** Where the name of the event begins, in the bytes as they are, escapes and all. */
    int nameFrom() {
        return nameFrom;
    }

    int nameTo() {
        return nameTo;
    }
}
