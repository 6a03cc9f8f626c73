package io.reseal.policy.state;

import io.reseal.policy.Spelled;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Whether a guest can be heard, and what its times mean.
 *
 * @param link whether there is a connection
 * @param lostAt since when it cannot be heard; empty while it can, and before the first attach
 * @param aliveAt when the process was last seen alive since the connection was lost
 * @param offset what the wall clock differs from the clock of the signals
 * @param clockSetAt when it was learnt last that somebody had set the wall clock
 */
public record Connection(
        Link link, Optional<Instant> lostAt, Optional<Instant> aliveAt, Duration offset, Optional<Instant> clockSetAt) {

    /** An event that was emitted before the wall clock was set may be heard so much later. */
    private static final Duration STEP = Duration.ofSeconds(10);

    /** Before the first attach. */
    public static final Connection NEW =
            new Connection(Link.NEW, Optional.empty(), Optional.empty(), Duration.ZERO, Optional.empty());

    /** Whether the guest can be heard. */
    public enum Link implements Spelled {
        /** Never attached yet. */
        NEW("new"),
        /** Connected and read. */
        UP("up"),
        /** Connection lost; says nothing about the guest. */
        DOWN("down"),
        /** Its QEMU process has ended. */
        ENDED("ended");

        private final String text;

        Link(String text) {
            this.text = text;
        }

        @Override
        public String text() {
            return text;
        }
    }

    public boolean is(Link wanted) {
        return link == wanted;
    }

    public boolean up() {
        return link == Link.UP;
    }

    public Connection attached() {
        return new Connection(Link.UP, Optional.empty(), aliveAt, offset, clockSetAt);
    }

    public Connection lost(Instant now) {
        return new Connection(Link.DOWN, Optional.of(now), Optional.empty(), offset, clockSetAt);
    }

    public Connection ended() {
        return new Connection(Link.ENDED, lostAt, aliveAt, offset, clockSetAt);
    }

    public Connection alive(Instant now) {
        return new Connection(link, lostAt, Optional.of(now), offset, clockSetAt);
    }

    public Connection clockSet(Duration changed, Instant now) {
        return new Connection(link, lostAt, aliveAt, changed, Optional.of(now));
    }

    /** As it was known by another run of Reseal; its clock is this run's. */
    public Connection restored(Connection known) {
        return new Connection(known.link, known.lostAt, known.aliveAt, offset, clockSetAt);
    }

    /** With times by another clock. */
    public Connection shifted(Duration by) {
        return new Connection(
                link,
                lostAt.map(at -> at.plus(by)),
                aliveAt.map(at -> at.plus(by)),
                offset,
                clockSetAt.map(at -> at.plus(by)));
    }

    /** Whether QEMU's time of what came at {@code at} may be by a wall clock that somebody has set since. */
    public boolean clockSetAround(Instant at) {
        return clockSetAt.filter(set -> set.isAfter(at.minus(STEP))).isPresent();
    }

    /** The wall time at {@code at}. */
    public Instant wall(Instant at) {
        return at.plus(offset);
    }
}
