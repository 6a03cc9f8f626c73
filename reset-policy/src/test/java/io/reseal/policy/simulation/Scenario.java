package io.reseal.policy.simulation;

import io.reseal.policy.GuestKind;
import io.reseal.policy.Level;
import io.reseal.policy.Proof;
import io.reseal.policy.ResetPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * What one simulated guest is and what happens to it: each run has a few kinds of trouble only, so that each of them is also met
 * without the others.
 *
 * @param calm nothing happens to it but requests
 * @param sharedThreads each QEMU has the thread ids of the one before, as in a pid namespace of its own
 * @param manager restarts a guest by another process in place of a reboot, as libvirt does it
 */
record Scenario(
        GuestKind kind,
        boolean calm,
        List<Meddling> meddlings,
        Sight.Mode sight,
        boolean sharedThreads,
        boolean echoes,
        boolean kvm,
        boolean forced,
        boolean stopped,
        boolean manager,
        boolean rebootIsShutdown,
        boolean noShutdown,
        boolean tellsSevState,
        boolean countsExits,
        Duration launchTime,
        int failures,
        Optional<Long> bundlePolicy,
        MonitorModel.Quality quality,
        ResetPolicy policy) {

    /** What people, programs and the host do to a guest. */
    enum Meddling {
        REQUEST,
        GUEST_REBOOTS,
        REBOOT_LOOP,
        OTHERS_RESET,
        OTHERS_RESET_OFTEN,
        FAKE_REBOOT,
        STOP,
        CONT,
        SLEEP,
        PANIC,
        ERROR,
        POWER_OFF,
        MIGRATE,
        SNAPSHOT,
        FIRMWARE,
        VCPU,
        KILL,
        QUIT,
        SET_ACTION,
        CLOCK,
        FREEZE_QEMU,
        FREEZE_DAEMON,
        CUT,
        UNLISTEN,
        RELOAD
    }

    private static final List<Level> LEVELS = List.of(
            Level.ACKNOWLEDGED,
            Level.OBSERVED,
            Level.RUNNING,
            Level.REBUILT,
            Level.SAME_LAUNCH,
            Level.SAME_LAUNCH,
            Level.ALIVE);

    static Scenario draw(RandomGenerator random) {
        var kind = oneOf(random, List.of(GuestKind.values()));
        boolean plain = kind == GuestKind.PLAIN;
        boolean sev = !plain && kind != GuestKind.TDX;
        boolean calm = random.nextInt(8) == 0;
        boolean kvm = !plain || random.nextInt(8) > 0;
        return new Scenario(
                kind,
                calm,
                meddlings(random, calm),
                calm || random.nextInt(3) == 0 ? Sight.Mode.PROC : oneOf(random, List.of(Sight.Mode.values())),
                random.nextBoolean(),
                plain && random.nextBoolean(),
                kvm,
                plain && random.nextBoolean(),
                !calm && random.nextInt(8) == 0,
                kind == GuestKind.TDX && random.nextInt(3) == 0,
                !calm && random.nextInt(8) == 0,
                !calm && random.nextInt(6) == 0,
                sev && random.nextBoolean(),
                calm || random.nextInt(10) > 0,
                launchTime(random),
                oneOf(random, List.of(0, 8, 25)),
                kind == GuestKind.SEV_SNP && random.nextInt(4) == 0
                        ? Optional.of(random.nextBoolean() ? 0x30000L : 0xb0000L)
                        : Optional.empty(),
                quality(random, calm),
                policy(random));
    }

    private static List<Meddling> meddlings(RandomGenerator random, boolean calm) {
        var drawn = new ArrayList<Meddling>();
        drawn.add(Meddling.REQUEST);
        int share = calm ? 0 : random.nextInt(1, 7);
        Arrays.stream(Meddling.values()).filter(_ -> random.nextInt(12) < share).forEach(drawn::add);
        return List.copyOf(drawn);
    }

    private static Duration launchTime(RandomGenerator random) {
        return switch (random.nextInt(4)) {
            case 0 -> Duration.ofMillis(random.nextInt(100, 1_500));
            case 1 -> Duration.ofMillis(random.nextInt(1_500, 9_000));
            default -> Duration.ofMillis(random.nextInt(2, 30));
        };
    }

    private static MonitorModel.Quality quality(RandomGenerator random, boolean calm) {
        return new MonitorModel.Quality(
                !calm && random.nextBoolean(),
                !calm && random.nextInt(3) == 0,
                Duration.ofMillis(random.nextInt(3) == 0 ? random.nextInt(300, 3_000) : 10_000));
    }

    static ResetPolicy policy(RandomGenerator random) {
        return new ResetPolicy(
                new ResetPolicy.Terms(
                        proof(random), random.nextBoolean(), random.nextInt(4) > 0, random.nextInt(20) == 0, Set.of()),
                List.of());
    }

    static Proof proof(RandomGenerator random) {
        return new Proof(
                oneOf(random, LEVELS),
                Duration.ofMillis(random.nextInt(500, 12_000)),
                Duration.ofMillis(oneOf(random, List.of(0, 20, 200, 1_000))));
    }

    static <T> T oneOf(RandomGenerator random, List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
