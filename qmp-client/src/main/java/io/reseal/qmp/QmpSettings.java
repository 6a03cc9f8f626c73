package io.reseal.qmp;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * Deadlines and limits of a connection.
 *
 * @param greetingDeadline how long a monitor may be silent after connect before {@link QmpListener#onUngreeted} is told; one in
 *     use by somebody else stays silent
 * @param queryDeadline how long a {@link CommandClass#QUERY} may take, counted from when it is sent; it may wait in the
 *     queue for as long again
 * @param actionDeadline the same for a {@link CommandClass#ACTION}; a reset blocks the monitor until the guest is rebuilt
 * @param maxLineBytes the longest line that is accepted; {@code query-qmp-schema} answers with about 250 kB
 * @param maxDepth how deep JSON may nest
 * @param maxWaiting how many commands may wait behind the one in flight, or behind those in flight with {@code outOfBand}
 * @param outOfBand whether to negotiate {@code oob} where QEMU offers it; off, since replies then may come in another order than
 *     their commands were sent, and a command that was sent may wait in QEMU's queue
 * @param heartbeat when a silent monitor is asked whether it still answers
 * @param gate which commands may be sent
 */
public record QmpSettings(
        Duration greetingDeadline,
        Duration queryDeadline,
        Duration actionDeadline,
        int maxLineBytes,
        int maxDepth,
        int maxWaiting,
        boolean outOfBand,
        Heartbeat heartbeat,
        CommandGate gate) {

    /** Refuses what makes no sense. */
    public QmpSettings {
        requirePositive("greeting deadline", greetingDeadline);
        requirePositive("query deadline", queryDeadline);
        requirePositive("action deadline", actionDeadline);
        requireAtLeast("line limit in bytes", maxLineBytes, 1024);
        requireAtLeast("depth limit", maxDepth, 8);
        requireAtLeast("limit of waiting commands", maxWaiting, 0);
        if (outOfBand) { // the schema tells which commands allow it
            requireAtLeast("line limit in bytes for out-of-band commands", maxLineBytes, SchemaLookup.LEAST_LINE_BYTES);
        }
    }

    /** Fit for watching and resetting guests: no oob, the standard heartbeat and gate. */
    public static QmpSettings defaults() {
        return new QmpSettings(
                Duration.ofSeconds(5),
                Duration.ofSeconds(10),
                Duration.ofSeconds(120),
                16 << 20,
                64,
                8,
                false,
                Heartbeat.standard(),
                CommandGate.standard());
    }

    /** The same with another greeting deadline. */
    public QmpSettings withGreetingDeadline(Duration deadline) {
        return with(draft -> draft.greetingDeadline = deadline);
    }

    /** The same with another deadline for queries. */
    public QmpSettings withQueryDeadline(Duration deadline) {
        return with(draft -> draft.queryDeadline = deadline);
    }

    /** The same with another deadline for actions. */
    public QmpSettings withActionDeadline(Duration deadline) {
        return with(draft -> draft.actionDeadline = deadline);
    }

    /** The same with another line limit. */
    public QmpSettings withMaxLineBytes(int bytes) {
        return with(draft -> draft.maxLineBytes = bytes);
    }

    /** The same with another limit of nesting. */
    public QmpSettings withMaxDepth(int depth) {
        return with(draft -> draft.maxDepth = depth);
    }

    /** The same with room for so many waiting commands. */
    public QmpSettings withMaxWaiting(int commands) {
        return with(draft -> draft.maxWaiting = commands);
    }

    /** With {@link QmpConnection#executeOutOfBand}, and up to 7 commands in band at once, where QEMU offers that. */
    public QmpSettings withOutOfBand() {
        return with(draft -> draft.outOfBand = true);
    }

    /** The same with another heartbeat. */
    public QmpSettings withHeartbeat(Heartbeat other) {
        return with(draft -> draft.heartbeat = other);
    }

    /** The same with another gate. */
    public QmpSettings withGate(CommandGate other) {
        return with(draft -> draft.gate = other);
    }

    private QmpSettings with(Consumer<Draft> change) {
        var draft = new Draft(this);
        change.accept(draft);
        return draft.settings();
    }

    /** Settings whose components can be set one at a time. */
    private static final class Draft {
        private Duration greetingDeadline;
        private Duration queryDeadline;
        private Duration actionDeadline;
        private int maxLineBytes;
        private int maxDepth;
        private int maxWaiting;
        private boolean outOfBand;
        private Heartbeat heartbeat;
        private CommandGate gate;

        Draft(QmpSettings settings) {
            greetingDeadline = settings.greetingDeadline;
            queryDeadline = settings.queryDeadline;
            actionDeadline = settings.actionDeadline;
            maxLineBytes = settings.maxLineBytes;
            maxDepth = settings.maxDepth;
            maxWaiting = settings.maxWaiting;
            outOfBand = settings.outOfBand;
            heartbeat = settings.heartbeat;
            gate = settings.gate;
        }

        QmpSettings settings() {
            return new QmpSettings(
                    greetingDeadline,
                    queryDeadline,
                    actionDeadline,
                    maxLineBytes,
                    maxDepth,
                    maxWaiting,
                    outOfBand,
                    heartbeat,
                    gate);
        }
    }

    void requireLines(int bytes, String purpose) {
        if (maxLineBytes < bytes) {
            throw new IllegalStateException("expected a line limit of at least " + bytes + " bytes " + purpose
                    + ", but the settings have " + maxLineBytes + "; raise maxLineBytes");
        }
    }

    Duration deadlineOf(CommandClass kind) {
        return switch (kind) {
            case QUERY -> queryDeadline;
            case ACTION -> actionDeadline;
        };
    }

    static void requirePositive(String what, Duration duration) {
        if (!duration.isPositive()) {
            throw new IllegalArgumentException("the " + what + " must be longer than zero but is " + duration);
        }
    }

    private static void requireAtLeast(String what, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException("the " + what + " must be at least " + least + " but is " + value);
        }
    }
}
