package io.reseal.daemon.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.AppenderBase;
import io.reseal.testbed.AwaitableList;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class QueuedAppenderTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int LINES = 5000;

    private final LoggerContext context = new LoggerContext();
    private final AwaitableList<String> written = new AwaitableList<>();
    private final CountDownLatch read = new CountDownLatch(1);

    @Test
    void lines_that_nobody_reads_hold_nobody_up_and_those_left_out_are_told_afterwards() {
        context.setMDCAdapter(new LogbackMDCAdapter());
        var limits = new LineLimits();
        var logger = context.getLogger("reseal");
        var queue = new QueuedAppender(logger, limits);
        queue.setContext(context);
        queue.addAppender(stuck());
        queue.start();
        logger.setAdditive(false);
        logger.addAppender(queue);
        logger.setLevel(Level.INFO);

        for (int i = 0; i < LINES; i++) {
            logger.info("line {}", i); // returns, though nothing is written
        }
        assertThat(limits.leftOut()).isBetween(LINES - 2 * 1024L - 2, LINES - 1024L);
        read.countDown();
        written.await(all -> all.contains("line 1000"), PATIENCE);
        logger.info("the last one");

        assertThat(written.await(all -> all.contains("the last one"), PATIENCE)).isTrue();
        assertThat(written.all())
                .contains("%d lines were not written, as standard error was not read".formatted(limits.leftOut()));
        queue.stop();
    }

    private AppenderBase<ILoggingEvent> stuck() {
        var appender = new AppenderBase<ILoggingEvent>() {
            @Override
            protected void append(@Nullable ILoggingEvent event) {
                try {
                    read.await();
                    written.add(Objects.requireNonNull(event).getFormattedMessage());
                } catch (InterruptedException stopped) {
                    Thread.currentThread().interrupt();
                }
            }
        };
        appender.setContext(context);
        appender.start();
        return appender;
    }
}
