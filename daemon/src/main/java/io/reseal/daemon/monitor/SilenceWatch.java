package io.reseal.daemon.monitor;

import io.netty.channel.EventLoop;
import io.reseal.daemon.host.ProcessTable;
import io.reseal.daemon.work.BlockingWork;
import io.reseal.daemon.work.Subject;
import io.reseal.qmp.SocketPath;
import io.reseal.qmp.Ungreeted;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Looks for the cause of a connection's silence, at first soon again and then seldom, until it is greeted or given up. QEMU
 * itself says when the wait is over. Confined to the event loop.
 */
public final class SilenceWatch {
    private static final Reconnect.Backoff LOOKS = new Reconnect.Backoff(Duration.ofSeconds(2), Duration.ofMinutes(1));

    /**
     * Where it looks.
     *
     * @param blocking where what may block is done; never an event loop
     * @param random spreads pauses
     */
    public record Means(ProcessTable processes, BlockingWork blocking, RandomGenerator random) {}

    private final Means means;
    private final EventLoop loop;
    private final Consumer<ConnectionProblem> tell;
    private final Timer pause;
    private @Nullable Ungreeted connection;
    private int looks;

    public SilenceWatch(Means means, EventLoop loop, Consumer<ConnectionProblem> tell) {
        this.means = means;
        this.loop = loop;
        this.tell = tell;
        this.pause = new Timer(loop, this::look);
    }

    public void begin(Ungreeted ungreeted) {
        connection = ungreeted;
        looks = 0;
        look();
    }

    public void end() {
        connection = null;
        pause.callOff();
    }

    private Executor threads(Ungreeted looked) {
        return means.blocking().processes(new Subject("", SocketPath.text(looked.socket())));
    }

    private void look() {
        var looked = connection;
        if (looked == null) {
            return;
        }
        CompletableFuture.supplyAsync(() -> SilenceCause.of(looked, means.processes()), threads(looked))
                .exceptionally(_ -> SilenceCause.UNSEEN)
                .thenAcceptAsync(
                        silence -> {
                            if (looked.equals(connection)) {
                                looks++;
                                pause.begin(LOOKS.pause(looks, means.random().nextDouble()));
                                tell.accept(ConnectionProblem.ungreeted(looked.socket(), silence));
                            }
                        },
                        loop);
    }
}
