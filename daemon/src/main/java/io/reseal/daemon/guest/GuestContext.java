package io.reseal.daemon.guest;

import io.reseal.daemon.launch.HostFacts;
import io.reseal.daemon.monitor.SilenceWatch;
import io.reseal.daemon.status.GuestListener;
import io.reseal.daemon.status.StatusStore;
import io.reseal.daemon.work.BlockingWork;
import io.reseal.policy.ResetPolicy;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/**
 * What all guests share.
 *
 * @param monitors connects to monitors
 * @param clock the wall clock
 * @param host what can be looked at outside of QEMU
 * @param blocking where what may block is done; never an event loop
 * @param listener told what happens
 * @param store where views and resets are published
 * @param random spreads pauses
 * @param sample how often the vCPU counters are read
 * @param policies the policy in force
 * @param idPrefixes by guest name; each one is given once, so that no two resets have the same id
 */
public record GuestContext(
        Monitors monitors,
        Clock clock,
        HostFacts host,
        BlockingWork blocking,
        GuestListener listener,
        StatusStore store,
        RandomGenerator random,
        Duration sample,
        Supplier<ResetPolicy> policies,
        UnaryOperator<String> idPrefixes) {

    SilenceWatch.Means silence() {
        return new SilenceWatch.Means(host.processes(), blocking, random);
    }

    ResetPolicy policy() {
        return policies.get();
    }

    /** Another one at each call: a guest that was forgotten may come again. */
    String idPrefix(String guest) {
        return idPrefixes.apply(guest);
    }
}
