package io.reseal.daemon.guest;

import io.netty.channel.EventLoop;
import io.reseal.qmp.Ungreeted;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Looks for the cause of a connection's silence, at first soon again and then seldom, until it is greeted or given up. QEMU
 * itself says when the wait is over. Confined to the event loop.
 */
final class Waiting {
    private static final Backoff LOOKS = new Backoff(Duration.ofSeconds(2), Duration.ofMinutes(1));

    private final Context context;
    private final EventLoop loop;
    private final Consumer<Trouble> tell;
    private final Pause pause;
    private @Nullable Ungreeted connection;
    private int looks;

    Waiting(Context context, EventLoop loop, Consumer<Trouble> tell) {
        this.context = context;
        this.loop = loop;
        this.tell = tell;
        this.pause = new Pause(loop, this::look);
    }

    void begin(Ungreeted ungreeted) {
        connection = ungreeted;
        looks = 0;
        look();
    }

    void end() {
        connection = null;
        pause.callOff();
    }

    private void look() {
        var looked = connection;
        if (looked == null) {
            return;
        }
        CompletableFuture.supplyAsync(() -> Silence.of(looked, context.host().processes()), context.blocking())
                .exceptionally(_ -> Silence.UNSEEN)
                .thenAcceptAsync(
                        silence -> {
                            if (looked.equals(connection)) {
                                looks++;
                                pause.begin(LOOKS.pause(looks, context.random().nextDouble()));
                                tell.accept(Trouble.ungreeted(looked.socket(), silence));
                            }
                        },
                        loop);
    }
}
