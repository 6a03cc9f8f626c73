package io.reseal.daemon.cli.client;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.reseal.daemon.cli.terminal.CliException;
import io.reseal.daemon.cli.terminal.ExitCode;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Asks a running daemon over its admin socket, one connection for each request. NIO, because it starts faster than the native
 * transport. For one thread.
 */
final class AdminClient implements AutoCloseable {
    private static final int MAX_ANSWER = 256 << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(35);

    private final Path socket;
    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("admin-client", true), NioIoHandler.newFactory());

    AdminClient(Path socket) {
        this.socket = socket;
    }

    ApiResponse get(String path) {
        return get(path, Duration.ZERO);
    }

    /** @param wait how long the daemon may take beyond the usual */
    ApiResponse get(String path, Duration wait) {
        return exchange(request(HttpMethod.GET, path, ""), PATIENCE.plus(wait));
    }

    /**
     * Asks for something to be done.
     *
     * @param wait how long the daemon may take beyond the usual
     */
    ApiResponse post(String path, String body, Duration wait) {
        var request = request(HttpMethod.POST, path, body);
        request.headers().set(HttpHeaderNames.CONTENT_TYPE, "application/json");
        return exchange(request, PATIENCE.plus(wait));
    }

    /** Follows server-sent events until the other side ends them. */
    SseReader events(String path, String lastEventId) {
        var request = request(HttpMethod.GET, path, "");
        if (!lastEventId.isEmpty()) {
            request.headers().set("Last-Event-ID", lastEventId);
        }
        var lines = new SseReader();
        send(request, lines);
        return lines;
    }

    private ApiResponse exchange(DefaultFullHttpRequest request, Duration patience) {
        var waiting = new AnswerHandler();
        send(request, new HttpObjectAggregator(MAX_ANSWER), waiting);
        return waiting.await(patience)
                .orElseThrow(() -> new CliException(
                        ExitCode.NOT_REACHABLE,
                        "connection to the daemon at " + socket + " was lost before it answered: what was asked for may"
                                + " be under way: look with `reseal guests`"));
    }

    private static DefaultFullHttpRequest request(HttpMethod method, String path, String body) {
        var content = Unpooled.copiedBuffer(body, StandardCharsets.UTF_8);
        var request = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, method, path, content);
        request.headers()
                .set(HttpHeaderNames.HOST, "reseal")
                .set(HttpHeaderNames.CONNECTION, "close")
                .setInt(HttpHeaderNames.CONTENT_LENGTH, content.readableBytes());
        return request;
    }

    private void send(DefaultFullHttpRequest request, ChannelHandler... handlers) {
        var connected = new Bootstrap()
                .group(loop)
                .channel(NioDomainSocketChannel.class)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new HttpClientCodec()).addLast(handlers);
                    }
                })
                .connect(UnixDomainSocketAddress.of(socket))
                .awaitUninterruptibly();
        if (!connected.isSuccess()) {
            request.release();
            throw notThere();
        }
        connected.channel().writeAndFlush(request);
    }

    private CliException notThere() {
        if (!Files.exists(socket)) {
            return new CliException(
                    ExitCode.NOT_REACHABLE,
                    "no daemon at " + socket
                            + ": there is no such socket: start one with `reseal run`, or name its socket"
                            + " with --admin-socket");
        }
        return Files.isWritable(socket)
                ? new CliException(
                        ExitCode.NOT_REACHABLE,
                        "no daemon at " + socket + ": nobody listens on the socket: start one with `reseal run`")
                : new CliException(
                        ExitCode.NOT_REACHABLE,
                        "no access to the daemon at " + socket
                                + ": this user may not write to the socket: run as root or"
                                + " as a member of the socket's group");
    }

    @Override
    public void close() {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}
