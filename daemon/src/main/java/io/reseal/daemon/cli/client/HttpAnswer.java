package io.reseal.daemon.cli.client;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * An answer in HTTP/1.1 on a connection that is used once.
 *
 * @param body ends where the answer ends; a connection that ends before is an error
 */
record HttpAnswer(int status, InputStream body) {
    private static final int MAX_HEAD = 64 << 10;
    private static final int INTERIM = 200;

    /** Not HTTP. */
    static final class BrokenException extends IOException {
        private BrokenException(String what) {
            super(what);
        }
    }

    static HttpAnswer read(InputStream in) throws IOException {
        var head = new Head(in);
        int status = head.status();
        while (status < INTERIM) {
            head.skip();
            status = head.status();
        }
        long length = -1;
        boolean chunked = false;
        for (var line = head.line(); !line.isEmpty(); line = head.line()) {
            int colon = line.indexOf(':');
            var name = colon < 0 ? "" : line.substring(0, colon).toLowerCase(Locale.ROOT);
            var value = line.substring(colon + 1).strip();
            switch (name) {
                case "content-length" -> length = number(value, 10);
                case "transfer-encoding" -> chunked = value.equalsIgnoreCase("chunked");
                default -> {}
            }
        }
        return new HttpAnswer(status, chunked ? HttpBody.chunked(in) : length >= 0 ? HttpBody.of(in, length) : in);
    }

    /** The whole body. */
    String text(int limit) throws IOException {
        var bytes = body.readNBytes(limit);
        if (bytes.length == limit && body.read() >= 0) {
            throw new BrokenException("longer than " + limit + " bytes");
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    static long number(String digits, int radix) throws BrokenException {
        try {
            long number = Long.parseLong(digits, radix);
            if (number >= 0 && digits.charAt(0) != '+') {
                return number;
            }
        } catch (NumberFormatException _) {
            // told below
        }
        throw new BrokenException("not a number: " + digits);
    }

    /** A line up to its line feed, without the carriage return before it. */
    static String line(InputStream in, int limit) throws IOException {
        var line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException();
            }
            if (line.length() >= limit) {
                throw new BrokenException("a line without end");
            }
            line.append((char) next);
        }
        boolean carriageReturn = !line.isEmpty() && line.charAt(line.length() - 1) == '\r';
        return carriageReturn ? line.substring(0, line.length() - 1) : line.toString();
    }

    /** Status line and headers, as long as all may be together. */
    private static final class Head {
        private final InputStream in;
        private int left = MAX_HEAD;

        Head(InputStream in) {
            this.in = in;
        }

        String line() throws IOException {
            var line = HttpAnswer.line(in, left);
            left -= line.length();
            return line;
        }

        int status() throws IOException {
            var line = line();
            if (!line.startsWith("HTTP/1.") || line.length() < 12) {
                throw new BrokenException("no status line");
            }
            return (int) number(line.substring(9, 12), 10);
        }

        void skip() throws IOException {
            while (!line().isEmpty()) {
                // an interim answer says nothing
            }
        }
    }
}
