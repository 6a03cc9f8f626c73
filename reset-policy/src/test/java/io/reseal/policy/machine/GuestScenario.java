package io.reseal.policy.machine;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.policy.GuestFacts;
import io.reseal.policy.Level;
import io.reseal.policy.Proof;
import io.reseal.policy.ResetPolicy;
import io.reseal.policy.RunState;
import io.reseal.policy.VcpuCounters;
import io.reseal.policy.hazard.HazardId;
import io.reseal.policy.launch.HostCapacity;
import io.reseal.policy.launch.Launch;
import io.reseal.policy.reset.Origin;
import io.reseal.policy.reset.Reset;
import io.reseal.policy.reset.Verdict;
import io.reseal.policy.signal.Action;
import io.reseal.policy.signal.GuestReading;
import io.reseal.policy.signal.Signal;
import io.reseal.policy.state.GuestQueries;
import io.reseal.policy.state.GuestState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Tells what happens to one guest, signal by signal, and remembers all that {@link GuestMachine} made of it. */
public final class GuestScenario {
    public static final Instant BEGIN = Instant.parse("2026-11-22T12:00:00Z");

    private final List<Action> actions = new ArrayList<>();
    private GuestState state;
    private List<Action> latest = List.of();
    private Instant now = BEGIN;
    private GuestFacts facts;
    private Proof proof = Proof.DEFAULT;
    private Optional<String> sevState = Optional.empty();
    private OptionalLong sevHandle = OptionalLong.empty();
    private Launch launch = Launch.UNKNOWN;
    private HostCapacity room = HostCapacity.UNKNOWN;

    private GuestScenario(GuestFacts facts, ResetPolicy policy) {
        this.facts = facts;
        this.state = GuestState.unseen(new GuestState.Header("web-1", "a", policy, now));
    }

    /** An attached guest that runs and has made 10,000 exits. */
    public static GuestScenario of(GuestFacts facts) {
        return unseen(facts, ResetPolicy.DEFAULT).attached("running", 10_000);
    }

    public static GuestScenario of(GuestFacts facts, Proof everybodysProof) {
        return unseen(facts, new ResetPolicy(ResetPolicy.Terms.of(everybodysProof), List.of()))
                .attached("running", 10_000);
    }

    public static GuestScenario unseen(GuestFacts facts, ResetPolicy policy) {
        return new GuestScenario(facts, policy);
    }

    public GuestScenario proof(Level level) {
        proof = new Proof(level, Duration.ofSeconds(30), Duration.ofSeconds(1));
        return this;
    }

    public GuestScenario proof(Proof wanted) {
        proof = wanted;
        return this;
    }

    GuestScenario sevState(String told) {
        sevState = Optional.of(told);
        return this;
    }

    GuestScenario sevHandle(long told) {
        sevHandle = OptionalLong.of(told);
        return this;
    }

    /** What readings tell from now on. */
    GuestScenario launch(Launch told) {
        launch = told;
        return this;
    }

    GuestScenario room(HostCapacity told) {
        room = told;
        return this;
    }

    GuestScenario facts(GuestFacts changed) {
        facts = changed;
        return this;
    }

    public GuestScenario after(Duration time) {
        now = now.plus(time);
        return this;
    }

    public GuestScenario afterMillis(long millis) {
        return after(Duration.ofMillis(millis));
    }

    public GuestScenario take(Signal signal) {
        var step = GuestMachine.step(state, signal);
        state = step.state();
        latest = step.actions();
        actions.addAll(latest);
        return this;
    }

    public GuestScenario attached(String runState, long exits) {
        return take(new Signal.Attached(now, facts, situation(runState, exits)));
    }

    GuestScenario detached() {
        return take(new Signal.Detached(now, "end of stream"));
    }

    GuestScenario process(Signal.ProcessState seen) {
        return take(new Signal.ProcessSeen(now, seen));
    }

    public GuestScenario requested(HazardId... forced) {
        return requested(Origin.OPERATOR, forced);
    }

    public GuestScenario requested(Origin origin, HazardId... forced) {
        return take(new Signal.Requested(now, new Reset.Request(origin, "kernel update", proof, Set.of(forced))));
    }

    public GuestScenario situation(long exits) {
        return take(new Signal.SituationRead(now, situation("running", exits)));
    }

