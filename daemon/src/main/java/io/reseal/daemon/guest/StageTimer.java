package io.reseal.daemon.guest;

import io.reseal.daemon.status.GuestListener;
import io.reseal.daemon.status.ResetStage;
import io.reseal.policy.Level;
import io.reseal.policy.machine.GuestMachine;
import io.reseal.policy.signal.Action;
import io.reseal.policy.signal.Signal;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/** Times the way of a reset that was requested, stage by stage; all times in nanoseconds. Confined to the event loop. */
final class StageTimer {
    private final GuestListener listener;
    private final LongSupplier clock;
    private OptionalLong readSince = OptionalLong.empty();
    private OptionalLong sentAt = OptionalLong.empty();
    private OptionalLong eventAt = OptionalLong.empty();
    private boolean replied;
    private long begun;
    private long judged;

    StageTimer(GuestListener listener, LongSupplier clock) {
        this.listener = listener;
        this.clock = clock;
    }

    long now() {
        return clock.getAsLong();
    }

    /** A request is here that came then. */
    void accepted(long cameAt) {
        tell(ResetStage.ACCEPT, cameAt, now());
    }

    /** The core is given a signal. */
    void begins() {
        begun = now();
    }

    /** The core answered it. */
    void judged(Signal signal, GuestMachine.Step step) {
        judged = now();
        switch (signal) {
            case Signal.Requested _ -> {
                readSince = OptionalLong.of(judged);
                sentAt = OptionalLong.empty();
                eventAt = OptionalLong.empty();
            }
            // QEMU 11.1 replies after the event where it rebuilds the guest, and before it elsewhere
            case Signal.Acknowledged _
            when sentAt.isPresent() && !replied -> {
                tell(ResetStage.SEND, sentAt.getAsLong(), begun);
                replied = true;
            }
            case Signal.ResetSeen _
            when sentAt.isPresent() && eventAt.isEmpty() -> {
                tell(ResetStage.EVENT, sentAt.getAsLong(), begun);
                eventAt = OptionalLong.of(begun);
            }
            default -> {}
        }
        if (provesRebuilt(step)) {
            eventAt.ifPresent(at -> tell(ResetStage.PROVE, at, judged));
        }
    }

    /** {@code system_reset} is sent next. */
    void sends() {
        long now = now();
        readSince.ifPresent(since -> tell(ResetStage.READ, since, begun));
        tell(ResetStage.JUDGE, begun, judged);
        tell(ResetStage.RECORD, judged, now);
        readSince = OptionalLong.empty();
        sentAt = OptionalLong.of(now);
        replied = false;
    }

    /** Everything that the core wanted is done. */
    void ends(GuestMachine.Step step) {
        if (eventAt.isPresent() && provesRebuilt(step)) {
            tell(ResetStage.TELL, judged, now());
        }
    }

    private static boolean provesRebuilt(GuestMachine.Step step) {
        return step.actions().stream()
                .anyMatch(action -> action instanceof Action.Shown shown && shown.level() == Level.REBUILT);
    }

    private void tell(ResetStage stage, long from, long to) {
        listener.stageTaken(stage, Duration.ofNanos(Math.max(0, to - from)));
    }
}
