package io.reseal.policy;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Tells what happens to one guest, signal by signal, and remembers all that {@link GuestMachine} made of it. */
final class Story {
    static final Instant BEGIN = Instant.parse("2026-11-22T12:00:00Z");

    private final List<Action> actions = new ArrayList<>();
    private final List<Signal> signals = new ArrayList<>();
    private GuestState state;
    private List<Action> latest = List.of();
    private Instant now = BEGIN;
    private GuestFacts facts;
    private Proof proof = Proof.DEFAULT;
    private Optional<String> sevState = Optional.empty();
    private OptionalLong sevHandle = OptionalLong.empty();
    private Launch launch = Launch.UNKNOWN;
    private Room room = Room.UNKNOWN;

    private Story(GuestFacts facts, ResetPolicy policy) {
        this.facts = facts;
        this.state = GuestState.unseen("web-1", "a", policy, now);
    }

    /** An attached guest that runs and has made 10,000 exits. */
    static Story of(GuestFacts facts) {
        return unseen(facts, ResetPolicy.DEFAULT).attached("running", 10_000);
    }

    static Story of(GuestFacts facts, Proof everybodysProof) {
        return unseen(facts, new ResetPolicy(ResetPolicy.Terms.of(everybodysProof), List.of()))
                .attached("running", 10_000);
    }

    static Story unseen(GuestFacts facts, ResetPolicy policy) {
        return new Story(facts, policy);
    }

    static GuestFacts guest(GuestKind kind) {
        return new GuestFacts(
                "uuid-1",
                QemuIdentity.of(new QemuIdentity.ProcessId(4711, 99)),
                true,
                kind,
                new QemuRelease(11, 1, 3),
                true,
                false,
                RebootAction.RESET,
                false);
    }

    static GuestFacts snp() {
        return guest(GuestKind.SEV_SNP);
    }

    static GuestFacts tdx() {
        return guest(GuestKind.TDX);
    }

    static GuestFacts plain() {
        return guest(GuestKind.PLAIN);
    }

    /** A plain guest with SeaBIOS whose machine has {@code x-change-vmfd-on-reset=on}. */
    static GuestFacts forced() {
        var plain = plain();
        return plain.withRebuildForced(true);
    }

    static GuestFacts echoing(GuestFacts of) {
        return new GuestFacts(
                of.uuid(),
                of.identity(),
                of.processSeen(),
                of.kind(),
                of.qemu(),
                of.kvm(),
                of.rebuildForced(),
                of.rebootAction(),
                true);
    }

    /** The same guest, served by a process of that identity. */
    static GuestFacts servedBy(GuestFacts of, QemuIdentity identity) {
        return new GuestFacts(
                of.uuid(),
                identity,
                of.processSeen(),
                of.kind(),
                of.qemu(),
                of.kvm(),
                of.rebuildForced(),
                of.rebootAction(),
                of.firmwareEchoes());
    }

    static VcpuCounters exits(long count) {
        return new VcpuCounters(Map.of("/machine/unattached/device[0]", count), Optional.empty(), OptionalLong.empty());
    }

    Story proof(Level level) {
        proof = new Proof(level, Duration.ofSeconds(30), Duration.ofSeconds(1));
        return this;
    }

    Story proof(Proof wanted) {
        proof = wanted;
        return this;
    }

    Story sevState(String told) {
        sevState = Optional.of(told);
        return this;
    }

    Story sevHandle(long told) {
        sevHandle = OptionalLong.of(told);
        return this;
    }

    /** What readings tell from now on. */
    Story launch(Launch told) {
        launch = told;
        return this;
    }

    Story room(Room told) {
        room = told;
        return this;
    }

    Story facts(GuestFacts changed) {
        facts = changed;
        return this;
    }

    Story after(Duration time) {
        now = now.plus(time);
        return this;
    }

    Story afterMillis(long millis) {
        return after(Duration.ofMillis(millis));
    }

    Story take(Signal signal) {
        var step = GuestMachine.step(state, signal);
        state = step.state();
        latest = step.actions();
        actions.addAll(latest);
        signals.add(signal);
        return this;
    }

    Story attached(String runState, long exits) {
        return take(new Signal.Attached(now, facts, situation(runState, exits)));
    }

    Story detached() {
        return take(new Signal.Detached(now, "end of stream"));
    }

    Story process(Signal.ProcessState seen) {
        return take(new Signal.ProcessSeen(now, seen));
    }

    Story asked(HazardId... forced) {
        return asked(Origin.OPERATOR, forced);
    }

    Story asked(Origin origin, HazardId... forced) {
        return take(new Signal.Asked(now, new Reset.Ask(origin, "kernel update", proof, Set.of(forced))));
    }

