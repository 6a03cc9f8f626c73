package io.reseal.daemon.cli.terminal;

import io.reseal.daemon.cli.arguments.ArgumentException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;

/** A moment in ISO 8601: a date is its beginning, and all is UTC that names no offset. */
public final class Moment {
    private Moment() {}

    public static Instant parse(String text) {
        try {
            return instant(DateTimeFormatter.ISO_DATE_TIME.parseBest(text, OffsetDateTime::from, LocalDateTime::from));
        } catch (DateTimeException _) {
            return date(text);
        }
    }

    private static Instant instant(TemporalAccessor moment) {
        return moment instanceof OffsetDateTime offset
                ? offset.toInstant()
                : LocalDateTime.from(moment).toInstant(ZoneOffset.UTC);
    }

    private static Instant date(String text) {
        try {
            return LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC);
        } catch (DateTimeException _) {
            throw new ArgumentException(
                    "`" + text
                            + "` is no time: write ISO 8601, such as 2025-11-28 or 2025-11-28T14:05:00Z (UTC unless it says +hh:mm)");
        }
    }
}
