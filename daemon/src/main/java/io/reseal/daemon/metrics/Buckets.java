package io.reseal.daemon.metrics;

import java.time.Duration;
import java.util.stream.DoubleStream;

/** Upper bounds of the histograms, in steps that tell a good case from a bad one. Safe for any thread. */
final class Buckets {
    private static final Duration[] COMMAND =
            seconds(50e-6, 100e-6, 250e-6, 500e-6, 1e-3, 2.5e-3, 5e-3, 10e-3, 50e-3, 250e-3, 1, 5, 10);
    private static final Duration[] PROOF =
            seconds(100e-6, 500e-6, 1e-3, 2.5e-3, 5e-3, 10e-3, 25e-3, 100e-3, 250e-3, 1, 1.1, 1.5, 2.5, 5, 10);
    private static final Duration[] STAGE =
            seconds(10e-6, 50e-6, 100e-6, 250e-6, 500e-6, 1e-3, 2.5e-3, 5e-3, 10e-3, 25e-3, 100e-3, 1, 10, 60);
    private static final Duration[] RESET =
            seconds(10e-3, 50e-3, 100e-3, 250e-3, 500e-3, 1, 1.5, 2.5, 5, 10, 30, 60, 120, 300);

    private Buckets() {}

    static Duration[] of(ResealMeters meter) {
        return switch (meter) {
            case QMP_COMMAND -> COMMAND;
            case PROOF -> PROOF;
            case RESET_STAGE -> STAGE;
            case RESET -> RESET;
            case GUESTS,
                    GUEST_INFO,
                    RESETS,
                    GUEST_RESETS,
                    LAUNCH_CHANGED,
                    GUEST_ENDS,
                    CORE_UNEXPECTED_SIGNALS,
                    CORE_FAULTS,
                    GUESTS_PROCESS_UNSEEN,
                    HAZARDS,
                    LOOKS_HANGING,
                    DISCOVERY_HINDRANCES,
                    DISCOVERY_UNUSED,
                    QMP_EVENTS,
                    QMP_OVERSIZED,
                    QMP_COMMANDS,
                    QMP_BLIND,
                    HTTP_INCIDENTS,
                    MONITORS_REFUSED,
                    STUCK,
                    LOG_LINES_LEFT_OUT,
                    BUILD_INFO -> throw new IllegalArgumentException(meter + " is no timer");
        };
    }

    private static Duration[] seconds(double... bounds) {
        return DoubleStream.of(bounds)
                .mapToObj(bound -> Duration.ofNanos(Math.round(bound * 1e9)))
                .toArray(Duration[]::new);
    }
}