    public GuestScenario situationIn(String runState, long exits) {
        return take(new Signal.SituationRead(now, situation(runState, exits)));
    }

    public GuestReading situation(String runState, long exits) {
        return new GuestReading(
                new RunState(runState),
                false,
                facts.rebuildForced(),
                launch,
                room,
                withSevState(SampleGuests.exits(exits)));
    }

    /** Asked, judged and sent, one millisecond each. */
    public GuestScenario sent(long exits) {
        return requested().afterMillis(1).situation(exits).afterMillis(1);
    }

    /** The id of the open reset; of none when there is none. */
    String openId() {
        return state.resets().open().map(open -> open.reset().id()).orElse("none");
    }

    /** The last look before a cont: the guest stands in prelaunch. */
    GuestScenario beforeCont(long exits) {
        return take(new Signal.BeforeContRead(now, openId(), RunState.PRELAUNCH, SampleGuests.exits(exits)));
    }

    GuestScenario rebootActionSet() {
        return take(new Signal.RebootActionSet(now, openId()));
    }

    GuestScenario continued() {
        return take(new Signal.Continued(now, openId()));
    }

    public GuestScenario resetSeen() {
        return take(new Signal.ResetSeen(now, now, false, "host-qmp-system-reset"));
    }

    public GuestScenario guestReset() {
        return take(new Signal.ResetSeen(now, now, true, "guest-reset"));
    }

    public GuestScenario acknowledged() {
        return take(new Signal.Acknowledged(now, openId()));
    }

    GuestScenario rejected() {
        return take(new Signal.Rejected(now, openId(), "the monitor said no"));
    }

    GuestScenario replyLost() {
        return take(new Signal.ReplyLost(now, openId(), "no reply within 10s"));
    }

    GuestScenario stop() {
        return take(new Signal.StopSeen(now));
    }

    GuestScenario resume() {
        return take(new Signal.ResumeSeen(now));
    }

    GuestScenario shutdown() {
        return take(new Signal.ShutdownSeen(now, "host-qmp-system-reset"));
    }

    GuestScenario panic() {
        return take(new Signal.PanicSeen(now, "run", ""));
    }

    public GuestScenario counters(long exits) {
        return counters(SampleGuests.exits(exits));
    }

    public GuestScenario counters(VcpuCounters read) {
        return take(new Signal.CountersRead(now, withSevState(read)));
    }

    private VcpuCounters withSevState(VcpuCounters read) {
        return new VcpuCounters(read.exits(), read.others(), sevState, sevHandle);
    }

    public GuestScenario runState(String read) {
        return take(new Signal.RunStateRead(now, new RunState(read)));
    }

    GuestScenario readFailed() {
        return take(new Signal.ReadFailed(now, "query-stats timed out"));
    }

    public GuestScenario tick() {
        return take(new Signal.Tick(now));
    }

    /** The settle time passes with the guest running. */
    public GuestScenario settledRunning() {
        return afterMillis(1000).tick().runState("running");
    }

    GuestScenario untilDeadline() {
        return after(Duration.ofSeconds(30)).tick();
    }

    public GuestState state() {
        return state;
    }

    /** Questions about it. */
    public GuestQueries guest() {
        return new GuestQueries(state);
    }

    public List<Action> latest() {
        return latest;
    }

    public <A extends Action> List<A> all(Class<A> kind) {
        return actions.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    public List<Reset> closed() {
        return all(Action.Closed.class).stream().map(Action.Closed::reset).toList();
    }

    public Reset lastClosed() {
        assertThat(closed()).as("resets that were closed").isNotEmpty();
        return closed().getLast();
    }

    /** The only reset there was, which must be closed. */
    public Reset theReset() {
        assertThat(all(Action.Opened.class)).as("resets that were opened").hasSize(1);
        assertThat(closed()).as("resets that were closed").hasSize(1);
        return lastClosed();
    }

    public GuestScenario stillOpen() {
        assertThat(state.resets().open()).as("the open reset").isPresent();
        return this;
    }

    public GuestScenario assertVerdict(Verdict verdict, Level level) {
        var reset = theReset();
        assertThat(Conclusions.verdict(reset))
                .as("verdict of %s", requireNonNull(reset))
                .isEqualTo(verdict);
        assertThat(Conclusions.conclusion(reset).level()).contains(level);
        return this;
    }
}
