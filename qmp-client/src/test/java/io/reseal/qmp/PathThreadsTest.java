package io.reseal.qmp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseal.testbed.peer.ScriptedPeer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The kernel blocks a connect for as long as the file system of the path does not answer. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PathThreadsTest {
    @TempDir
    private Path folder;

    private final QmpTransport transport = QmpTransport.create(1);
    private final Held held = new Held();

    @AfterEach
    void end() {
        transport.close();
    }

    @Test
    void a_connect_that_hangs_does_not_stop_the_event_loop_and_fails_in_time_on_it() {
        var loop = transport.eventLoops().next();
        var onLoop = new CompletableFuture<Boolean>();
        var client = client(Duration.ofMillis(200));
        // begun on the loop, so that it cannot fail before anybody listens
        var connecting = CompletableFuture.supplyAsync(
                        () -> {
                            var begun = client.connect(folder.resolve("vm"), new Deaf(), loop);
                            begun.whenComplete((_, _) -> onLoop.complete(loop.inEventLoop()));
                            return begun;
                        },
                        loop)
                .join();
        assertThat(CompletableFuture.supplyAsync(() -> 1, loop).join()).isOne();
        assertThat(onLoop.join()).isTrue();
        assertThatThrownBy(connecting::join)
                .hasCauseInstanceOf(QmpException.ConnectFailed.class)
                .hasMessageContaining(
                        "connecting has not come back for 200 ms: the file system of its path does not answer");
    }

    @Test
    void a_connection_that_comes_too_late_is_closed() {
        try (var peer = ScriptedPeer.listen(folder.resolve("vm"))) {
            var connecting = client(Duration.ofMillis(200)).connect(folder.resolve("vm"), new Deaf());
            assertThatThrownBy(connecting::join).hasCauseInstanceOf(QmpException.ConnectFailed.class);
            held.goOn();
            peer.awaitConnections(1);
            peer.awaitDepartures(1);
        }
    }

    @Test
    void a_reason_why_a_connect_was_not_begun_is_told() {
        var refusing = new PathThreads() {
            @Override
            public <T> CompletableFuture<T> call(Path path, Callable<T> work) {
                return CompletableFuture.failedFuture(new IllegalStateException("the file system hangs"));
            }
        };
        var client = new QmpClient(transport, QmpSettings.defaults(), refusing);
        assertThatThrownBy(client.connect(folder.resolve("vm"), new Deaf())::join)
                .hasMessageContaining("connecting failed: the file system hangs");
    }

    private QmpClient client(Duration greeting) {
        return new QmpClient(transport, QmpSettings.defaults().withGreetingDeadline(greeting), held);
    }

    /** Does nothing until it is told to go on. */
    private static final class Held implements PathThreads {
        private final CompletableFuture<Void> on = new CompletableFuture<>();

        @Override
        public <T> CompletableFuture<T> call(Path path, Callable<T> work) {
            return on.thenCompose(_ -> PathThreads.of(Runnable::run).call(path, work));
        }

        void goOn() {
            on.complete(null);
        }
    }

    private static final class Deaf implements QmpListener {
        @Override
        public void onEvent(QmpEvent event) {}

        @Override
        public void onClosed(QmpException cause) {}
    }
}
