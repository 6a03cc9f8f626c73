package io.reseal.testbed;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** The other end of a guest's COM1: orders go in, marks come out (see {@code fw.S}). Safe for any thread. */
public final class Serial implements AutoCloseable {
    private final String guest;
    private final SocketChannel channel;
    private final Watched<Character> received = new Watched<>();

    Serial(String guest, SocketChannel channel) {
        this.guest = guest;
        this.channel = channel;
        Thread.ofVirtual().name("serial of " + guest).start(this::read);
    }

    /** What the tiny guest can be told, by the letter it knows. */
    public enum Order {
        REBOOT('r'),
        PANIC('p'),
        HALT('h'),
        TRIPLE_FAULT('t'),
        /** 2000 exits to the hypervisor; answered by {@code W}. */
        WORK('w');

        private final char letter;

        Order(char letter) {
            this.letter = letter;
        }
    }

    public void send(Order order) {
        send(order.letter);
    }

    public void send(char letter) {
        try {
            channel.write(ByteBuffer.wrap(new byte[] {(byte) letter}));
        } catch (IOException gone) {
            throw new TestbedException(guest + " takes no letters on its serial port: " + gone.getMessage(), gone);
        }
    }

    /** Has the guest make a clear count of exits, so that the counters of a rebuilt guest are seen to be smaller. */
    public void work(Duration patience) {
        long done = count('W');
        send(Order.WORK);
        await('W', done + 1, patience);
    }

    /** How often the tiny guest has booted since this QEMU process began. */
    public long boots() {
        return count('B');
    }

    /** Waits until the tiny guest has booted that many times since this QEMU process began. */
    public void awaitBoots(long count, Duration patience) {
        await('B', count, patience);
    }

    /** Waits until the letter has been received that many times. */
    public void await(char letter, long count, Duration patience) {
        if (!received.awaitCount(each -> each == letter, count, patience)) {
            throw new TestbedException("expected %d times '%c' on the serial port of %s within %s, but \"%s\" came"
                    .formatted(count, letter, guest, patience, text()));
        }
    }

    /** All that the guest has said so far. */
    public String text() {
        var text = new StringBuilder();
        received.all().forEach(text::append);
        return text.toString();
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException _) {
            // nothing more is wanted from it
        }
        received.close();
    }

    private long count(char letter) {
        return received.all().stream().filter(each -> each == letter).count();
    }

    private void read() {
        var buffer = ByteBuffer.allocate(256);
        try {
            while (channel.read(buffer.clear()) > 0) {
                var text = StandardCharsets.ISO_8859_1.decode(buffer.flip());
                text.chars().forEach(each -> received.add((char) each));
            }
        } catch (IOException _) {
            // the guest is gone, as is seen by whoever waits for a letter
        } finally {
            received.close();
        }
    }
}
