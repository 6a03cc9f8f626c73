package io.reseal.daemon.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.EncoderBase;
import io.reseal.daemon.log.LineLimits.Line;
import io.reseal.policy.CleanText;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Every log event on its way to standard error: made one clean line, whatever is in it, and left out if there are too many of its kind.
 * Safe for any thread.
 */
final class LineEncoder extends EncoderBase<ILoggingEvent> {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    private static final byte[] NOTHING = {};
    private static final int LONGEST = 4000;

    private final LineLimits limits;
    private final Optional<Encoder<ILoggingEvent>> json;

    private LineEncoder(LineLimits limits, Optional<Encoder<ILoggingEvent>> json) {
        this.limits = limits;
        this.json = json;
    }

    /** Lines for people. */
    static LineEncoder plain(LineLimits limits) {
        return new LineEncoder(limits, Optional.empty());
    }

    /** Lines as that encoder writes them: each a JSON object. */
    static LineEncoder json(LineLimits limits, Encoder<ILoggingEvent> json) {
        return new LineEncoder(limits, Optional.of(json));
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        var guest = event.getMDCPropertyMap().getOrDefault(Logging.GUEST, "");
        var line = new Line(guest, event.getLevel().toString(), String.valueOf(event.getMessage()));
        var leftOut = limits.admit(line, event.getTimeStamp());
        if (leftOut.isEmpty()) {
            return NOTHING;
        }
        long before = leftOut.getAsLong();
        var text = json.map(encoder -> json(encoder, event, before)).orElseGet(() -> plain(event, before));
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String plain(ILoggingEvent event, long leftOut) {
        var mdc = event.getMDCPropertyMap();
        var about = "[" + CleanText.line(mdc.getOrDefault(Logging.GUEST, "-")) + "] ["
                + CleanText.line(mdc.getOrDefault(Logging.RESET, "-")) + "] ";
        var text = new StringBuilder(TIME.format(Instant.ofEpochMilli(event.getTimeStamp())));
        text.append(' ').append("%-5s".formatted(event.getLevel())).append(' ').append(about);
        text.append(CleanText.line(event.getFormattedMessage(), LONGEST));
        if (leftOut > 0) {
            text.append(" (").append(leftOut).append(" more of this kind were left out)");
        }
        text.append(System.lineSeparator());
        trace(text, event.getThrowableProxy());
        return text.toString();
    }

    /** A fault of Reseal: its lines are indented, so that none of them looks like a line of its own. */
    private static void trace(StringBuilder text, @Nullable IThrowableProxy fault) {
        if (fault == null) {
            return;
        }
        ThrowableProxyUtil.asString(fault)
                .lines()
                .map(line -> "    " + CleanText.line(line.replace("\t", "    "), LONGEST))
                .forEach(line -> text.append(line).append(System.lineSeparator()));
    }

    private static String json(Encoder<ILoggingEvent> encoder, ILoggingEvent event, long leftOut) {
        var line = CleanText.json(new String(encoder.encode(event), StandardCharsets.UTF_8));
        int end = line.lastIndexOf('}');
        return leftOut == 0 ? line : line.substring(0, end) + ",\"leftOut\":" + leftOut + line.substring(end);
    }

    @Override
    public byte[] headerBytes() {
        return NOTHING;
    }

    @Override
    public byte[] footerBytes() {
        return NOTHING;
    }
}
