package io.reseal.daemon.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import io.reseal.daemon.api.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

class LoggingTest {
    private final LoggerContext context = new LoggerContext();

    @BeforeEach
    void aboutAReset() {
        var mdc = new LogbackMDCAdapter();
        mdc.put(Logging.GUEST, "web-1");
        mdc.put(Logging.RESET, "r-7");
        context.setMDCAdapter(mdc);
    }

    @Test
    void a_log_line_as_text_names_guest_and_reset_and_stays_one_line() {
        Logging.configure(context, Logging.Format.PLAIN, Level.INFO);

        assertThat(written("first\nsecond"))
                .isEqualTo("2026-11-22T12:00:00.000Z INFO  [web-1] [r-7] first second" + System.lineSeparator());
    }

    @Test
    void a_log_line_as_text_has_dashes_where_it_is_about_no_guest() {
        context.setMDCAdapter(new LogbackMDCAdapter());
        Logging.configure(context, Logging.Format.PLAIN, Level.INFO);

        assertThat(written("hello")).contains("INFO  [-] [-] hello");
    }

    @Test
    void a_log_line_as_JSON_is_one_document_with_guest_and_reset() {
        Logging.configure(context, Logging.Format.JSON, Level.INFO);

        var line = written("first\nsecond");

        assertThat(line.strip().lines()).hasSize(1);
        var json = Json.MAPPER.readTree(line);
        assertThat(json.path("formattedMessage").asString()).isEqualTo("first\nsecond");
        assertThat(json.path("mdc").path("guest").asString()).isEqualTo("web-1");
        assertThat(json.path("level").asString()).isEqualTo("INFO");
    }

    @Test
    void a_log_line_below_the_level_is_not_written() {
        Logging.configure(context, Logging.Format.PLAIN, Level.WARN);

        assertThat(context.getLogger("io.reseal").isInfoEnabled()).isFalse();
        assertThat(context.getLogger("io.reseal").isWarnEnabled()).isTrue();
    }

    private String written(String message) {
        var logger = context.getLogger("io.reseal.test");
        var event = new LoggingEvent("", logger, ch.qos.logback.classic.Level.INFO, message, null, null);
        event.setInstant(Instant.parse("2026-11-22T12:00:00Z"));
        return new String(encoder().encode(event), StandardCharsets.UTF_8);
    }

    private Encoder<ILoggingEvent> encoder() {
        var root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        var appender = (ConsoleAppender<ILoggingEvent>) root.getAppender("stderr");
        assertThat(appender.getTarget()).isEqualTo("System.err");
        return appender.getEncoder();
    }
}
