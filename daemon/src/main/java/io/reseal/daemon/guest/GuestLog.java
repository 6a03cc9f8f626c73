package io.reseal.daemon.guest;

import io.reseal.policy.Action;
import io.reseal.policy.Evidence;
import io.reseal.policy.GuestFacts;
import io.reseal.policy.LaunchChange;
import io.reseal.policy.Level;
import io.reseal.policy.Reset;
import io.reseal.policy.RunState;
import io.reseal.policy.Verdict;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** Log lines of one guest, each with its name and, where there is one, the id of the reset. */
final class GuestLog {
    private static final Logger LOG = LoggerFactory.getLogger("reseal.guest");

    private volatile String guest;

    GuestLog(String guest) {
        this.guest = guest;
    }

    /** The guest is called otherwise from now on. */
    void renamed(String changed) {
        guest = changed;
    }

    void info(String message) {
        with(Optional.empty(), () -> LOG.info(printable(message)));
    }

    void warn(String message) {
        with(Optional.empty(), () -> LOG.warn(printable(message)));
    }

    /** A fault of Reseal's own. */
    void fault(String message, RuntimeException fault) {
        with(Optional.empty(), () -> LOG.error(message, fault));
    }

    void attached(Optional<GuestFacts> before, GuestFacts now, RunState runState) {
        if (before.filter(known -> known.imageReplaced(now)).isPresent()) {
            info("QEMU was replaced by another in the same process (live update, cpr-exec): the guest was not reset");
        }
        info("attached: %s guest, QEMU %s, %s".formatted(now.kind().text(), now.qemu(), runState));
    }

    /** A QEMU that nobody asked to end is somebody's trouble. */
    void ended(Action.Ended end) {
        switch (end.how()) {
            case CRASH, UNKNOWN -> warn(end.detail());
            case SHUTDOWN, QUIT -> info(end.detail());
        }
    }

    void opened(Reset reset) {
        with(
                Optional.of(reset.id()),
                () -> LOG.info(
                        "reset by {} ({}), wanted level {}",
                        reset.ask().origin().text(),
                        printable(reset.ask().reason()),
                        reset.ask().proof().prove().text()));
    }

    void found(Reset reset, Evidence evidence) {
        with(
                Optional.of(reset.id()),
                () -> LOG.debug(
                        "{} {}: {}", evidence.kind().text(), evidence.outcome().text(), printable(evidence.detail())));
    }

    void launchChanged(Action.LaunchChanged changed) {
        var details = changed.changes().stream().map(LaunchChange::detail).toList();
        with(changed.reset(), () -> LOG.warn(printable("the reset changed the launch: " + String.join("; ", details))));
    }

    void closed(Reset reset) {
        var conclusion = reset.conclusion().orElseThrow();
        var level = conclusion.level().map(Level::text).orElse("none");
        boolean bad = conclusion.verdict() == Verdict.FAILED || conclusion.verdict() == Verdict.DIED;
        with(Optional.of(reset.id()), () -> {
            var line = "verdict %s, level %s: %s"
                    .formatted(conclusion.verdict().text(), level, printable(conclusion.summary()));
            if (bad) {
                LOG.error(line);
            } else if (conclusion.verdict() == Verdict.PROVEN) {
                LOG.info(line);
            } else {
                LOG.warn(line);
            }
        });
    }

    /** Text that a guest, QEMU or an operator wrote must not forge log lines, nor turn their order on a terminal. */
    static String printable(String text) {
        return text.codePoints()
                .limit(500)
                .map(c -> isPrintable(c) ? c : '?')
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static boolean isPrintable(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }

    private void with(Optional<String> reset, Runnable log) {
        MDC.put("guest", guest);
        reset.ifPresent(id -> MDC.put("reset", id));
        try {
            log.run();
        } finally {
            MDC.remove("guest");
            MDC.remove("reset");
        }
    }
}
