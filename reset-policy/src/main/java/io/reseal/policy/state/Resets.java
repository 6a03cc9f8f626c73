package io.reseal.policy.state;

import io.reseal.policy.reset.Reset;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The resets of a guest, as far as they matter for what comes next.
 *
 * @param pending a request that waits to be judged
 * @param open the reset under way
 * @param last the newest observed reset
 * @param unanswered a reset of ours whose system_reset was never answered, and whose RESET was not seen: it may yet come
 * @param loop the reset loop that the guest is in
 */
public record Resets(
        Optional<Pending> pending,
        Optional<OpenReset> open,
        Optional<LastReset> last,
        Optional<String> unanswered,
        Optional<ResetLoop> loop) {
    /** No reset was seen, and none is wanted. */
    public static final Resets NONE =
            new Resets(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    /**
     * A request that is not judged yet.
     *
     * @param until when it is turned down
     * @param reading its situation is being read
     * @param waited another reset was open, and has come to its end since
     */
    public record Pending(Reset.Request request, Instant until, boolean reading, boolean waited) {
        public Pending read(boolean afterWaiting) {
            return new Pending(request, until, true, afterWaiting);
        }

        public Pending waiting() {
            return new Pending(request, until, false, waited);
        }
    }

    /**
     * The newest RESET that began a logical reset.
     *
     * @param id of that reset
     * @param emittedAt QEMU's own time of it, by the wall clock
     * @param echo what is known of the firmware's own second RESET
     */
    public record LastReset(String id, Instant emittedAt, Echo echo) {
        public LastReset with(Echo changed) {
            return new LastReset(id, emittedAt, changed);
        }
    }

    public Resets pending(Pending changed) {
        return new Resets(Optional.of(changed), open, last, unanswered, loop);
    }

    public Resets nonePending() {
        return new Resets(Optional.empty(), open, last, unanswered, loop);
    }

    public Resets open(Optional<OpenReset> changed) {
        return new Resets(pending, changed, last, unanswered, loop);
    }

    public Resets last(Optional<LastReset> changed) {
        return new Resets(pending, open, changed, unanswered, loop);
    }

    /** What is known of the echo of the last one. */
    public Resets last(Echo changed) {
        return last(last.map(was -> was.with(changed)));
    }

    public Resets unanswered(Optional<String> changed) {
        return new Resets(pending, open, last, changed, loop);
    }

    public Resets loop(Optional<ResetLoop> changed) {
        return new Resets(pending, open, last, unanswered, changed);
    }

    /** With times by another clock. */
    public Resets shifted(Duration by) {
        return new Resets(
                pending.map(one -> new Pending(one.request(), one.until().plus(by), one.reading(), one.waited())),
                open.map(one -> one.shifted(by)),
                last.map(one -> one.with(one.echo().shifted(by))),
                unanswered,
                loop.map(one -> one.shifted(by)));
    }

    /** Whether a reset that Reseal sends is open. */
    public boolean oursOpen() {
        return open.map(reset -> reset.reset().request().origin().ours()).orElse(false);
    }
}
