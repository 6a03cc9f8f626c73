package io.reseal.daemon.guest;

import io.netty.channel.EventLoop;
import io.reseal.daemon.monitor.Timer;
import io.reseal.policy.signal.Signal;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Reads a guest's counters from time to time, so that a reboot by the guest has a baseline. Confined to the event loop.
 *
 * <p>The pauses of many guests end in the same seconds: one wake-up for some of them takes a third of the processor time
 * of one for each.
 */
final class CounterSampler {
    /** The first sample is one, so that a flag that was changed since the attach is noticed soon. */
    private static final int WHOLE_SITUATION_EVERY = 6;

    private static final Duration SLOT = Duration.ofSeconds(1);

    /** A guest can make events as fast as it likes: one reading serves all of this time. */
    private static final Duration SOON = Duration.ofMillis(500);

    private final GuestContext context;
    private final EventLoop loop;
    private final GuestConnection.Owner owner;
    private final Supplier<Optional<SituationReader>> quiet;
    private final Timer pause;
    private int samples;
    private boolean on;
    private boolean reading;
    private boolean hurried;

    /** @param quiet reads the guest, if it may be asked now */
    CounterSampler(
            GuestContext context,
            EventLoop loop,
            GuestConnection.Owner owner,
            Supplier<Optional<SituationReader>> quiet) {
        this.context = context;
        this.loop = loop;
        this.owner = owner;
        this.quiet = quiet;
        this.pause = new Timer(loop, this::sample);
    }

    /** The first pause is of any length up to the whole: guests that were found together are not asked together. */
    void begin() {
        on = true;
        later(Duration.ofNanos(
                (long) (context.sample().toNanos() * context.random().nextDouble())));
    }

    /** Reads the whole situation soon, since an event has reported a change. */
    void hurry() {
        boolean begins = on && !hurried && !reading;
        hurried = true;
        if (begins) {
            pause.begin(SOON);
        }
    }

    void callOff() {
        on = false;
        pause.callOff();
    }

    private void later(Duration length) {
        if (on) {
            pause.begin(toSlot(length, loop.ticker().nanoTime()));
        }
    }

    private void sample() {
        quiet.get().ifPresentOrElse(this::read, () -> later(context.sample()));
    }

    private void read(SituationReader reader) {
        // events report changes of the run state at once; the rest is read at intervals
        boolean wholly = hurried || samples % WHOLE_SITUATION_EVERY == 0;
        samples++;
        hurried = false;
        reading = true;
        var read = wholly
                ? reader.read().<Signal>thenApply(found -> new Signal.SituationRead(owner.now(), found))
                : reader.monitor().counters().<Signal>thenApply(found -> new Signal.CountersRead(owner.now(), found));
        read.whenComplete((signal, failure) -> {
            reading = false;
            if (failure == null) {
                owner.signal(signal);
            }
            later(hurried ? SOON : context.sample());
        });
    }

    /**
     * Never longer than {@code length}: the sample is the monitor's sign of life too.
     *
     * @param now of a clock that all guests share, in nanoseconds
     */
    static Duration toSlot(Duration length, long now) {
        return length.compareTo(SLOT.multipliedBy(2)) < 0
                ? length
                : length.minusNanos(Math.floorMod(now + length.toNanos(), SLOT.toNanos()));
    }
}
