package io.reseal.daemon.guest;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.daemon.request.ResetResponse;
import io.reseal.daemon.status.GuestName;
import io.reseal.daemon.status.GuestStatus;
import io.reseal.policy.GuestKind;
import io.reseal.policy.Level;
import io.reseal.policy.Proof;
import io.reseal.policy.reset.Reset;
import io.reseal.policy.reset.Verdict;
import io.reseal.policy.supervision.GuestDiff;
import io.reseal.testbed.peer.PeerCommand;
import io.reseal.testbed.peer.ScriptedPeer;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class GuestManagerTest {
    @RegisterExtension
    private final GuestManagerFixture rig = new GuestManagerFixture();

    @Test
    void the_guest_manager_tells_of_a_guest_as_soon_as_it_is_watched() {
        rig.watch("vm");
        rig.witness.await("it is told", () -> !rig.witness.views("vm").isEmpty());
        assertThat(rig.guest("vm").socket()).isEqualTo(rig.socket("vm"));
    }

    @Test
    void the_guest_manager_forgets_a_guest_whose_socket_and_connection_are_gone() {
        var peer = rig.attached("vm", GuestKind.PLAIN);
        peer.close();
        rig.awaitState("vm", GuestStatus.State.UNREACHABLE);
        gone("vm");
        rig.witness.await("it is forgotten", () -> rig.witness.forgotten().equals(List.of("vm")));
        assertThat(rig.fleet.guests()).isEmpty();
        assertThat(rig.reset("vm")).isInstanceOf(ResetResponse.NoSuchGuest.class);
    }

    @Test
    void the_guest_manager_keeps_a_guest_whose_socket_is_gone_but_whose_connection_is_not() {
        var peer = rig.attached("vm", GuestKind.PLAIN);
        gone("vm");
        rig.reset("vm");
        rig.awaitClosed("vm", 1);
        assertThat(rig.witness.forgotten()).isEmpty();
        assertThat(peer.receivedNames()).contains("system_reset");
    }

    @Test
    void the_guest_manager_keeps_a_guest_whose_reset_is_open_until_its_verdict() {
        rig.fleet.reconfigure(
                GuestManagerFixture.policy(new Proof(Level.REBUILT, Duration.ofSeconds(1), Duration.ofMillis(20))), 2);
        var peer = rig.attached("vm", GuestKind.PLAIN).neverReplies("system_reset");
        rig.reset("vm");
        peer.awaitCommand("system_reset");
        peer.close();
        rig.awaitDetail("vm", "no such file");
        gone("vm");
        rig.settle();
        assertThat(rig.witness.forgotten()).isEmpty();
        rig.awaitClosed("vm", 1);
        gone("vm");
        rig.witness.await("it is forgotten", () -> rig.witness.forgotten().equals(List.of("vm")));
    }

    @Test
    void the_guest_manager_keeps_a_guest_whose_socket_came_back_meanwhile() {
        for (int i = 0; i < 50; i++) {
            rig.watch("vm");
            rig.fleet.socketGone(rig.named("vm"));
            rig.watch("vm");
            rig.settle(); // one that was forgotten before it came back has left,
            rig.settle(); // and the next one has appeared
            assertThat(rig.fleet.guest("vm")).isPresent();
        }
        rig.peer("vm");
        rig.watch("vm");
        rig.awaitState("vm", GuestStatus.State.WATCHING);
    }

    @Test
    void the_guest_manager_tells_of_a_guest_that_comes_again_after_it_told_that_its_predecessor_went() {
        rig.peer("vm");
        for (int i = 0; i < 20; i++) {
            rig.watch("vm");
            rig.fleet.forget(rig.named("vm"));
        }
        rig.watch("vm");
        rig.awaitState("vm", GuestStatus.State.WATCHING);
        assertThat(rig.witness.forgotten()).hasSize(20);
        assertThat(rig.fleet.guests()).hasSize(1);
    }

    @Test
    void the_guest_manager_lets_go_of_a_guest_whose_name_is_given_to_another_socket() {
        var first = rig.attached("vm", GuestKind.PLAIN);
        var second = rig.peer("other", GuestKind.TDX);
        rig.fleet.watch(new GuestName("vm", rig.socket("other")));
        first.awaitDepartures(1);
        second.awaitConnections(1);
        rig.witness.await(
                "the other is attached",
                () -> rig.guest("vm").socket().equals(rig.socket("other"))
                        && rig.guest("vm").state() == GuestStatus.State.WATCHING);
        assertThat(rig.witness.forgotten()).containsExactly("vm");
    }

    @Test
    void the_guest_manager_forgets_nobody_whom_it_does_not_know() {
        GuestManagerFixture.now(rig.fleet.forget(rig.named("nobody")));
        gone("nobody");
        assertThat(rig.witness.forgotten()).isEmpty();
    }

    @Test
    void the_guest_manager_holds_nothing_of_guests_that_came_and_went() {
        var held = new ArrayList<WeakReference<Path>>();
        for (int round = 0; round < 10; round++) {
            comeAndGo(held);
        }
        assertThat(rig.fleet.guests()).isEmpty();
        assertThat(rig.witness.forgotten()).hasSize(500);
        rig.settle();
        rig.witness.forgetGuests();
        rig.witness.await("nothing is held", () -> {
            System.gc();
            return held.stream().allMatch(each -> each.get() == null);
        });
    }

    @Test
    void the_guest_manager_closes_open_resets_before_it_stops() {
        rig.attached("a", GuestKind.PLAIN).neverReplies("system_reset");
        rig.attached("b", GuestKind.PLAIN);
        rig.reset("a");
        GuestManagerFixture.now(rig.fleet.stop());
        assertThat(conclusion("a")).satisfies(conclusion -> {
            assertThat(conclusion.verdict()).isEqualTo(Verdict.UNPROVEN);
            assertThat(conclusion.summary()).startsWith("Reseal was stopped");
        });
        assertThat(rig.fleet.guests()).isEmpty();
        assertThat(rig.reset("b")).isEqualTo(new ResetResponse.NotReachable("b", "Reseal was stopped"));
        rig.watch("b");
        assertThat(rig.fleet.guests()).isEmpty();
    }

    @Test
    void the_guest_manager_closes_the_open_reset_of_a_guest_that_it_lets_go_of() {
        rig.attached("a", GuestKind.PLAIN).neverReplies("system_reset");
        rig.reset("a");
        GuestManagerFixture.now(rig.fleet.change(new GuestDiff<>(List.of(rig.named("a")), List.of(), List.of())));
        assertThat(conclusion("a").summary()).startsWith("no longer watched");
        assertThat(rig.witness.opened("a")).hasSameSizeAs(rig.witness.closed("a"));
    }

    @Test
    void the_guest_manager_carries_an_open_reset_over_to_the_new_name_of_its_guest() {
        var peer = rig.attached("a", GuestKind.PLAIN);
        var command = new CompletableFuture<PeerCommand>();
        peer.onCommand("system_reset", command::complete);
        var id = ((ResetResponse.Started) rig.reset("a")).reset().id();
        rename(Map.of("a", "z"));
        assertThat(rig.fleet.guest("a")).isEmpty();
        assertThat(rig.guest("z").state()).isEqualTo(GuestStatus.State.RESETTING);
        assertThat(rig.fleet.reset(id).orElseThrow().guest()).isEqualTo("z");
        assertThat(rig.reset("z")).isInstanceOf(ResetResponse.InFlight.class);
        assertThat(rig.reset("a")).isInstanceOf(ResetResponse.NoSuchGuest.class);
        finish(command);
        var reset = rig.awaitClosed("z", 1);
        assertThat(reset.id()).isEqualTo(id);
        assertThat(reset.conclusion().orElseThrow().verdict()).isEqualTo(Verdict.PROVEN);
        rig.awaitState("z", GuestStatus.State.WATCHING);
        peer.awaitConnections(1);
        assertThat(peer.receivedNames().stream().filter("qmp_capabilities"::equals))
                .hasSize(1);
    }

    @Test
    void the_guest_manager_lets_two_guests_exchange_their_names_in_the_midst_of_their_resets() {
        var commands = new CompletableFuture<PeerCommand>();
        rig.attached("a", GuestKind.PLAIN).onCommand("system_reset", commands::complete);
        rig.attached("b", GuestKind.TDX).neverReplies("system_reset");
        rig.reset("a");
        rig.reset("b");
        rename(Map.of("a", "b", "b", "a"));
        assertThat(rig.guest("b").kind()).contains(GuestKind.PLAIN);
        assertThat(rig.guest("a").kind()).contains(GuestKind.TDX);
        assertThat(rig.fleet.guests()).hasSize(2);
        finish(commands);
        assertThat(rig.awaitClosed("b", 1).kind()).isEqualTo(GuestKind.PLAIN);
        assertThat(rig.reset("a")).isInstanceOf(ResetResponse.InFlight.class);
    }

    @Test
    void the_guest_manager_keeps_the_idempotency_keys_of_a_guest_that_is_renamed() {
        rig.attached("a", GuestKind.PLAIN);
        var first = (ResetResponse.Started) rig.request(GuestManagerFixture.keyed("k", GuestManagerFixture.wish("a")));
        rig.awaitClosed("a", 1);
        rename(Map.of("a", "z"));
        var again = (ResetResponse.Started) rig.request(GuestManagerFixture.keyed("k", GuestManagerFixture.wish("z")));
        assertThat(again.reset().id()).isEqualTo(first.reset().id());
    }

    @Test
    void the_guest_manager_gives_the_name_that_a_guest_leaves_to_a_new_one() {
        rig.attached("a", GuestKind.PLAIN);
        rig.peer("other", GuestKind.TDX);
        var other = new GuestName("a", rig.socket("other"));
        var renamed = new GuestName("z", rig.socket("a"));
        GuestManagerFixture.now(rig.fleet.change(
                new GuestDiff<>(List.of(), List.of(new GuestDiff.Rename<>(rig.named("a"), renamed)), List.of(other))));
        rig.witness.await(
                "both are watched",
                () -> rig.fleet.guests().stream()
                                .filter(guest -> guest.state() == GuestStatus.State.WATCHING)
                                .count()
                        == 2);
        assertThat(rig.guest("a").kind()).contains(GuestKind.TDX);
        assertThat(rig.guest("z").kind()).contains(GuestKind.PLAIN);
    }

    private void rename(Map<String, String> names) {
        var renames = names.entrySet().stream()
                .map(name -> new GuestDiff.Rename<>(
                        rig.named(name.getKey()), new GuestName(name.getValue(), rig.socket(name.getKey()))))
                .toList();
        GuestManagerFixture.now(rig.fleet.change(new GuestDiff<>(List.of(), renames, List.of())));
    }

    private static void finish(CompletableFuture<PeerCommand> systemReset) {
        var command = GuestManagerFixture.now(systemReset);
        command.event("RESET", Map.of("guest", false, "reason", "host-qmp-system-reset"));
        command.reply();
    }

    private Reset.Conclusion conclusion(String guest) {
        return rig.witness.closed(guest).getLast().conclusion().orElseThrow();
    }

    /** Fifty guests: some attached, some in a reset, some never there. The paths are held by supervisors only. */
    private void comeAndGo(List<WeakReference<Path>> held) {
        var peers = new ArrayList<ScriptedPeer>();
        for (int i = 0; i < 50; i++) {
            var name = "vm" + i;
            if (i % 10 == 0) {
                peers.add(ScriptedPeer.listen(rig.socket(name)).neverReplies("system_reset"));
            }
            var path = Path.of(rig.socket(name).toString());
            held.add(new WeakReference<>(path));
            rig.fleet.watch(new GuestName(name, path));
        }
        peers.getFirst().awaitConnections(1);
        rig.awaitState("vm0", GuestStatus.State.WATCHING);
        rig.reset("vm0");
        peers.getFirst().emit("STOP", Map.of());
        for (int i = 0; i < 50; i++) {
            GuestManagerFixture.now(rig.fleet.forget(rig.named("vm" + i)));
        }
        peers.forEach(ScriptedPeer::close);
    }

    private void gone(String name) {
        rig.fleet.socketGone(rig.named(name));
        rig.settle();
    }
}
