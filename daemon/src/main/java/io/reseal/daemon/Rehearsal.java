package io.reseal.daemon;

import io.reseal.daemon.api.Json;
import io.reseal.daemon.feed.Documents;
import io.reseal.policy.GuestFacts;
import io.reseal.policy.GuestKind;
import io.reseal.policy.Level;
import io.reseal.policy.Proof;
import io.reseal.policy.QemuIdentity;
import io.reseal.policy.QemuRelease;
import io.reseal.policy.RebootAction;
import io.reseal.policy.ResetPolicy;
import io.reseal.policy.RunState;
import io.reseal.policy.VcpuCounters;
import io.reseal.policy.launch.HostCapacity;
import io.reseal.policy.launch.Launch;
import io.reseal.policy.machine.GuestMachine;
import io.reseal.policy.reset.Origin;
import io.reseal.policy.reset.Reset;
import io.reseal.policy.signal.Action;
import io.reseal.policy.signal.GuestReading;
import io.reseal.policy.signal.Signal;
import io.reseal.policy.state.GuestState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A reset of a guest that does not exist, from the request to the verdict and its document, judged by the core and told to nobody: what
 * it loads and has compiled is not loaded and compiled on the way of the first real reset.
 */
final class Rehearsal {
    /** The JVM compiles a method after 200 calls ({@code Tier3InvocationThreshold}). */
    private static final int ROUNDS = 250;

    private static final Instant BEGIN = Instant.EPOCH;
    private static final Proof PROOF = new Proof(Level.RUNNING, Duration.ofSeconds(60), Duration.ofMillis(1));
    private static final Reset.Request REQUEST =
            new Reset.Request(Origin.OPERATOR, Optional.of("rehearsal"), "rehearsal", PROOF, Set.of());

    /** Takes some tenths of a second of one processor. */
    static void run() {
        for (int i = 0; i < ROUNDS; i++) {
            once();
        }
    }

    /** The reset as it was closed. */
    static Reset once() {
        var rehearsal = new Rehearsal();
        rehearsal.take(new Signal.Attached(at(0), facts(), situation(9_000)));
        rehearsal.take(new Signal.Requested(at(1), REQUEST));
        rehearsal.take(new Signal.SituationRead(at(2), situation(9_100)));
        var id = rehearsal.state.resets().open().orElseThrow().reset().id();
        rehearsal.take(new Signal.ResetSeen(at(3), at(3), false, "host-qmp-system-reset"));
        rehearsal.take(new Signal.Acknowledged(at(4), id));
        rehearsal.take(new Signal.CountersRead(at(5), counters(40)));
        rehearsal.take(new Signal.RunStateRead(at(6), RunState.RUNNING));
        rehearsal.take(new Signal.Tick(at(1_000)));
        return rehearsal.closed.orElseThrow();
    }

    private GuestState state = GuestState.unseen(new GuestState.Header("rehearsal", "rehearsal", policy(), BEGIN));

    private Optional<Reset> closed = Optional.empty();

    private void take(Signal signal) {
        var step = GuestMachine.step(state, signal);
        state = step.state();
        for (var action : step.actions()) {
            if (action instanceof Action.Closed(var reset)) {
                closed = Optional.of(reset);
                Json.text(Documents.reset(reset));
            }
        }
    }

    private static ResetPolicy policy() {
        return new ResetPolicy(ResetPolicy.Terms.of(PROOF), List.of());
    }

    private static Instant at(long millis) {
        return BEGIN.plusMillis(millis);
    }

    private static GuestFacts facts() {
        return new GuestFacts(
                "00000000-0000-0000-0000-000000000001",
                QemuIdentity.UNKNOWN,
                true,
                GuestKind.SEV_SNP,
                new QemuRelease(11, 1, 3),
                true,
                false,
                RebootAction.RESET,
                false);
    }

    private static GuestReading situation(long exits) {
        return new GuestReading(RunState.RUNNING, false, false, Launch.UNKNOWN, HostCapacity.UNKNOWN, counters(exits));
    }

    private static VcpuCounters counters(long exits) {
        return new VcpuCounters(Map.of("vcpu", exits), Optional.of("running"), OptionalLong.empty());
    }
}
