package io.reseal.daemon.guest;

import static org.assertj.core.api.Assertions.fail;

import io.reseal.daemon.status.GuestListener;
import io.reseal.daemon.status.GuestStatus;
import io.reseal.daemon.status.ResetStage;
import io.reseal.policy.Level;
import io.reseal.policy.launch.LaunchChange;
import io.reseal.policy.reset.Evidence;
import io.reseal.policy.reset.Reset;
import io.reseal.policy.signal.Action;
import io.reseal.policy.signal.SignalType;
import io.reseal.testbed.WaitableState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Remembers what a fleet told, and waits for what it tells. Safe for any thread. */
public final class RecordingListener implements GuestListener {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final WaitableState state = new WaitableState();
    private final List<GuestStatus> views = new ArrayList<>();
    private final List<String> forgotten = new ArrayList<>();
    private final List<Reset> opened = new ArrayList<>();
    private final List<Reset> closed = new ArrayList<>();
    private final List<Duration> took = new ArrayList<>();
    private final List<String> ends = new ArrayList<>();
    private final Map<String, Integer> events = new HashMap<>();
    private final Map<String, Duration> blind = new HashMap<>();
    private final List<LaunchChange> launchChanges = new ArrayList<>();
    private final List<SignalType> unexpected = new ArrayList<>();
    private final List<SignalType> failedOn = new ArrayList<>();
    private final List<String> commands = new ArrayList<>();
    private final List<ResetStage> stages = new ArrayList<>();

    /** Waits until {@code condition} holds; it is looked at after everything that is told. */
    void await(String what, BooleanSupplier condition) {
        if (!state.await(condition, PATIENCE)) {
            fail("waited in vain until %s; told last: %s; closed last: %s", what, last(views), last(closed));
        }
    }

    private <T> List<T> last(List<T> list) {
        var all = copy(list);
        return all.subList(Math.max(0, all.size() - 3), all.size());
    }

    /** Drops what it recorded of guests. */
    void forgetGuests() {
        note(views::clear);
    }

    private void note(Runnable change) {
        state.change(change);
    }

    private <T> List<T> copy(List<T> list) {
        return state.read(() -> List.copyOf(list));
    }

    List<GuestStatus> views(String guest) {
        return copy(views).stream().filter(view -> view.name().equals(guest)).toList();
    }

    List<String> forgotten() {
        return copy(forgotten);
    }

    List<Reset> opened(String guest) {
        return copy(opened).stream()
                .filter(reset -> reset.guest().equals(guest))
                .toList();
    }

    List<Reset> closed(String guest) {
        return copy(closed).stream()
                .filter(reset -> reset.guest().equals(guest))
                .toList();
    }

    List<LaunchChange> launchChanges() {
        return copy(launchChanges);
    }

    /** How long all resets took that are closed. */
    List<Duration> took() {
        return copy(took);
    }

    /** The ends of QEMU processes: guest, and how it ended. */
    List<String> ends() {
        return copy(ends);
    }

    /** Signals that the core did not expect. */
    List<SignalType> unexpected() {
        return copy(unexpected);
    }

    /** Signals that the core failed on. */
    List<SignalType> failedOn() {
        return copy(failedOn);
    }

    List<ResetStage> stages() {
        return copy(stages);
    }

    @Override
    public void stageTaken(ResetStage stage, Duration took) {
        note(() -> stages.add(stage));
    }

    List<String> commands() {
        return copy(commands);
    }

    int events(String guest) {
        return state.read(() -> events.getOrDefault(guest, 0));
    }

    Duration blind(String guest) {
        return state.read(() -> blind.getOrDefault(guest, Duration.ZERO));
    }

    @Override
    public void guestChanged(GuestStatus guest) {
        note(() -> views.add(guest));
    }

    @Override
    public void guestForgotten(GuestStatus last) {
        note(() -> forgotten.add(last.name()));
    }

    @Override
    public void guestEnded(String guest, Action.Ended end) {
        note(() -> ends.add(guest + " " + end.how().text()));
    }

    @Override
    public void signalUnexpected(String guest, SignalType signal) {
        note(() -> unexpected.add(signal));
    }

    @Override
    public void coreFailed(String guest, SignalType signal) {
        note(() -> failedOn.add(signal));
    }

    @Override
    public void resetOpened(Reset reset) {
        note(() -> opened.add(reset));
    }

    @Override
    public void evidenceFound(Reset reset, Evidence evidence) {
        note(() -> {});
    }

    @Override
    public void levelProven(Reset reset, Level level, Duration afterEvent) {
        note(() -> {});
    }

    @Override
    public void resetClosed(Reset reset, Duration took) {
        note(() -> {
            closed.add(reset);
            this.took.add(took);
        });
    }

    @Override
    public void launchChanged(String guest, Optional<String> reset, List<LaunchChange> changes) {
        note(() -> launchChanges.addAll(changes));
    }

    @Override
    public void eventSeen(String guest, String event, String detail) {
        note(() -> events.merge(guest, 1, Integer::sum));
    }

    @Override
    public void eventsCounted(String guest, String event, int count) {
        for (int i = 0; i < count; i++) {
            eventSeen(guest, event, "");
        }
    }

    @Override
    public void oversized(String guest) {
        eventSeen(guest, "oversized", "");
    }

    @Override
    public void commandEnded(String command, String outcome, Duration took) {
        note(() -> commands.add(command + " " + outcome));
    }

    @Override
    public void blindFor(String guest, Duration more) {
        note(() -> blind.merge(guest, more, Duration::plus));
    }
}
