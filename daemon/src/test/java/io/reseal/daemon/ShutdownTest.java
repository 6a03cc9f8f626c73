package io.reseal.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class ShutdownTest {
    private final Logger logger = (Logger) LoggerFactory.getLogger("reseal");
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final List<String> closed = new ArrayList<>();
    private final Shutdown shutdown = new Shutdown();

    @BeforeEach
    void listen() {
        log.start();
        logger.addAppender(log);
    }

    @AfterEach
    void leave() {
        logger.detachAppender(log);
    }

    @Test
    void the_parts_after_one_that_fails_are_closed_all_the_same() {
        shutdown.step("discovery", () -> closed.add("discovery"));
        shutdown.step("HTTP", () -> fail("port"));
        shutdown.step("monitors", () -> closed.add("monitors"));
        assertThat(closed).containsExactly("discovery", "monitors");
    }

    @Test
    void the_first_failure_is_thrown_at_the_end_and_has_the_later_ones_suppressed() {
        shutdown.step("HTTP", () -> fail("port"));
        shutdown.step("meters", () -> fail("registry"));
        assertThatThrownBy(shutdown::end)
                .isInstanceOf(Shutdown.FailedException.class)
                .hasMessageContaining("port")
                .cause()
                .hasMessage("port")
                .satisfies(first -> assertThat(first.getSuppressed())
                        .extracting(Throwable::getMessage)
                        .containsExactly("registry"));
    }

    @Test
    void each_failure_is_in_the_log_with_the_name_of_its_part() {
        shutdown.step("HTTP", () -> fail("port"));
        shutdown.step("meters", () -> fail("registry"));
        assertThat(log.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .anySatisfy(line -> assertThat(line).contains("HTTP").contains("port"))
                .anySatisfy(line -> assertThat(line).contains("meters").contains("registry"));
    }

    @Test
    void nothing_is_thrown_when_every_part_was_closed() {
        shutdown.step("HTTP", () -> closed.add("HTTP"));
        assertThatCode(shutdown::end).doesNotThrowAnyException();
    }

    private static void fail(String message) {
        throw new IllegalStateException(message);
    }
}
