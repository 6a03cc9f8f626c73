package io.reseal.daemon.log;

import io.reseal.policy.CleanText;
import io.reseal.policy.GuestFacts;
import io.reseal.policy.Level;
import io.reseal.policy.RunState;
import io.reseal.policy.launch.LaunchChange;
import io.reseal.policy.reset.Evidence;
import io.reseal.policy.reset.Reset;
import io.reseal.policy.reset.Verdict;
import io.reseal.policy.signal.Action;
import io.reseal.policy.signal.SignalType;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** Log lines of one guest, each with its name and, where there is one, the id of the reset. */
public final class GuestLog {
    private static final Logger LOG = LoggerFactory.getLogger("reseal.guest");

    private static final int LONGEST = 500;

    private final Set<SignalType> warned = ConcurrentHashMap.newKeySet();
    private volatile String guest;

    public GuestLog(String guest) {
        this.guest = guest;
    }

    /** The guest is called otherwise from now on. */
    public void renamed(String changed) {
        guest = changed;
    }

    public String guest() {
        return guest;
    }

    public void info(String message) {
        with(Optional.empty(), () -> LOG.info(printable(message)));
    }

    public void warn(String message) {
        with(Optional.empty(), () -> LOG.warn(printable(message)));
    }

    /** A fault of Reseal's own. */
    public void fault(String message, RuntimeException fault) {
        with(Optional.empty(), () -> LOG.error(message, fault));
    }

    public void attached(Optional<GuestFacts> before, GuestFacts now, RunState runState) {
        if (before.filter(known -> known.imageReplaced(now)).isPresent()) {
            info("QEMU was replaced by another in the same process (live update, cpr-exec): the guest was not reset");
        }
        info("attached: %s guest, QEMU %s, %s".formatted(now.kind().text(), now.qemu(), runState));
    }

    /** A signal that the core did not expect: a warning the first time of each type, then for those who look closer. */
    public void unexpected(Action.UnexpectedSignal told) {
        var line = "signal %s was not expected, and ignored: %s (reset: %s)"
                .formatted(told.signal().text(), told.why(), told.phase());
        if (warned.add(told.signal())) {
            warn(line);
        } else {
            with(Optional.empty(), () -> LOG.debug(printable(line)));
        }
    }

    /** A QEMU that nobody asked to end is somebody's trouble. */
    public void ended(Action.Ended end) {
        switch (end.how()) {
            case CRASH, UNKNOWN -> warn(end.detail());
            case SHUTDOWN, QUIT -> info(end.detail());
        }
    }

    public void opened(Reset reset) {
        with(
                Optional.of(reset.id()),
                () -> LOG.info(
                        "reset by {} ({}), wanted level {}",
                        reset.request().origin().text(),
                        printable(reset.request().reason()),
                        reset.request().proof().prove().text()));
    }

    /** Once in a while: such a guest never rests. */
    public void looped(Reset reset) {
        reset.loop()
                .ifPresent(loop -> with(
                        Optional.of(reset.id()),
                        () -> LOG.warn(
                                "reset loop: {} RESETs from {} to {} ({}); they are counted, and not judged one by one",
                                loop.count(),
                                loop.first(),
                                loop.last(),
                                printable(reset.request().reason()))));
    }

    public void found(Reset reset, Evidence evidence) {
        if (!LOG.isDebugEnabled()) {
            return;
        }
        with(
                Optional.of(reset.id()),
                () -> LOG.debug(
                        "{} {}: {}", evidence.kind().text(), evidence.outcome().text(), printable(evidence.detail())));
    }

    public void launchChanged(Action.LaunchChanged changed) {
        var details = changed.changes().stream().map(LaunchChange::detail).toList();
        with(changed.reset(), () -> LOG.warn(printable("the reset changed the launch: " + String.join("; ", details))));
    }

    public void closed(Reset reset) {
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

    /** What others wrote, as a part of a line. */
    private static String printable(String text) {
        return CleanText.line(text, LONGEST);
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
