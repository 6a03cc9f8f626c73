package io.reseal.policy;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Knows what really happened to a simulated guest, and checks that all that is said of it is true. */
final class Referee {
    private final GuestState first;
    private final List<Signal> signals = new ArrayList<>();
    private final List<List<Action>> actions = new ArrayList<>();
    private final Set<String> sent = new HashSet<>();
    private final Set<String> open = new HashSet<>();
    private final Set<String> closed = new HashSet<>();
    private final Map<String, QemuModel.Physical> physicalOf = new HashMap<>();
    private final Map<String, Instant> baselineOf = new HashMap<>();
    private int asks;
    private boolean running;
    private boolean failureTold;
    private boolean pausedFailure;
    private Instant lastCounters = Story.BEGIN;
    private Instant lastCountersBeforeGap = Story.BEGIN;

    /** How many resets ended how, over the whole run. */
    final Map<Verdict, Integer> verdicts = new EnumMap<>(Verdict.class);

    int provenInferred;
    int provenSameLaunch;
    int provenRecreated;
    int continued;

    Referee(GuestState first) {
        this.first = first;
    }

    void asked() {
        asks++;
    }

    /** Our own cont was executed. */
    void continued(boolean lives) {
        continued++;
        holds(lives, "our cont killed QEMU", continued);
    }

    void detached() {
        lastCountersBeforeGap = lastCounters;
    }

    /** Before the core takes {@code message} in. */
    void receives(MonitorModel.Message message, GuestState state) {
        running = message.running();
        switch (message.signal()) {
            case Signal.Attached attached -> {
                boolean same =
                        state.facts().map(f -> f.sameGuest(attached.facts())).orElse(false);
                boolean lostIt = state.runState().equals("running")
                        && attached.situation().runState().equals("prelaunch");
                failureTold = same && (failureTold || (message.failed() && lostIt));
                told(attached.situation().counters());
            }
            case Signal.ResetSeen _ -> resetTold(message.reset().orElseThrow(), state);
            case Signal.CountersRead read -> {
                failureTold |= pausedFailure && state.open().isPresent();
                told(read.counters());
            }
            case Signal.SituationRead read -> told(read.situation().counters());
            default -> {}
        }
    }

    /** A failed rebuild is told of by STOP when the guest ran, else by counters, if they can be compared with others. */
    private void resetTold(QemuModel.Physical reset, GuestState state) {
        failureTold |= reset.failed() && reset.ranBefore();
        pausedFailure = reset.failed()
                && !reset.ranBefore()
                && state.open().isEmpty()
                && state.life()
                        .counters()
                        .filter(c -> c.total() > 2 * VcpuCounters.INFORMATIVE)
                        .isPresent();
    }

    private void told(VcpuCounters counters) {
        lastCounters = signals.isEmpty() ? Story.BEGIN : signals.getLast().at();
        pausedFailure = false;
        failureTold |= counters.notLaunched();
    }

    /** After the core took {@code message} in. */
    void received(MonitorModel.Message message, GuestState state) {
        message.reset()
                .ifPresent(reset -> state.last()
                        .filter(last -> last.observedAt().equals(reset.at()))
                        .ifPresent(last -> physicalOf.put(last.id(), reset)));
    }

    void took(Signal signal, GuestMachine.Step step, QemuModel qemu) {
        signals.add(signal);
        actions.add(step.actions());
        step.actions().forEach(action -> check(action, step.state(), qemu));
        var underWay = step.state().open().map(o -> Set.of(o.reset().id())).orElse(Set.of());
        holds(open.equals(underWay), "not under way though opened and not closed", open);
    }

    private static void holds(boolean holds, String otherwise, Object about) {
        if (!holds) {
            throw new AssertionError(otherwise + ": " + about);
        }
    }

