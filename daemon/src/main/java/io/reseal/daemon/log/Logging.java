package io.reseal.daemon.log;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** How log lines look and which are written. */
public final class Logging {
    /** MDC key: the guest that a line is about. */
    public static final String GUEST = "guest";
    /** MDC key: the reset that a line is about. */
    public static final String RESET = "reset";

    /** How the names of threads begin whose lines are not written: those of a rehearsal. */
    public static final String REHEARSAL_THREADS = "rehearsal";

    private static final LineLimits LIMITS = new LineLimits();

    /** How a line looks. */
    public enum Format {
        /** For people. */
        PLAIN,
        /** One JSON object for each line. */
        JSON
    }

    private Logging() {}

    /** Writes lines of {@code level} and above to standard error from now on. */
    public static void configure(Format format, Level level) {
        configure((LoggerContext) LoggerFactory.getILoggerFactory(), format, level);
    }

    static void configure(LoggerContext context, Format format, Level level) {
        configure(context, format, level, LIMITS);
    }

    static void configure(LoggerContext context, Format format, Level level, LineLimits limits) {
        var encoder = encoder(context, format, limits);
        encoder.setContext(context);
        encoder.start();
        var console = new ConsoleAppender<ILoggingEvent>();
        console.setContext(context);
        console.setName("stderr");
        console.setTarget("System.err");
        console.setEncoder(encoder);
        console.start();
        var queue = new QueuedAppender(context.getLogger("reseal"), limits);
        queue.setContext(context);
        queue.setName("queue");
        queue.addAppender(console);
        queue.addFilter(new RehearsalFilter());
        queue.start();
        var root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.detachAndStopAllAppenders();
        root.addAppender(queue);
        root.setLevel(ch.qos.logback.classic.Level.convertAnSLF4JLevel(level));
        quieten(context.getLogger("io.netty"));
        quieten(context.getLogger("io.micrometer"));
    }

    /** Writes what waits, for a second at most; nothing is written after it. */
    public static void end() {
        end((LoggerContext) LoggerFactory.getILoggerFactory());
    }

    static void end(LoggerContext context) {
        context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).detachAndStopAllAppenders();
    }

    /** Libraries tell developers what operators need not know. */
    private static void quieten(Logger library) {
        library.setLevel(ch.qos.logback.classic.Level.WARN);
    }

    /** How many lines were left out, as there were too many of their kind. */
    public static long leftOut() {
        return LIMITS.leftOut();
    }

    private static Encoder<ILoggingEvent> encoder(LoggerContext context, Format format, LineLimits limits) {
        return switch (format) {
            case PLAIN -> LineEncoder.plain(limits);
            case JSON -> {
                var json = new JsonEncoder();
                json.setWithSequenceNumber(false);
                json.setWithContext(false);
                json.setWithMessage(false);
                json.setWithArguments(false);
                json.setWithFormattedMessage(true);
                json.setContext(context);
                json.start();
                yield LineEncoder.json(limits, json);
            }
        };
    }
}
