package io.reseal.daemon.metrics;

import io.micrometer.common.docs.KeyName;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.docs.MeterDocumentation;
import io.reseal.policy.CleanText;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Every meter that is Reseal's own: the one place for names, which are an API, and what they mean. */
enum ResealMeters implements MeterDocumentation {
    GUESTS("reseal.guests", Type.GAUGE, "Guests by kind and by what Reseal does with them", "kind", "state"),
    GUEST_INFO(
            "reseal.guest.info",
            Type.INFO,
            "Always 1; what a guest is; digests of its IGVM bundle or firmware, and of its next launch, by their first 12 digits",
            "guest",
            "kind",
            "qemu",
            "firmware",
            "launch"),
    RESETS("reseal.resets", Type.COUNTER, "Resets that have a verdict", "kind", "origin", "verdict"),
    RESET("reseal.reset", Type.TIMER, "From request, or RESET event, to verdict", "kind", "verdict"),
    PROOF("reseal.reset.proof", Type.TIMER, "From RESET event to the proof of a level", "kind", "level"),
    RESET_STAGE(
            "reseal.reset.stage",
            Type.TIMER,
            "What a reset that was requested takes: the stages follow each other, but `send` and `event` begin together",
            "stage"),
    GUESTS_PROCESS_UNSEEN(
            "reseal.guests.process.unseen",
            Type.GAUGE,
            "Guests whose QEMU process cannot be seen: their command line, files and descriptors are unknown"),
    GUEST_ENDS("reseal.guest.ends", Type.COUNTER, "QEMU processes that ended, and how", "how"),
    GUEST_RESETS("reseal.guest.resets", Type.COUNTER, "Resets of a guest that have a verdict", "guest"),
    LAUNCH_CHANGED(
            "reseal.launch.changed",
            Type.COUNTER,
            "Resets of any origin that launched a guest from something else than the launch before",
            "what"),
    HAZARDS("reseal.hazards", Type.GAUGE, "Guests that have the hazard now", "hazard"),
    QMP_EVENTS("reseal.qmp.events", Type.COUNTER, "QMP events seen; `other` for those not known by name", "event"),
    QMP_OVERSIZED(
            "reseal.qmp.oversized",
            Type.COUNTER,
            "QMP events and replies that were longer than they may be, and were dropped"),
    QMP_COMMANDS("reseal.qmp.commands", Type.COUNTER, "QMP commands by how they ended", "command", "outcome"),
    QMP_COMMAND("reseal.qmp.command", Type.TIMER, "From sending a QMP command to its end"),
    QMP_BLIND("reseal.qmp.blind", Type.SECONDS, "Time without a connection to a guest's monitor, all guests together"),
    LOOKS_HANGING(
            "reseal.looks.hanging",
            Type.GAUGE,
            "Looks at files, sockets or processes that have not come back, and those not begun since another one hangs there",
            "pool"),
    DISCOVERY_HINDRANCES(
            "reseal.discovery.hindrances",
            Type.GAUGE,
            "What keeps sockets from being found or used; GET /v1/guests says what that is"),
    DISCOVERY_UNUSED(
            "reseal.discovery.unused.sockets",
            Type.GAUGE,
            "Sockets that were found and are not used: `owner` is none of discovery.owners, or there are limits.guests",
            "reason"),
    CORE_UNEXPECTED_SIGNALS(
            "reseal.core.unexpected.signals",
            Type.COUNTER,
            "Signals that the core did not expect in the state it was in, and ignored: each is a fault of Reseal",
            "signal"),
    CORE_FAULTS(
            "reseal.core.faults",
            Type.COUNTER,
            "Signals that the core failed on, and that are lost: each is a fault of Reseal, and is in its log",
            "signal"),
    HTTP_INCIDENTS(
            "reseal.http.incidents",
            Type.COUNTER,
            "Clients of HTTP that were not given what they wanted, or whose connection was ended",
            "what"),
    MONITORS_REFUSED(
            "reseal.monitors.refused",
            Type.COUNTER,
            "Connections to monitors that were not made, as the limit of open files leaves no room"),
    STUCK("reseal.stuck", Type.GAUGE, "Event loops, executors and tasks that have not gone on within their limit"),
    LOG_LINES_LEFT_OUT(
            "reseal.log.lines.left.out",
            Type.COUNTER,
            "Log lines that were left out, as there were too many of their kind"),
    BUILD_INFO("reseal.build.info", Type.INFO, "Always 1; the version of Reseal", "version");

    /** How a meter is read. */
    enum Type {
        GAUGE(Meter.Type.GAUGE),
        INFO(Meter.Type.GAUGE),
        COUNTER(Meter.Type.COUNTER),
        SECONDS(Meter.Type.COUNTER),
        TIMER(Meter.Type.TIMER);

        private final Meter.Type meter;

        Type(Meter.Type meter) {
            this.meter = meter;
        }
    }

    private final String id;
    private final Type type;
    private final String description;

    @SuppressWarnings("ImmutableEnumChecker") // List.of is immutable, its type does not say so
    private final List<String> labels;

    ResealMeters(String id, Type type, String description, String... labels) {
        this.id = id;
        this.type = type;
        this.description = description;
        this.labels = List.of(labels);
    }

    @Override
    public String getName() {
        return id;
    }

    @Override
    public Meter.Type getType() {
        return type.meter;
    }

    @Override
    public @Nullable String getBaseUnit() {
        return type == Type.SECONDS ? "seconds" : null;
    }

    @Override
    public KeyName[] getKeyNames() {
        return labels.stream().map(label -> (KeyName) () -> label).toArray(KeyName[]::new);
    }

    String description() {
        return description;
    }

    /** The labels with these values, in the order of the table. */
    Tags tags(String... values) {
        return Tags.of(IntStream.range(0, values.length)
                .mapToObj(i -> Tag.of(labels.get(i), CleanText.line(values[i])))
                .toList());
    }
}
