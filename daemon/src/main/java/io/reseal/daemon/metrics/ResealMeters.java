package io.reseal.daemon.metrics;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Every meter that is Reseal's own: the one place for names, which are an API, and what they mean. */
enum ResealMeters {
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
    GUESTS_PROCESS_UNSEEN(
            "reseal.guests.process.unseen",
            Type.GAUGE,
            "Guests whose QEMU process cannot be seen: their command line, files and descriptors are unknown"),
    GUEST_ENDS("reseal.guest.ends", Type.COUNTER, "QEMU processes that ended, and how", "how"),
    GUEST_RESETS("reseal.guest.resets", Type.COUNTER, "Resets of a guest that have a verdict", "guest"),
    LAUNCH_CHANGED(
            "reseal.launch.changed",
            Type.COUNTER,
            "Resets, whoever began them, that launched a guest from something else than the launch before",
            "what"),
    HAZARDS("reseal.hazards", Type.GAUGE, "Guests that have the hazard now", "hazard"),
    QMP_EVENTS("reseal.qmp.events", Type.COUNTER, "QMP events seen; `other` for those not known by name", "event"),
    QMP_COMMANDS("reseal.qmp.commands", Type.COUNTER, "QMP commands by how they ended", "command", "outcome"),
    QMP_COMMAND("reseal.qmp.command", Type.TIMER, "From sending a QMP command to its end"),
    QMP_BLIND("reseal.qmp.blind", Type.SECONDS, "Time without a connection to a guest's monitor, all guests together"),
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
    BUILD_INFO("reseal.build.info", Type.INFO, "Always 1; the version of Reseal", "version");

    /** How a meter is read. */
    enum Type {
        GAUGE("gauge", ""),
        INFO("gauge", ""),
        COUNTER("counter", "_total"),
        SECONDS("counter", "_seconds_total"),
        TIMER("histogram", "_seconds");

        private final String prometheus;
        private final String suffix;

        Type(String prometheus, String suffix) {
            this.prometheus = prometheus;
            this.suffix = suffix;
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

    /** Micrometer's name. */
    String id() {
        return id;
    }

    String description() {
        return description;
    }

    List<String> labels() {
        return labels;
    }

    /** The name at /metrics. */
    String prometheusName() {
        return id.replace('.', '_') + type.suffix;
    }

    /** The table of docs/metrics.md. */
    static String markdown() {
        return Arrays.stream(values())
                .map(meter -> "| `" + meter.prometheusName() + "` | " + meter.type.prometheus + " | "
                        + meter.labels.stream().map(label -> "`" + label + "`").collect(Collectors.joining(", "))
                        + " | "
                        + meter.description + " |\n")
                .collect(Collectors.joining("", "| name | type | labels | meaning |\n| --- | --- | --- | --- |\n", ""));
    }
}
