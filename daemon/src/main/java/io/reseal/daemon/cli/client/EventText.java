package io.reseal.daemon.cli.client;

import io.reseal.daemon.api.EventDocument;
import io.reseal.daemon.api.EventDocument.EvidenceFound;
import io.reseal.daemon.api.EventDocument.GuestEnded;
import io.reseal.daemon.api.EventDocument.LaunchChanged;
import io.reseal.daemon.api.EventDocument.LevelProven;
import io.reseal.daemon.api.EventDocument.QmpEvent;
import io.reseal.daemon.api.EventType;
import io.reseal.daemon.api.GuestDocument;
import io.reseal.daemon.api.ResetDocument;
import io.reseal.daemon.cli.terminal.Text;
import java.util.Optional;
import java.util.stream.Collectors;

/** What happened, in one line for people. */
final class EventText {
    private EventText() {}

    static String of(EventDocument event) {
        return event.knownType().map(type -> of(type, event)).orElse(event.type());
    }

    private static String of(EventType type, EventDocument event) {
        return switch (type) {
            case GUEST_CHANGED -> of(event.payload(GuestDocument.class));
            case GUEST_FORGOTTEN -> "forgotten";
            case GUEST_ENDED -> of(event.payload(GuestEnded.class));
            case RESET_OPENED -> opened(event.payload(ResetDocument.class));
            case EVIDENCE -> of(event.payload(EvidenceFound.class));
            case LEVEL_PROVEN -> of(event.payload(LevelProven.class));
            case RESET_CLOSED -> closed(event.payload(ResetDocument.class));
            case LAUNCH_CHANGED -> of(event.payload(LaunchChanged.class));
            case QMP_EVENT -> of(event.payload(QmpEvent.class));
        };
    }

    private static String of(GuestDocument guest) {
        return guest.state()
                + after(", ", guest.runState())
                + after(", ", guest.kind())
                + after(": ", guest.stateDetail());
    }

    private static String of(GuestEnded end) {
        return "ended (" + end.how() + "): " + end.detail();
    }

    private static String opened(ResetDocument reset) {
        return "reset " + reset.id() + " opened, origin " + reset.origin() + ": " + reset.reason();
    }

    private static String of(EvidenceFound found) {
        var evidence = found.evidence();
        return "reset " + found.reset() + " " + evidence.outcome() + after(" ", evidence.level()) + ": "
                + evidence.detail();
    }

    private static String of(LevelProven proven) {
        return "reset " + proven.reset() + " shows " + proven.level() + " after " + Text.of(proven.seconds()) + " s";
    }

    private static String closed(ResetDocument reset) {
        return "reset " + reset.id() + " " + Text.of(reset.verdict()) + after(", level ", reset.level()) + ": "
                + Text.of(reset.summary());
    }

    private static String of(LaunchChanged changed) {
        var details =
                changed.changes().stream().map(LaunchChanged.Change::detail).collect(Collectors.joining("; "));
        return changed.reset().map(id -> "reset " + id).orElse("a reset") + " changed the launch: " + details;
    }

    private static String of(QmpEvent seen) {
        return "QMP event " + seen.event() + after(": ", seen.detail());
    }

    private static String after(String before, Optional<String> text) {
        return text.map(known -> before + known).orElse("");
    }
}
