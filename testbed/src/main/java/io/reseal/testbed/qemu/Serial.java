package io.reseal.testbed.qemu;

import io.reseal.testbed.AwaitableList;
import io.reseal.testbed.TestbedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** The other end of the tiny guest's COM1, or of SeaBIOS's debug port: orders go in, text comes out. Safe for any thread. */
public final class Serial implements AutoCloseable {
    private final String guest;
    private final SocketChannel channel;
    private final String bootMark;
    private final AwaitableList<String> received = new AwaitableList<>();

    Serial(String guest, String bootMark, SocketChannel channel) {
        this.guest = guest;
        this.bootMark = bootMark;
        this.channel = channel;
        Thread.ofPlatform().daemon().name("serial of " + guest).start(this::read);
    }

    /** What the tiny guest can be told, by the letter it knows. */
    public enum Order {
        REBOOT('r'),
        PANIC('p'),
        HALT('h'),
        TRIPLE_FAULT('t'),
        /** 2000 exits to the hypervisor; answered by {@code W}. */
        WORK('w'),
        /** Code is run where no memory is; KVM gives up, and QEMU's run state is {@code internal-error}. */
        ERR('e'),
        /** ACPI S3; a wake-up boots the guest again, without a RESET event. */
        SLEEP('s'),
        /** The same as {@link #REBOOT}, which is obeyed with interrupts disabled. */
        REBOOT_WITH_INTERRUPTS('i'),
        /** The other vCPUs are started, and halt with interrupts enabled; answered by {@code O}. */
        START_OTHERS('o');

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
        long done = count(text(), "W");
        send(Order.WORK);
        await("W", done + 1, patience);
    }

    /** How often the guest has booted since this QEMU process began. */
    public long boots() {
        return count(text(), bootMark);
    }

    /** Waits until the guest has booted that many times since this QEMU process began. */
    public void awaitBoots(long count, Duration patience) {
        await(bootMark, count, patience);
    }

    /** Waits until the mark has come that many times since this QEMU process began. */
    public void await(String mark, long count, Duration patience) {
        if (!received.await(pieces -> count(String.join("", pieces), mark) >= count, patience)) {
            throw new TestbedException("expected %d times \"%s\" on the serial port of %s within %s, but \"%s\" came"
                    .formatted(count, mark, guest, patience, text()));
        }
    }

    /** All that the guest has said so far. */
    public String text() {
        return String.join("", received.all());
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

    private static long count(String text, String mark) {
        long count = 0;
        for (int at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at + mark.length())) {
            count++;
        }
        return count;
    }

    private void read() {
        var buffer = ByteBuffer.allocate(256);
        try {
            while (channel.read(buffer.clear()) > 0) {
                received.add(StandardCharsets.ISO_8859_1.decode(buffer.flip()).toString());
            }
        } catch (IOException _) {
            // the guest is gone, as a waiter for a letter sees
        } finally {
            received.close();
        }
    }
}
