package io.reseal.daemon.cli.client;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** The body of an answer whose length is told, at once or chunk by chunk. For one thread. */
final class HttpBody extends InputStream {
    private static final int MAX_LINE = 4096;

    private final InputStream in;
    private final boolean chunked;
    private long left;
    private boolean begun;
    private boolean ended;

    private HttpBody(InputStream in, boolean chunked, long left) {
        this.in = in;
        this.chunked = chunked;
        this.left = left;
    }

    static HttpBody of(InputStream in, long length) {
        return new HttpBody(in, false, length);
    }

    static HttpBody chunked(InputStream in) {
        return new HttpBody(in, true, 0);
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (left == 0 && chunked && !ended) {
            nextChunk();
        }
        if (left == 0) {
            return -1;
        }
        int count = in.read(bytes, offset, (int) Math.min(length, left));
        if (count < 0) {
            throw new EOFException();
        }
        left -= count;
        return count;
    }

    /** Such as {@code 1a;extension}; the last one is empty, and headers may follow it. */
    private void nextChunk() throws IOException {
        if (begun && !HttpAnswer.line(in, MAX_LINE).isEmpty()) {
            throw new EOFException();
        }
        begun = true;
        var line = HttpAnswer.line(in, MAX_LINE);
        int extension = line.indexOf(';');
        left = HttpAnswer.number((extension < 0 ? line : line.substring(0, extension)).strip(), 16);
        if (left == 0) {
            ended = true;
            while (!HttpAnswer.line(in, MAX_LINE).isEmpty()) {
                // headers behind the body are not used
            }
        }
    }
}
