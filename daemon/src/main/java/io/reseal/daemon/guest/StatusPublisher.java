package io.reseal.daemon.guest;

import io.reseal.daemon.launch.LaunchDescription;
import io.reseal.daemon.monitor.ConnectionProblem;
import io.reseal.daemon.monitor.GuestClock;
import io.reseal.daemon.status.GuestName;
import io.reseal.daemon.status.GuestStatus;
import io.reseal.policy.QemuIdentity;
import io.reseal.policy.launch.Launch;
import io.reseal.policy.reset.Reset;
import io.reseal.policy.signal.Action;
import io.reseal.policy.signal.Signal;
import io.reseal.policy.signal.SignalType;
import io.reseal.policy.state.Connection;
import io.reseal.policy.state.GuestQueries;
import io.reseal.policy.state.GuestState;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Shows what is known of one guest to everyone else, and tells each thing once. Confined to the event loop. */
final class StatusPublisher {
    private final GuestContext context;
    private final GuestClock clock;
    private final Map<String, Instant> openedAt = new HashMap<>();
    private GuestName name;
    private GuestStatus view;
    private boolean nameless;
    private Optional<String> lastReset = Optional.empty();
    private Optional<Instant> blindSince;
    private int blindIntervals = 1;
    private Duration blind = Duration.ZERO;
    private Launch launch = Launch.UNKNOWN;

    StatusPublisher(GuestContext context, GuestName name, GuestClock clock) {
        this.context = context;
        this.name = name;
        this.clock = clock;
        var now = clock.now();
        this.blindSince = Optional.of(now);
        this.view = new GuestStatus(
                name.name(),
                name.socket(),
                GuestStatus.State.UNREACHABLE,
                "not connected yet",
                Optional.empty(),
                now,
                false,
                List.of(),
                Optional.empty(),
                new GuestStatus.Blind(1, Duration.ZERO));
        context.store().show(view);
    }

    /** A predecessor of the same name may have removed or replaced what was shown at first. */
    void appeared() {
        context.store().show(view);
        context.listener().guestChanged(view);
    }

    void opened(Reset reset) {
        lastReset = Optional.of(reset.id());
        openedAt.put(reset.id(), clock.now());
        show(reset);
        context.listener().resetOpened(reset);
    }

    void show(Reset reset) {
        context.store().show(reset);
    }

    void found(Action.Found found) {
        show(found.reset());
        context.listener().evidenceFound(found.reset(), found.evidence());
    }

    void shown(Action.Shown shown) {
        context.listener().levelProven(shown.reset(), shown.level(), shown.afterEvent());
    }

    void launchChanged(Action.LaunchChanged changed) {
        context.listener().launchChanged(name.name(), changed.reset(), changed.changes());
    }

    void closed(Reset reset) {
        show(reset);
        var now = clock.now();
        var opened = Optional.ofNullable(openedAt.remove(reset.id())).orElse(now);
        context.listener().resetClosed(reset, Duration.between(opened, now));
    }

    /** To everyone else the guest goes that has the name now; what changes until it has another is not told. */
    void leaveName() {
        forgotten();
        nameless = true;
    }

    /** To everyone else a guest of that name comes. */
    void takeName(GuestName after) {
        name = after;
        view = view.called(after);
        nameless = false;
        appeared();
    }

    void unexpected(SignalType signal) {
        context.listener().signalUnexpected(name.name(), signal);
    }

    void coreFailed(SignalType signal) {
        context.listener().coreFailed(name.name(), signal);
    }

    void ended(Action.Ended end) {
        context.listener().guestEnded(name.name(), end);
    }

    void forgotten() {
        context.store().remove(view);
        context.listener().guestForgotten(view);
    }

    /** A reset loop is one reset, which is shown again and again. */
    void looped(Reset reset) {
        if (!openedAt.containsKey(reset.id())) {
            opened(reset);
        }
        if (reset.open()) {
            show(reset);
        } else {
            closed(reset);
        }
    }

    /** Keeps what was read last of the next launch; the core keeps what it was at first. */
    void heard(Signal signal) {
        switch (signal) {
            case Signal.Attached attached -> launch = attached.situation().launch();
            case Signal.SituationRead read -> launch = read.situation().launch();
            default -> {}
        }
    }