    private void check(Action action, GuestState state, QemuModel qemu) {
        switch (action) {
            case Action.SendSystemReset send -> {
                holds(sent.add(send.reset().id()), "sent twice", send);
                holds(sent.size() <= asks, "sent more often than asked", send);
                holds(
                        !failureTold || !state.facts().orElseThrow().kind().alwaysRebuilt(),
                        "sent after a failed rebuild",
                        send);
            }
            case Action.SendRebootAction set -> holds(open.contains(set.reset().id()), "set for no reset", set);
            case Action.SendCont cont -> {
                holds(sent.contains(cont.reset().id()), "continued after somebody else's reset", cont);
                holds(
                        !failureTold || !state.facts().orElseThrow().kind().alwaysRebuilt(),
                        "continued after a failed rebuild",
                        cont);
            }
            case Action.Opened opened -> {
                holds(open.add(opened.reset().id()), "opened twice", opened);
                boolean missed = opened.reset().ask().origin() == Origin.UNKNOWN;
                baselineOf.put(opened.reset().id(), missed ? lastCountersBeforeGap : lastCounters);
            }
            case Action.Closed done -> close(done.reset(), qemu);
            case Action.Found found -> holds(found.reset().evidence().size() < 200, "unbounded", found);
            case Action.Shown shown -> holds(!shown.afterEvent().isNegative(), "shown before its event", shown);
            case Action.LaunchChanged changed -> holds(!changed.changes().isEmpty(), "changed in nothing", changed);
            case Action.Busy busy -> holds(busy.open().open(), "busy with what is closed", busy);
            case Action.WakeAt _, Action.NotReachable _, Action.LookAtProcess _ -> {}
            case Action.ReadCounters _, Action.ReadRunState _, Action.ReadSituation _ -> {}
        }
    }

    private void close(Reset reset, QemuModel qemu) {
        holds(open.remove(reset.id()) && closed.add(reset.id()), "closed twice or never opened", reset);
        AskingTest.assertOrdered(reset);
        verdicts.merge(Story.verdict(reset), 1, Integer::sum);
        if (Story.verdict(reset) == Verdict.PROVEN) {
            proven(reset, Story.conclusion(reset).level().orElseThrow(), qemu);
        }
    }

    private void proven(Reset reset, Level level, QemuModel qemu) {
        holds(
                reset.evidence().stream().noneMatch(e -> e.outcome() == Outcome.CONTRADICTS && touches(e, reset)),
                "proven against evidence",
                reset);
        boolean inferred = reset.evidence().stream().anyMatch(e -> e.kind() == EvidenceKind.INFERRED);
        var physical = Optional.ofNullable(physicalOf.get(reset.id()));
        boolean recreated = reset.evidence().stream()
                .anyMatch(e -> e.kind() == EvidenceKind.PROCESS && e.outcome() == Outcome.SUPPORTS);
        if (level == Level.SAME_LAUNCH && physical.isPresent()) {
            provenSameLaunch++;
            holds(physical.get().sameLaunch(), "another launch", reset);
        }
        if (recreated) {
            provenRecreated++;
        } else if (inferred && shown(reset, Level.REBUILT)) {
            provenInferred++;
            holds(
                    rebuiltSince(requireNonNull(baselineOf.get(reset.id())), qemu),
                    "inferred, not rebuilt at all",
                    reset);
        } else if (shown(reset, Level.REBUILT)) {
            holds(rebuiltWithEcho(physical.orElseThrow(), qemu), "not rebuilt", reset);
        }
        boolean pausedBefore = physical.map(p -> !p.ranBefore()).orElse(false);
        holds(level.compareTo(Level.RUNNING) < 0 || running || pausedBefore, "does not run", reset);
    }

    private static boolean shown(Reset reset, Level level) {
        return reset.evidence().stream()
                .anyMatch(e -> e.outcome() == Outcome.SUPPORTS && e.level().equals(Optional.of(level)));
    }

    private static boolean touches(Evidence evidence, Reset reset) {
        var wanted = reset.ask().proof().prove();
        return evidence.level().map(level -> level.compareTo(wanted) <= 0).orElse(true);
    }

    private static boolean rebuiltSince(Instant when, QemuModel qemu) {
        return qemu.resets.stream()
                .anyMatch(reset -> reset.rebuilt() && reset.at().isAfter(when.minusSeconds(2)));
    }

    private static boolean rebuiltWithEcho(QemuModel.Physical reset, QemuModel qemu) {
        int next = qemu.resets.indexOf(reset) + 1;
        boolean echoRebuilt = next < qemu.resets.size()
                && qemu.resets.get(next).echo()
                && qemu.resets.get(next).rebuilt();
        return reset.rebuilt() || echoRebuilt;
    }

    void atTheEnd(GuestState state, Instant now) {
        state.open()
                .ifPresent(o ->
                        assertThat(o.deadline()).as("deadline of what is open").isAfter(now.minusMillis(400)));
        var again = first;
        for (int i = 0; i < signals.size(); i++) {
            var step = GuestMachine.step(again, signals.get(i));
            holds(step.actions().equals(actions.get(i)), "the replay differs at " + signals.get(i), step.actions());
            again = step.state();
        }
        assertThat(again).isEqualTo(state);
    }
}
