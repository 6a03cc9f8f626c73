package io.reseal.policy.machine;

import io.reseal.policy.state.Connection.Link;
import io.reseal.policy.state.GuestState;
import io.reseal.policy.state.OpenReset;
import io.reseal.policy.state.OpenReset.Reply;
import io.reseal.policy.state.Phase;

/**
 * What holds after each step, whatever came. Checked in production, too: a state that breaks one of these is a fault of the core,
 * and what it would decide next is not to be trusted.
 */
final class Invariants {
    private final GuestState before;
    private final GuestState after;

    private Invariants(GuestState before, GuestState after) {
        this.before = before;
        this.after = after;
    }

    /**
     * Checks a step.
     *
     * @throws IllegalStateException with the invariant that is broken, and the state, in words
     */
    static void check(GuestState before, GuestState after) {
        var invariants = new Invariants(before, after);
        invariants.connection();
        invariants.history();
        invariants.pending();
        after.resets().open().ifPresent(open -> {
            invariants.open(open);
            invariants.phase(open);
        });
    }

    private void connection() {
        var connection = after.connection();
        boolean known = after.identity().facts().isPresent();
        boolean lost = connection.lostAt().isPresent();
        holds(connection.is(Link.NEW) != known, "what a guest is, is known from its first attach on");
        holds(
                lost == (connection.is(Link.DOWN) || connection.is(Link.ENDED)),
                "a connection was lost at some time or is there");
        holds(!connection.up() || known, "a guest that can be heard is known");
    }

    private void history() {
        int number = after.incarnation().number();
        holds(number >= before.incarnation().number() || number == 1, "incarnations are counted up");
        holds(after.identity().ids().next() >= before.identity().ids().next(), "no id is given twice");
    }

    private void pending() {
        after.resets().pending().ifPresent(pending -> {
            holds(after.connection().up(), "a request is judged over a connection");
            holds(
                    !after.resets().oursOpen(),
                    "one request is judged at a time, and none while a reset of ours is open");
            holds(
                    pending.reading() || after.resets().open().isPresent(),
                    "a request waits for an open reset, or is judged");
        });
    }

    private void open(OpenReset open) {
        boolean ours = open.reset().request().origin().ours();
        holds(open.reset().open(), "an open reset has no verdict");
        holds(!(open.phase() instanceof Phase.Concluded), "an open reset is not concluded");
        holds(after.connection().link() != Link.NEW, "a guest that was never attached has no reset open");
        holds(ours || open.is(Reply.NONE), "only resets of ours are sent");
        boolean awaited = open.is(Reply.AWAITED) || open.is(Reply.OVERDUE);
        holds(!awaited || after.connection().up(), "a reply is awaited over a connection");
        holds(
                open.observed() == open.reset().times().observedAt().isPresent(),
                "a reset with a RESET is in a phase after it");
        holds(open.schedule().wakeAt().isPresent(), "an open reset is looked at again");
    }

    private void phase(OpenReset open) {
        boolean up = after.connection().up();
        switch (open.phase()) {
            case Phase.SettingRebootAction _ ->
                holds(up && open.is(Reply.NONE) && ours(open), "set-action is on its way before system_reset");
            case Phase.AwaitingReset _ ->
                holds(ours(open) && !open.is(Reply.NONE), "a RESET is awaited of a system_reset that was sent");
            case Phase.CheckingBeforeCont _, Phase.Continuing _ ->
                holds(
                        up && ours(open) && !open.command().contDue(),
                        "a cont is sent once, over a connection, after a reset of ours");
            case Phase.Settling _, Phase.Suspect _ -> holds(up, "without a connection nothing is observed");
            case Phase.Unobserved _ -> holds(!open.command().contDue(), "no cont follows what was not observed");
            case Phase.Concluded _ -> {}
        }
    }

    private static boolean ours(OpenReset open) {
        return open.reset().request().origin().ours();
    }

    private void holds(boolean holds, String invariant) {
        if (!holds) {
            throw new IllegalStateException("broken: \"%s\"; %s".formatted(invariant, words()));
        }
    }

    private String words() {
        var open = after.resets()
                .open()
                .map(reset -> "reset %s in phase %s, reply %s"
                        .formatted(
                                reset.reset().id(),
                                reset.phase().text(),
                                reset.command().reply()))
                .orElse("no reset open");
        return "guest %s, link %s, run state %s, incarnation %d after %d, %s, request %s"
                .formatted(
                        after.identity().name(),
                        after.connection().link(),
                        after.execution().runState(),
                        after.incarnation().number(),
                        before.incarnation().number(),
                        open,
                        after.resets().pending().isPresent() ? "pending" : "none");
    }
}
