package io.reseal.policy.simulation;

import io.reseal.policy.Level;
import io.reseal.policy.machine.Conclusions;
import io.reseal.policy.machine.GuestMachine;
import io.reseal.policy.reset.Origin;
import io.reseal.policy.reset.Reset;
import io.reseal.policy.reset.Verdict;
import io.reseal.policy.signal.Action;
import io.reseal.policy.signal.Signal;
import io.reseal.policy.state.GuestState;
import io.reseal.policy.supervision.ResetFold;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;

/** What the runs were about. */
final class Tally {
    final Map<Verdict, Long> verdicts = new EnumMap<>(Verdict.class);
    final Map<Origin, Long> origins = new EnumMap<>(Origin.class);
    final Map<Action.How, Integer> ends = new EnumMap<>(Action.How.class);
    final Map<Verdict, Long> calm = new EnumMap<>(Verdict.class);
    final Set<Transition> phases = new TreeSet<>();
    final Set<Transition> links = new TreeSet<>();
    long runs;
    long steps;
    long resets;
    long continued;
    long folded;
    long inferred;
    long recreated;
    long sameLaunch;
    long requests;
    boolean isCalm;
    boolean shown;

    /** RESETs of a guest after which they are folded. */
    int mostResets = ResetFold.MOST;

    /** Told of every signal, and of the state after it. */
    BiConsumer<Signal, GuestState> listener = (_, _) -> {};

    /** A step of the core, which is printed if that is wanted. */
    void took(long nanos, GuestState before, Signal signal, GuestMachine.Step step, Optional<Emission> cause) {
        if (shown) {
            var truly = cause.flatMap(Emission::reset).map(Object::toString).orElse("");
            System.out.printf("%.3f %s: %s %s%n", nanos / 1e6, before.identity().name(), signal, truly);
            step.actions().forEach(action -> System.out.println("    " + action));
        }
        steps++;
        phases.addAll(Transition.ofPhases(before, signal, step));
        Transition.ofLink(before, signal, step).ifPresent(links::add);
        listener.accept(signal, step.state());
    }

    /** @param seen whether its RESET was heard */
    void closed(Reset reset, boolean seen) {
        var verdict = Conclusions.verdict(reset);
        resets++;
        verdicts.merge(verdict, 1L, Long::sum);
        origins.merge(reset.request().origin(), 1L, Long::sum);
        if (isCalm && reset.request().origin().ours()) {
            calm.merge(verdict, 1L, Long::sum);
        }
        if (verdict == Verdict.PROVEN) {
            recreated += Judge.recreated(reset) ? 1 : 0;
            inferred += !seen && !Judge.recreated(reset) ? 1 : 0;
            sameLaunch += Judge.shown(reset, Level.SAME_LAUNCH) ? 1 : 0;
        }
    }

    long resetsOfCalm() {
        return calm.values().stream().mapToLong(Long::longValue).sum();
    }

    Tally add(Tally other) {
        other.verdicts.forEach((key, count) -> verdicts.merge(key, count, Long::sum));
        other.origins.forEach((key, count) -> origins.merge(key, count, Long::sum));
        other.ends.forEach((key, count) -> ends.merge(key, count, Integer::sum));
        other.calm.forEach((key, count) -> calm.merge(key, count, Long::sum));
        phases.addAll(other.phases);
        links.addAll(other.links);
        runs += other.runs;
        steps += other.steps;
        resets += other.resets;
        continued += other.continued;
        folded += other.folded;
        inferred += other.inferred;
        recreated += other.recreated;
        sameLaunch += other.sameLaunch;
        requests += other.requests;
        return this;
    }

    @Override
    public String toString() {
        return "%,d runs, %,d steps, %,d requests, %,d resets: %s, begun by %s; %,d inferred, %,d by another process, %,d of the same launch, %,d guests continued, %,d RESETs of loops; ends %s; of undisturbed guests %s"
                .formatted(
                        runs,
                        steps,
                        requests,
                        resets,
                        verdicts,
                        origins,
                        inferred,
                        recreated,
                        sameLaunch,
                        continued,
                        folded,
                        ends,
                        calm);
    }
}
