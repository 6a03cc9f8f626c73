package io.reseal.daemon.guest;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.daemon.host.ProcessTable;
import io.reseal.daemon.qmp.QemuEvents;
import io.reseal.daemon.request.ResetRequest;
import io.reseal.daemon.request.ResetResponse;
import io.reseal.daemon.status.GuestName;
import io.reseal.daemon.status.GuestStatus;
import io.reseal.daemon.work.Pools;
import io.reseal.policy.GuestKind;
import io.reseal.policy.Level;
import io.reseal.policy.Proof;
import io.reseal.policy.ResetPolicy;
import io.reseal.policy.hazard.HazardId;
import io.reseal.policy.reset.Reset;
import io.reseal.qmp.Heartbeat;
import io.reseal.qmp.QmpClient;
import io.reseal.qmp.QmpSettings;
import io.reseal.qmp.QmpTransport;
import io.reseal.testbed.SocketFolder;
import io.reseal.testbed.peer.ScriptedPeer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A {@link GuestManager}, the peers that it watches, and a listener that remembers what it tells; made for each test, and closed
 * after it. For the thread of one test.
 */
public final class GuestManagerFixture implements AfterEachCallback {
    public static final QmpSettings PATIENT =
            QmpSettings.defaults().withHeartbeat(Heartbeat.off()).withEvents(QemuEvents.CHOICE);
    private static final Duration NEVER = Duration.ofHours(1);
    private static final Proof PROOF = new Proof(Level.REBUILT, Duration.ofSeconds(10), Duration.ofMillis(20));

    final RecordingListener witness = new RecordingListener();
    GuestManager fleet;
    private final SocketFolder folder = SocketFolder.create();
    private final QmpTransport transport = QmpTransport.create(1);
    private final Pools pools = new Pools();
    private final Map<String, ScriptedPeer> peers = new HashMap<>();

    public GuestManagerFixture() {
        fleet = fleet(PATIENT, NEVER, realProcesses());
    }

    /** Begins with another one, which talks to QEMU so. */
    void restart(QmpSettings settings) {
        stop();
        fleet = fleet(settings, NEVER, realProcesses());
    }

    /** Begins with another one, which samples the counters so often. */
    void restart(Duration sample) {
        stop();
        fleet = fleet(PATIENT, sample, realProcesses());
    }

    /** Begins with another one, whose peers have the command lines that this process table tells. */
    void restart(ProcessTable processes) {
        stop();
        fleet = fleet(PATIENT, NEVER, processes);
    }

    private static ProcessTable realProcesses() {
        return new ProcessTable(Path.of("/proc"), Clock.systemUTC());
    }

    private GuestManager fleet(QmpSettings settings, Duration sample, ProcessTable processes) {
        var parts = new GuestManager.Parts(
                Monitors.of(new QmpClient(transport, settings)),
                transport.eventLoops(),
                pools,
                List.of(witness),
                sample,
                folder.path(),
                "run");
        return new GuestManager(parts, policy(PROOF), 2, processes);
    }

    static ResetPolicy policy(Proof proof) {
        return new ResetPolicy(ResetPolicy.Terms.of(proof), List.of());
    }

    /** Lets Reseal send a set-action before each reset of its own. */
    static ResetPolicy settingAction() {
        return new ResetPolicy(new ResetPolicy.Terms(PROOF, true, true, false, Set.of()), List.of());
    }

    /** Where the sockets are; gone after the test. */
    Path folder() {
        return folder.path();
    }

    Path socket(String name) {
        return folder().resolve(name);
    }

    /** A peer with that name and a socket of the same name, which listens from now on. */
    ScriptedPeer peer(String name) {
        var peer = ScriptedPeer.listen(socket(name)).named(name);
        peers.put(name, peer);
        return peer;
    }

    ScriptedPeer peer(String name, GuestKind kind) {
        var peer = peer(name);
        switch (kind) {
            case PLAIN -> {}
            case SEV -> peer.confidential("sev-guest").property("/objects/cgs0", "policy", 1);
            case SEV_ES -> peer.confidential("sev-guest").property("/objects/cgs0", "policy", 5);
            case SEV_SNP -> peer.confidential("sev-snp-guest");
            case TDX -> peer.confidential("tdx-guest");
        }
        return peer;
    }

    void watch(String name) {
        fleet.watch(named(name));
    }

    /** A peer of that kind, attached. */
    ScriptedPeer attached(String name, GuestKind kind) {
        var peer = peer(name, kind);
        watch(name);
        awaitState(name, GuestStatus.State.WATCHING);
        return peer;
    }

    GuestStatus guest(String name) {
        return fleet.guest(name).orElseThrow();
    }

    void awaitState(String name, GuestStatus.State state) {
        witness.await(
                name + " is " + state,
                () -> fleet.guest(name).map(GuestStatus::state).equals(Optional.of(state)));
    }

    void awaitDetail(String name, String part) {
        witness.await(
                name + " says " + part,
                () -> fleet.guest(name)
                        .map(guest -> guest.stateDetail().contains(part))
                        .orElse(false));
    }

    /** Waits until so many resets of the guest are closed, and hands out the last one. */
    Reset awaitClosed(String name, int count) {
        witness.await(
                count + " resets of " + name + " are closed",
                () -> witness.closed(name).size() >= count);
        return witness.closed(name).get(count - 1);
    }

    static ResetRequest wish(String guest) {
        return new ResetRequest(
                guest, Optional.empty(), Optional.empty(), "test", Set.of(), false, Optional.empty(), "uid 0");
    }

    static ResetRequest within(Duration within, ResetRequest request) {
        return new ResetRequest(
                request.guest(),
                request.prove(),
                Optional.of(within),
                request.reason(),
                request.force(),
                request.dryRun(),
                request.key(),
                "");
    }

    static ResetRequest keyed(String key, ResetRequest request) {
        return new ResetRequest(
                request.guest(),
                request.prove(),
                request.within(),
                request.reason(),
                request.force(),
                request.dryRun(),
                Optional.of(key),
                "");
    }

    static ResetRequest forcing(HazardId hazard, ResetRequest request) {
        return new ResetRequest(
                request.guest(),
                request.prove(),
                request.within(),
                request.reason(),
                Set.of(hazard),
                request.dryRun(),
                request.key(),
                "");
    }

    static ResetRequest dry(ResetRequest request) {
        return new ResetRequest(
                request.guest(),
                request.prove(),
                request.within(),
                request.reason(),
                request.force(),
                true,
                request.key(),
                request.by());
    }

    ResetResponse request(ResetRequest request) {
        return now(fleet.request(request));
    }

    ResetResponse reset(String guest) {
        return request(wish(guest));
    }

    /** The value of a future that must complete without help. */
    public static <T> T now(CompletableFuture<T> future) {
        return future.orTimeout(20, TimeUnit.SECONDS).join();
    }

    /** Waits until the event loop has done everything that it was given before. */
    void settle() {
        var done = new CompletableFuture<Void>();
        transport.eventLoops().next().execute(() -> done.complete(null));
        now(done);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        stop();
        peers.values().forEach(ScriptedPeer::close);
        pools.close();
        transport.close();
        folder.close();
    }

    private void stop() {
        now(fleet.stop());
        assertThat(fleet.resets()).noneMatch(Reset::open);
        assertThat(witness.unexpected())
                .as("signals that the core did not expect")
                .isEmpty();
    }

    GuestName named(String name) {
        return new GuestName(name, socket(name));
    }
}
