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
 * @param limits how much is taken in of what a monitor sends
 * @param events which events are read
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
        QmpLimits limits,
        EventChoice events,
        int maxWaiting,
        boolean outOfBand,
        Heartbeat heartbeat,
        CommandGate gate) {

    /** Refuses what makes no sense. */
    public QmpSettings {
        requirePositive("greeting deadline", greetingDeadline);
        requirePositive("query deadline", queryDeadline);
        requirePositive("action deadline", actionDeadline);
        requireAtLeast("limit of waiting commands", maxWaiting, 0);
        if (outOfBand) { // the schema tells which commands allow it
            requireAtLeast(
                    "reply limit in bytes for out-of-band commands",
                    limits.replyBytes(),
                    SchemaLookup.LEAST_LINE_BYTES);
        }
    }

    /** Fit for watching and resetting guests: no oob, the standard heartbeat and gate. */
    public static QmpSettings defaults() {
        return new QmpSettings(
                Duration.ofSeconds(5),
                Duration.ofSeconds(10),
                Duration.ofSeconds(120),
                QmpLimits.defaults(),
                EventChoice.all(),
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

    /** The same with other limits of what is taken in. */
    public QmpSettings withLimits(QmpLimits other) {
        return with(draft -> draft.limits = other);
    }

    /** The same with another choice of events. */
    public QmpSettings withEvents(EventChoice choice) {
        return with(draft -> draft.events = choice);
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
        private QmpLimits limits;
        private EventChoice events;
        private int maxWaiting;
        private boolean outOfBand;
        private Heartbeat heartbeat;
        private CommandGate gate;

        Draft(QmpSettings settings) {
            greetingDeadline = settings.greetingDeadline;
            queryDeadline = settings.queryDeadline;
            actionDeadline = settings.actionDeadline;
            limits = settings.limits;
            events = settings.events;
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
                    limits,
                    events,
                    maxWaiting,
                    outOfBand,
                    heartbeat,
                    gate);
        }
    }

    void requireReplies(int bytes, String purpose) {
        if (limits.replyBytes() < bytes) {
            throw new IllegalStateException("expected a reply limit of at least " + bytes + " bytes " + purpose
                    + ", but the settings have " + limits.replyBytes() + "; raise replyBytes");
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
