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
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
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
                .isEqualTo("2026-11-22T12:00:00.000Z INFO  [web-1] [r-7] first?second" + System.lineSeparator());
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

    /** Line breaks of all kinds, escapes, C1, bidi controls, separators, a lone surrogate. */
    private static final String FORGED =
            "a\r\nb\u000b\u001b[2J\u0085\u009b1A\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
                    + "\u2028\u2029\u2066\u2067\u2068\u2069\ufeff\u0000\u007f\ud800z";

    private static final Pattern NOT_FOR_READING =
            Pattern.compile("[\\p{Cntrl}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Cs}\\p{Co}&&[^\n]]");

    @ParameterizedTest
    @EnumSource
    void whatever_is_logged_is_one_line_that_can_be_read(Logging.Format format) {
        var mdc = new LogbackMDCAdapter();
        mdc.put(Logging.GUEST, FORGED);
        mdc.put(Logging.RESET, FORGED);
        context.setMDCAdapter(mdc);
        Logging.configure(context, format, Level.INFO);

        var line = written(FORGED);

        assertThat(line).endsWith("\n").doesNotContainPattern(NOT_FOR_READING);
        assertThat(line.substring(0, line.length() - 1)).doesNotContain("\n").contains("a", "z");
    }

    @Test
    void the_lines_of_a_fault_do_not_begin_as_log_lines_do() {
        Logging.configure(context, Logging.Format.PLAIN, Level.INFO);
        var fault = new IllegalStateException("x\n2026-11-22T12:00:00.000Z ERROR [web-1] [-] forged\u202e");

        var lines = new String(encoder().encode(event("failed", fault)), StandardCharsets.UTF_8);

        assertThat(lines.lines().skip(1)).isNotEmpty().allMatch(line -> line.startsWith("    "));
        assertThat(lines).doesNotContainPattern(NOT_FOR_READING);
    }

    @Test
    void lines_of_a_kind_that_are_too_many_are_left_out_and_counted_in_the_next_one() {
        var limits = new LineLimits();
        Logging.configure(context, Logging.Format.PLAIN, Level.INFO, limits);
        int written = 0;
        for (int i = 0; i < 1000; i++) {
            written += written("QEMU said something again: " + i).isEmpty() ? 0 : 1;
        }
        assertThat(written).isEqualTo(20);
        assertThat(limits.leftOut()).isEqualTo(980);
        assertThat(written("another kind of line")).isNotEmpty();

        var later = event("QEMU said something again: late", null);
        later.setInstant(Instant.parse("2026-11-22T12:00:30Z"));

        assertThat(new String(encoder().encode(later), StandardCharsets.UTF_8))
                .contains("again: late (980 more of this kind were left out)");
    }

    @Test
    void a_guest_that_has_too_many_lines_takes_none_of_another() {
        Logging.configure(context, Logging.Format.JSON, Level.INFO, new LineLimits());
        int written = 0;
        for (int i = 0; i < 1000; i++) {
            written += written(i + " is the kind of this line").isEmpty() ? 0 : 1;
        }
        assertThat(written).isEqualTo(200);

        var mdc = new LogbackMDCAdapter();
        mdc.put(Logging.GUEST, "web-2");
        context.setMDCAdapter(mdc);
        assertThat(written("0 is the kind of this line")).contains("web-2");
    }

    @Test
    void guests_that_come_and_go_without_end_do_not_fill_the_log_and_take_no_line_of_one_that_is_known() {
        var limits = new LineLimits();
        long now = 0;
        assertThat(limits.admit(new LineLimits.Line("web-1", "INFO", "attached"), now))
                .hasValue(0);
        int written = 0;
        for (int i = 0; i < 20_000; i++) {
            now += 5;
            written += limits.admit(new LineLimits.Line("flash-" + i, "WARN", "its socket is gone"), now)
                            .isPresent()
                    ? 1
                    : 0;
        }
        assertThat(written).isBetween(4_999, 5_200);
        assertThat(limits.leftOut()).isEqualTo(20_000 - written);
        assertThat(limits.admit(new LineLimits.Line("web-1", "INFO", "verdict proven"), now))
                .isPresent()
                .as("what was left out is told");

        assertThat(limits.admit(new LineLimits.Line("web-2", "INFO", "attached"), now + 60_000))
                .as("a new guest, later")
                .isPresent();
    }

    @Test
    void a_log_line_below_the_level_is_not_written() {
        Logging.configure(context, Logging.Format.PLAIN, Level.WARN);

        assertThat(context.getLogger("io.reseal").isInfoEnabled()).isFalse();
        assertThat(context.getLogger("io.reseal").isWarnEnabled()).isTrue();
    }

    private String written(String message) {
        return new String(encoder().encode(event(message, null)), StandardCharsets.UTF_8);
    }

    private LoggingEvent event(String message, @Nullable Throwable fault) {
        var logger = context.getLogger("io.reseal.test");
        var event = new LoggingEvent("", logger, ch.qos.logback.classic.Level.INFO, message, fault, null);
        event.setInstant(Instant.parse("2026-11-22T12:00:00Z"));
        return event;
    }

    private Encoder<ILoggingEvent> encoder() {
        var queue = (QueuedAppender)
                context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).getAppender("queue");
        var console = (ConsoleAppender<ILoggingEvent>) queue.getAppender("stderr");
        assertThat(console.getTarget()).isEqualTo("System.err");
        return console.getEncoder();
    }
}
