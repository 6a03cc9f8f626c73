package io.reseal.daemon.guest;

import io.netty.channel.EventLoop;
import io.reseal.daemon.monitor.Timer;
import io.reseal.policy.machine.GuestMachine;
import java.time.Duration;
import java.util.ArrayDeque;

/**
 * What steps of the core have for everyone else, in order. While the counters are awaited that prove a rebuild it is kept back, for a few
 * milliseconds at most: QEMU answers within one, and its answer is read before anybody is told of the RESET. Confined to the event loop.
 */
final class StepReports {
    private static final Duration KEPT_BACK = Duration.ofMillis(5);

    private final ActionDispatcher actions;
    private final Runnable publish;
    private final Timer limit;
    private final ArrayDeque<Report> kept = new ArrayDeque<>();

    /** @param answers to requests, given once all else is told */
    private record Report(GuestMachine.Step step, Runnable answers) {}

    /**
     * Reports of one guest.
     *
     * @param publish shows what is known of the guest by now
     * @param late tells what was kept back for too long
     */
    StepReports(ActionDispatcher actions, EventLoop loop, Runnable publish, Runnable late) {
        this.actions = actions;
        this.publish = publish;
        this.limit = new Timer(loop, late);
    }

    /** Asks QEMU at once, and tells the rest soon. */
    void take(GuestMachine.Step step, Runnable answers) {
        actions.read(step);
        kept.add(new Report(step, answers));
        if (actions.acts(step) || !actions.awaitsCounters()) {
            tell();
        } else if (kept.size() == 1) {
            limit.begin(KEPT_BACK);
        }
    }

    /** Tells all that was kept back. */
    void tell() {
        if (kept.isEmpty()) {
            return;
        }
        limit.callOff();
        kept.forEach(report -> actions.tell(report.step()));
        publish.run();
        while (!kept.isEmpty()) {
            kept.remove().answers().run();
        }
    }
}