    Story situation(long exits) {
        return take(new Signal.SituationRead(now, situation("running", exits)));
    }

    Story situationIn(String runState, long exits) {
        return take(new Signal.SituationRead(now, situation(runState, exits)));
    }

    Situation situation(String runState, long exits) {
        return new Situation(
                new RunState(runState), false, facts.rebuildForced(), launch, room, withSevState(exits(exits)));
    }

    /** Asked, judged and sent, one millisecond each. */
    Story sent(long exits) {
        return asked().afterMillis(1).situation(exits).afterMillis(1);
    }

    /** The id of the open reset; of none when there is none. */
    String openId() {
        return state.open().map(open -> open.reset().id()).orElse("none");
    }

    /** The last look before a cont: the guest stands in prelaunch. */
    Story beforeCont(long exits) {
        return take(new Signal.BeforeContRead(now, openId(), RunState.PRELAUNCH, exits(exits)));
    }

    Story rebootActionSet() {
        return take(new Signal.RebootActionSet(now, openId()));
    }

    Story continued() {
        return take(new Signal.Continued(now, openId()));
    }

    Story resetSeen() {
        return take(new Signal.ResetSeen(now, now, false, "host-qmp-system-reset"));
    }

    Story guestReset() {
        return take(new Signal.ResetSeen(now, now, true, "guest-reset"));
    }

    Story acknowledged() {
        return take(new Signal.Acknowledged(now, openId()));
    }

    Story rejected() {
        return take(new Signal.Rejected(now, openId(), "the monitor said no"));
    }

    Story replyLost() {
        return take(new Signal.ReplyLost(now, openId(), "no reply within 10s"));
    }

    Story stop() {
        return take(new Signal.StopSeen(now));
    }

    Story resume() {
        return take(new Signal.ResumeSeen(now));
    }

    Story shutdown() {
        return take(new Signal.ShutdownSeen(now, "host-qmp-system-reset"));
    }

    Story panic() {
        return take(new Signal.PanicSeen(now, "run", ""));
    }

    Story counters(long exits) {
        return counters(exits(exits));
    }

    Story counters(VcpuCounters read) {
        return take(new Signal.CountersRead(now, withSevState(read)));
    }

    private VcpuCounters withSevState(VcpuCounters read) {
        return new VcpuCounters(read.exits(), sevState, sevHandle);
    }

    Story runState(String read) {
        return take(new Signal.RunStateRead(now, new RunState(read)));
    }

    /** It is asked whether QEMU answers as often as the core wants, and it does; the guest runs. */
    Story ranFor(Duration time) {
        var until = now.plus(time);
        while (now.plus(Echo.LOOK).isBefore(until)) {
            after(Echo.LOOK).tick().runState("running");
        }
        now = until;
        return tick().runState("running");
    }

    Story readFailed() {
        return take(new Signal.ReadFailed(now, "query-stats timed out"));
    }

    Story tick() {
        return take(new Signal.Tick(now));
    }

    /** The settle time passes with the guest running. */
    Story settledRunning() {
        return afterMillis(1000).tick().runState("running");
    }

    Story untilDeadline() {
        return after(Duration.ofSeconds(30)).tick();
    }

    GuestState state() {
        return state;
    }

    List<Action> latest() {
        return latest;
    }

    List<Signal> signals() {
        return signals;
    }

    <A extends Action> List<A> all(Class<A> kind) {
        return actions.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    List<Reset> closed() {
        return all(Action.Closed.class).stream().map(Action.Closed::reset).toList();
    }

    Reset lastClosed() {
        assertThat(closed()).as("resets that were closed").isNotEmpty();
        return closed().getLast();
    }

    /** The only reset there was, which must be closed. */
    Reset theReset() {
        assertThat(all(Action.Opened.class)).as("resets that were opened").hasSize(1);
        assertThat(closed()).as("resets that were closed").hasSize(1);
        return lastClosed();
    }

    static Reset.Conclusion conclusion(Reset reset) {
        return reset.conclusion().orElseThrow();
    }

    static Verdict verdict(Reset reset) {
        return conclusion(reset).verdict();
    }

    static List<String> details(Reset reset, EvidenceKind kind) {
        return reset.evidence().stream()
                .filter(evidence -> evidence.kind() == kind)
                .map(Evidence::detail)
                .toList();
    }

    Story stillOpen() {
        assertThat(state.open()).as("the open reset").isPresent();
        return this;
    }

    Story assertVerdict(Verdict verdict, Level level) {
        var reset = theReset();
        assertThat(verdict(reset)).as("verdict of %s", requireNonNull(reset)).isEqualTo(verdict);
        assertThat(conclusion(reset).level()).contains(level);
        return this;
    }
}