    void publish(GuestState state, GuestConnection link) {
        if (nameless) {
            return;
        }
        var now = clock.now();
        countBlind(state.connection().up(), now);
        var stage = StateText.of(state, link);
        var guest = new GuestQueries(state);
        var before = view;
        view = new GuestStatus(
                name.name(),
                name.socket(),
                stage.state(),
                stage.detail(),
                identity(state, link),
                stage.state() == before.state()
                        ? before.since()
                        : state.connection().wall(now),
                guest.resettable() && stage.state() == GuestStatus.State.WATCHING,
                guest.hazards(),
                lastReset,
                new GuestStatus.Blind(blindIntervals, blind));
        context.store().show(view);
        if (differ(before, view)) {
            context.listener().guestChanged(view);
        }
    }

    /** Blind time passes without news. */
    private static boolean differ(GuestStatus before, GuestStatus after) {
        return before.state() != after.state()
                || !before.stateDetail().equals(after.stateDetail())
                || !before.identity().equals(after.identity())
                || before.resettable() != after.resettable()
                || !before.hazards().equals(after.hazards())
                || !before.lastReset().equals(after.lastReset());
    }

    /** Blind time is told as it passes, so that a counter grows while a guest is out of sight. */
    private void countBlind(boolean up, Instant now) {
        blindSince.ifPresent(since -> {
            var more = Duration.between(since, now);
            if (more.isPositive()) {
                blind = blind.plus(more);
                context.listener().blindFor(name.name(), more);
            }
        });
        if (up) {
            blindSince = Optional.empty();
        } else {
            blindIntervals += blindSince.isEmpty() ? 1 : 0;
            blindSince = Optional.of(now);
        }
    }

    private Optional<GuestStatus.Identity> identity(GuestState state, GuestConnection link) {
        return state.identity()
                .facts()
                .map(facts -> new GuestStatus.Identity(
                        facts.uuid(),
                        facts.identity().process().map(QemuIdentity.ProcessId::pid),
                        facts.processSeen(),
                        facts.kind(),
                        facts.qemu().toString(),
                        state.execution().runState(),
                        state.incarnation().number(),
                        state.connection().wall(state.incarnation().since()),
                        LaunchDescription.of(
                                link.launch(), launch, state.incarnation().launches())));
    }

    /** What Reseal does with the guest, and why when that needs saying. */
    private record StateText(GuestStatus.State state, String detail) {
        static StateText of(GuestState state, GuestConnection link) {
            var trouble = link.trouble();
            if (state.resets().open().isPresent()) {
                return new StateText(GuestStatus.State.RESETTING, trouble.detail());
            }
            return switch (state.connection().link()) {
                case UP -> up(state, trouble);
                case NEW, DOWN, ENDED -> away(state, trouble);
            };
        }

        /** A QEMU that accepts connections after the end of another one is its successor. */
        private static StateText away(GuestState state, ConnectionProblem trouble) {
            if (trouble.kind() == ConnectionProblem.Kind.OCCUPIED) {
                return new StateText(GuestStatus.State.OCCUPIED, trouble.detail());
            }
            if (trouble.kind() == ConnectionProblem.Kind.UNGREETED) {
                return new StateText(GuestStatus.State.UNREACHABLE, trouble.detail());
            }
            return state.connection().is(Connection.Link.ENDED)
                    ? new StateText(GuestStatus.State.GONE, "the QEMU process has ended")
                    : new StateText(
                            GuestStatus.State.UNREACHABLE,
                            trouble.kind() == ConnectionProblem.Kind.NONE ? "not connected yet" : trouble.detail());
        }

        private static StateText up(GuestState state, ConnectionProblem trouble) {
            if (trouble.kind() == ConnectionProblem.Kind.MUTE) {
                return new StateText(GuestStatus.State.UNREACHABLE, trouble.detail());
            }
            return new GuestQueries(state).quarantined()
                    ? new StateText(GuestStatus.State.QUARANTINED, "a rebuild failed: only a new QEMU process helps")
                    : new StateText(GuestStatus.State.WATCHING, "");
        }
    }
}
