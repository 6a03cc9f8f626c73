package io.reseal.policy.machine;

import io.reseal.policy.signal.Signal;
import io.reseal.policy.state.Connection.Link;
import io.reseal.policy.state.GuestState;
import io.reseal.policy.state.OpenReset;
import io.reseal.policy.state.OpenReset.Reply;
import io.reseal.policy.state.Phase;

/**
 * Which signals may come in which state. A signal is <em>due</em>, or <em>late</em>: what it answers has come to its end since, which
 * happens to every daemon, and it changes nothing; or <em>unexpected</em>: a daemon that carries out what the core wants, in order,
 * never gives it. The same is the table of {@code docs/state-machine.md}.
 */
final class SignalCheck {
    /** What a signal is in a state. */
    sealed interface Finding {
        /** It is taken in. */
        record Due() implements Finding {}

        /** It changes nothing. */
        record Late() implements Finding {}

        /** It changes nothing, and is told. */
        record Unexpected(String why) implements Finding {}
    }

    private static final Finding DUE = new Finding.Due();
    private static final Finding LATE = new Finding.Late();

    static Finding of(GuestState guest, Signal signal) {
        return switch (signal) {
            case Signal.ClockSet _,
                    Signal.PolicyChanged _,
                    Signal.Renamed _,
                    Signal.Forgotten _,
                    Signal.Attached _,
                    Signal.Requested _,
                    Signal.Tick _ -> DUE;
            case Signal.Restored _ -> restored(guest);
            case Signal.FactsRead _ -> connected(guest, LATE);
            case Signal.Detached _ -> connected(guest, LATE);
            case Signal.ProcessSeen _ -> processSeen(guest);
            case Signal.SituationRead _, Signal.ReadFailed _ -> connected(guest, DUE);
            case Signal.CountersRead _, Signal.RunStateRead _ -> reading(guest);
            case Signal.Acknowledged told -> reply(guest, told.reset());
            case Signal.Rejected told -> reply(guest, told.reset());
            case Signal.ReplyLost told -> reply(guest, told.reset());
            // whatever became of its reset, a reboot is a reset from now on
            case Signal.RebootActionSet told ->
                late(inPhase(guest, told.reset(), Phase.SettingRebootAction.class), DUE);
            case Signal.RebootActionRejected told -> inPhase(guest, told.reset(), Phase.SettingRebootAction.class);
            case Signal.BeforeContRead read -> beforeCont(guest, read.reset());
            case Signal.Continued told -> inPhase(guest, told.reset(), Phase.Continuing.class);
            case Signal.ContRejected told -> inPhase(guest, told.reset(), Phase.Continuing.class);
            case Signal.ContLost told -> inPhase(guest, told.reset(), Phase.Continuing.class);
            case Signal.ResetSeen _,
                    Signal.ResetsRepeated _,
                    Signal.ShutdownSeen _,
                    Signal.StopSeen _,
                    Signal.ResumeSeen _,
                    Signal.SuspendSeen _,
                    Signal.WakeupSeen _,
                    Signal.StateInDoubt _,
                    Signal.MemoryFailureSeen _,
                    Signal.PanicSeen _ -> event(guest);
        };
    }

    private static Finding restored(GuestState guest) {
        return guest.connection().is(Link.NEW)
                ? DUE
                : new Finding.Unexpected("the guest was attached, or restored, before");
    }

    private static Finding late(Finding found, Finding otherwise) {
        return found instanceof Finding.Late ? otherwise : found;
    }

    /** Of what began while there was a connection, and may end after it. */
    private static Finding connected(GuestState guest, Finding afterwards) {
        return switch (guest.connection().link()) {
            case UP -> DUE;
            case DOWN, ENDED -> afterwards;
            case NEW -> new Finding.Unexpected("the guest was never attached");
        };
    }

    /** Looking at a process may take longer than a new connection. */
    private static Finding processSeen(GuestState guest) {
        return switch (guest.connection().link()) {
            case DOWN -> DUE;
            case UP, ENDED -> LATE;
            case NEW -> new Finding.Unexpected("the guest was never attached");
        };
    }

    /** What was answered by then was told before the connection was. */
    private static Finding reading(GuestState guest) {
        return guest.connection().up()
                ? DUE
                : new Finding.Unexpected("there is no connection over which it could have been read");
    }

    /** What QEMU emits before {@code Attached} is held back, and what that tells was read after it. */
    private static Finding event(GuestState guest) {
        return guest.connection().up()
                ? DUE
                : new Finding.Unexpected("there is no connection over which it could have come");
    }

    private static Finding reply(GuestState guest, String reset) {
        var open = guest.resets().open().filter(one -> one.reset().id().equals(reset));
        return open.map(one -> reply(one.command().reply())).orElseGet(() -> closed(guest, reset));
    }

    private static Finding reply(Reply reply) {
        return switch (reply) {
            case AWAITED -> DUE;
            case OVERDUE, CUT, LOST -> LATE;
            case CAME -> new Finding.Unexpected("its system_reset was answered before");
            case NONE -> new Finding.Unexpected("its system_reset was not sent");
        };
    }

    private static Finding inPhase(GuestState guest, String reset, Class<? extends Phase> phase) {
        var open = guest.resets().open().filter(one -> one.reset().id().equals(reset));
        return open.map(one -> inPhase(one, phase)).orElseGet(() -> closed(guest, reset));
    }

    /** Another reading that failed may have been taken for this one, and the cont given up. */
    private static Finding beforeCont(GuestState guest, String reset) {
        var open = guest.resets().open().filter(one -> one.reset().id().equals(reset));
        boolean givenUp =
                open.filter(one -> one.observed() && !one.continuing()).isPresent();
        return givenUp ? LATE : inPhase(guest, reset, Phase.CheckingBeforeCont.class);
    }

    /** With a connection that is lost the commands that went over it are dealt with. */
    private static Finding inPhase(OpenReset open, Class<? extends Phase> phase) {
        if (phase.isInstance(open.phase())) {
            return DUE;
        }
        return open.unobserved() ? LATE : new Finding.Unexpected("it does not wait for that");
    }

    private static Finding closed(GuestState guest, String reset) {
        return guest.identity().ids().gave(reset) ? LATE : new Finding.Unexpected("there was no reset " + reset);
    }

    private SignalCheck() {}
}
