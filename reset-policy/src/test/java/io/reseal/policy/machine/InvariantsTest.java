package io.reseal.policy.machine;

import static io.reseal.policy.machine.GuestScenario.BEGIN;
import static io.reseal.policy.machine.SampleGuests.snp;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseal.policy.reset.Reset;
import io.reseal.policy.reset.Verdict;
import io.reseal.policy.signal.Signal;
import io.reseal.policy.state.GuestState;
import io.reseal.policy.state.OpenReset;
import io.reseal.policy.state.Phase;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** A state that the core itself cannot reach is found at the next signal, and said in words. */
class InvariantsTest {
    private static GuestState open(GuestState guest, UnaryOperator<OpenReset> change) {
        return new GuestState(
                guest.identity(),
                guest.connection(),
                guest.execution(),
                guest.incarnation(),
                guest.resets().open(guest.resets().open().map(change)));
    }

    private static void assertBroken(GuestState guest, String invariant) {
        assertThatThrownBy(() -> GuestMachine.step(guest, new Signal.ClockSet(BEGIN, java.time.Duration.ZERO)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("broken: \"" + invariant + "\"")
                .hasMessageContaining("guest web-1, link");
    }

    @Test
    void an_open_reset_has_no_verdict() {
        var guest = GuestScenario.of(snp()).sent(12_000).state();
        var verdict = new Reset.Conclusion(Verdict.PROVEN, Optional.empty(), "proven");
        assertBroken(
                open(guest, reset -> reset.with(reset.log().close(verdict, BEGIN))), "an open reset has no verdict");
        assertBroken(
                open(guest, reset -> reset.with(new Phase.Concluded(Verdict.PROVEN))),
                "an open reset is not concluded");
    }

    @Test
    void a_connection_that_is_there_was_not_lost() {
        var guest = GuestScenario.of(snp()).state();
        var lost = guest.connection().lost(BEGIN).lostAt();
        var both = new io.reseal.policy.state.Connection(
                guest.connection().link(),
                lost,
                Optional.empty(),
                guest.connection().offset(),
                Optional.empty());
        assertBroken(
                new GuestState(guest.identity(), both, guest.execution(), guest.incarnation(), guest.resets()),
                "a connection was lost at some time or is there");
    }

    @Test
    void only_resets_of_ours_are_sent() {
        var guest = GuestScenario.of(snp()).guestReset().state();
        assertBroken(
                open(guest, reset -> reset.with(reset.command().with(OpenReset.Reply.AWAITED))),
                "only resets of ours are sent");
    }

    @Test
    void without_a_connection_nothing_is_observed() {
        var guest = GuestScenario.of(snp()).guestReset().detached().state();
        assertBroken(
                open(guest, reset -> reset.with(new Phase.Settling(reset.seen().orElseThrow()))),
                "without a connection nothing is observed");
    }

    @Test
    void a_request_waits_for_an_open_reset_or_is_judged() {
        var guest = GuestScenario.of(snp()).guestReset().requested().state();
        assertBroken(
                new GuestState(
                        guest.identity(),
                        guest.connection(),
                        guest.execution(),
                        guest.incarnation(),
                        guest.resets().open(Optional.empty())),
                "a request waits for an open reset, or is judged");
    }
}
