package io.reseal.daemon.monitor;

import io.reseal.daemon.qmp.QemuEvents;
import io.reseal.policy.signal.Signal;
import io.reseal.qmp.QmpEvent;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.node.StringNode;

/** QMP events as signals of the core. */
public final class EventSignals {
    /** Whether the event may change the run state: what was read before it is stale. */
    public static boolean lifecycle(QmpEvent event) {
        return switch (event) {
            case QmpEvent.Reset _,
                    QmpEvent.Shutdown _,
                    QmpEvent.Stop _,
                    QmpEvent.Resume _,
                    QmpEvent.GuestPanicked _,
                    QmpEvent.Suspend _,
                    QmpEvent.SuspendDisk _,
                    QmpEvent.Wakeup _,
                    QmpEvent.Watchdog _,
                    QmpEvent.Migration _ -> true;
            // broken memory brings a storm of these, and what QEMU does about it has events of its own
            case QmpEvent.MemoryFailure _, QmpEvent.Powerdown _, QmpEvent.Other _ -> false;
        };
    }

    /** Whether a device may have come or gone. */
    public static boolean changesDevices(String event) {
        return QemuEvents.DEVICES.contains(event);
    }

    /** The signal for an event; empty for events that the core does not judge. */
    public static Optional<Signal> signal(QmpEvent event, Instant now) {
        return Optional.ofNullable(
                switch (event) {
                    case QmpEvent.Reset reset -> new Signal.ResetSeen(now, reset.at(), reset.guest(), reset.reason());
                    case QmpEvent.Shutdown shutdown -> new Signal.ShutdownSeen(now, shutdown.reason());
                    case QmpEvent.Stop _ -> new Signal.StopSeen(now);
                    case QmpEvent.Resume _ -> new Signal.ResumeSeen(now);
                    case QmpEvent.Suspend _ -> new Signal.SuspendSeen(now);
                    case QmpEvent.Wakeup _ -> new Signal.WakeupSeen(now);
                    case QmpEvent.GuestPanicked panic -> new Signal.PanicSeen(now, panic.action(), detail(panic));
                    case QmpEvent.MemoryFailure failure ->
                        new Signal.MemoryFailureSeen(
                                now, "recipient %s, action %s".formatted(failure.recipient(), failure.action()));
                    case QmpEvent.SuspendDisk _, QmpEvent.Watchdog _, QmpEvent.Migration _ ->
                        new Signal.StateInDoubt(now, event.name());
                    case QmpEvent.Powerdown _, QmpEvent.Other _ -> null;
                });
    }

    /** The same event without what its signal does not need: many may have to be kept. */
    public static QmpEvent light(QmpEvent event) {
        return event instanceof QmpEvent.GuestPanicked panic
                ? new QmpEvent.GuestPanicked(panic.at(), panic.action(), StringNode.valueOf(detail(panic)))
                : event;
    }

    /** What a guest said of its panic, fit to be shown: a TD and a SEV guest tell why in words of their own choice. */
    public static String detail(QmpEvent event) {
        return event instanceof QmpEvent.GuestPanicked panic ? PanicDescription.of(panic.info()) : "";
    }

    private EventSignals() {}
}
