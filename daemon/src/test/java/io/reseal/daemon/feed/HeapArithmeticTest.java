package io.reseal.daemon.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.daemon.status.StatusStore;
import io.reseal.policy.state.EvidenceLog;
import io.reseal.policy.supervision.EarlyEvents;
import io.reseal.qmp.QmpLimits;
import io.reseal.qmp.QmpText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What hostile QEMUs can make a daemon hold at once, by its limits, beside the heap that it is started with. */
class HeapArithmeticTest {
    private static final long EVENT_LOOPS = 1;
    /** An object with a member: LinkedHashMap, its table of 16 places, its entry, the name (JDK 25, compact object headers). */
    private static final long BYTES_OF_VALUE = 240;
    /** A text of other letters than Latin-1. */
    private static final long BYTES_OF_CHARACTER = 2;
    /** Classes, threads, meters, HTTP: what a daemon without guests holds. */
    private static final long BASE = 24L << 20;
    /** A guest that is watched. */
    private static final long BYTES_OF_GUEST = 8_000;

    private static final long GUESTS = 5_000;
    /** Early events and kept texts of one that misbehaves while it is identified. */
    private static final long MISBEHAVING = 64;

    private final QmpLimits limits = QmpLimits.defaults();

    @Test
    void what_hostile_monitors_can_fill_fits_into_the_heap() throws IOException {
        long unfinished = limits.unfinishedBytes() + EVENT_LOOPS * limits.replyBytes();
        long reading = EVENT_LOOPS * (limits.nodes() * BYTES_OF_VALUE + limits.replyBytes() * (1 + BYTES_OF_CHARACTER));
        long evidence = EvidenceLog.MOST_CHARACTERS + 2L * QmpText.MOST_CHARACTERS;
        long resets = StatusStore.ENDED_KEPT * evidence * BYTES_OF_CHARACTER;
        long feed = Ring.MOST_CHARACTERS * BYTES_OF_CHARACTER;
        long early = MISBEHAVING * EarlyEvents.MOST * QmpText.MOST_CHARACTERS * BYTES_OF_CHARACTER;

        assertThat(BASE + unfinished + reading + resets + feed + early + GUESTS * BYTES_OF_GUEST)
                .isLessThanOrEqualTo(heap());
    }

    private static long heap() throws IOException {
        var flags = Pattern.compile("-Xmx([0-9]+)m").matcher(Files.readString(Path.of("../scripts/jvm-flags")));
        assertThat(flags.find()).as("the flags of the JVM tell the heap").isTrue();
        return Long.parseLong(flags.group(1)) << 20;
    }
}
