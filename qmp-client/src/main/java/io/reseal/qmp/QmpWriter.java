package io.reseal.qmp;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** The sending side of a connection, its ids and its clock. Confined to the event loop. */
final class QmpWriter {
    /** QEMU's parser drops what it has and starts again (QMP specification); it answers with one error without an id. */
    private static final byte[] RESYNC = {(byte) 0xff};

    private static final int NEGOTIATIONS = 36 * 36 * 36;

    private final Channel channel;
    private final Path socket;
    private final long began;

    QmpWriter(Channel channel, Path socket) {
        this.channel = channel;
        this.socket = socket;
        this.began = channel.eventLoop().ticker().nanoTime();
    }

    Path socket() {
        return socket;
    }

    /** Whether the other side connected to us. */
    boolean isAccepted() {
        return channel.parent() != null;
    }

    /** Runs that on the event loop when the channel has been closed. */
    void whenClosed(Runnable action) {
        channel.closeFuture().addListener(_ -> action.run());
    }

    EventLoop loop() {
        return channel.eventLoop();
    }

    /** Nanoseconds since the connection began. */
    long now() {
        return channel.eventLoop().ticker().nanoTime() - began;
    }

    /** Sends at once and answers the id that the reply will carry: QEMU may still answer a command of the client before, which has another. */
    String negotiate(QmpCommand command) {
        int number = ThreadLocalRandom.current().nextInt(NEGOTIATIONS);
        var id = "n" + Integer.toString(number, Character.MAX_RADIX);
        send(command.onWire(id));
        return id;
    }

    /** Sends at once, in one write. A failing write is left to the reading side to tell. */
    void send(String lines) {
        assert loop().inEventLoop();
        channel.writeAndFlush(ByteBufUtil.writeUtf8(channel.alloc(), lines));
    }

    /** A command is sent whose reply may have so many bytes; 0 for the limit of the settings. */
    void makeRoom(int replyBytes) {
        if (replyBytes > 0) {
            channel.pipeline().get(LineDecoder.class).makeRoom(replyBytes);
        }
    }

    /** Empty without the native transport, and once the connection is closed. */
    Optional<PeerProcess> peerProcess() {
        assert loop().inEventLoop();
        return channel instanceof EpollDomainSocketChannel epoll && epoll.isOpen()
                ? PeerProcess.of(epoll.fd().intValue())
                : Optional.empty();
    }

    void resync() {
        channel.writeAndFlush(Unpooled.wrappedBuffer(RESYNC));
    }

    void close() {
        channel.close();
    }
}
