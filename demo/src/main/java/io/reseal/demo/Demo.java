package io.reseal.demo;

import io.reseal.demo.Screen.Look;
import io.reseal.testbed.SocketFolder;
import io.reseal.testbed.TestbedException;
import io.reseal.testbed.platform.FakeCvm;
import io.reseal.testbed.process.ResealDaemon;
import io.reseal.testbed.qemu.Accelerator;
import io.reseal.testbed.qemu.QemuBinary;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.function.Supplier;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** {@code reseal demo}: real guests, a reset of each, and the verdicts; then confidential ones on a simulated platform. */
public final class Demo {
    private static final int OK = 0;
    private static final int NOT_AS_EXPECTED = 1;
    private static final int USAGE = 2;
    /** Counters are read often, as the guests are young when they are reset. */
    private static final String SETTINGS = """
            policy:
              within: 15s
            qmp:
              sample: 1s
            """;

    private final Screen screen = Screen.system();
    private final Cleanup cleanup = new Cleanup();
    private final Instant begun = Instant.now();

    /** What fails because everything is being cleared away is no news. */
    private volatile boolean interrupted;

    private Demo() {}

    /** Takes one argument: the file {@code reseal}. */
    public static void main(String[] arguments) {
        if (arguments.length != 1) {
            System.err.println("usage: reseal demo    guests on QEMU 11 and their resets; ends on its own."
                    + " RESEAL_TESTBED_ACCEL=tcg does without KVM");
            System.exit(USAGE);
        }
        System.exit(new Demo().run(Path.of(arguments[0])));
    }

    private int run(Path launcher) {
        Runtime.getRuntime().addShutdownHook(new Thread(this::end, "demo-ender"));
        try (cleanup) {
            return show(launcher);
        } catch (TestbedException | JacksonException failed) {
            if (!interrupted) {
                System.err.println("reseal demo: " + failed.getMessage());
            }
            return NOT_AS_EXPECTED;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return NOT_AS_EXPECTED;
        }
    }

    private void end() {
        interrupted = true;
        cleanup.close();
    }

    private int show(Path launcher) throws InterruptedException {
        var accelerator = accelerator();
        boolean kvm = accelerator == Accelerator.KVM;
        screen.rule("Reseal: resets of confidential guests, asked for, watched, proven");
        if (!kvm) {
            tellWithoutKvm();
        }
        screen.blank();
        var folder = cleanup.own(SocketFolder.create()).path();
        var firmware = DemoGuests.firmware(folder);
        var daemon =
                step("$ reseal run -c reseal.yaml", () -> cleanup.own(ResealDaemon.start(launcher, folder, SETTINGS)));
        var events = daemon.events();
        var guests = step("three guests on QEMU", () -> DemoGuests.start(accelerator, folder));
        guests.all().forEach(cleanup::own);
        var runner = new ScenarioRunner(screen, daemon, guests, events);
        runner.awaitWatched();
        tellOfGuests(guests, kvm);
        var scenarios = kvm ? Scenarios.withKvm() : Scenarios.withoutKvm();
        for (int i = 0; i < scenarios.size(); i++) {
            runner.run(i + 1, scenarios.get(i));
        }
        if (!kvm) {
            screen.blank();
            screen.prose("3. A rebuild that fails: not shown, as without KVM there is none.");
        }
        var surprises = new ArrayList<>(runner.surprises());
        int resets = scenarios.size();
        var obstacle = kvm ? FakeCvm.obstacle() : Optional.of("they need KVM");
        if (obstacle.isPresent()) {
            screen.blank();
            screen.prose("SEV-SNP and TDX guests: not shown; " + obstacle.get() + ".");
        } else {
            var confidential = confidential(daemon, events, folder, firmware);
            var more = Scenarios.confidential(firmware);
            for (var scenario : more) {
                confidential.run(++resets, scenario);
            }
            surprises.addAll(confidential.surprises());
        }
        new Summary(screen, daemon).tell();
        cleanup.close();
        return conclude(resets, surprises);
    }

    private ScenarioRunner confidential(ResealDaemon daemon, BlockingQueue<JsonNode> events, Path folder, Path firmware)
            throws InterruptedException {
        screen.blank();
        screen.rule("SEV-SNP and TDX, on a SIMULATED platform");
        screen.prose(
                "QEMU is the same, unmodified, and its code for confidential guests runs for real. Below it a library"
                        + " answers in place of the SEV and TDX firmware, so nothing is encrypted: this machine needs no such"
                        + " processor.");
        screen.blank();
        var guests = step("four more guests", () -> DemoGuests.startConfidential(firmware, folder));
        guests.all().forEach(cleanup::own);
        var runner = new ScenarioRunner(screen, daemon, guests, events);
        runner.awaitWatched();
        return runner;
    }

    /** KVM where it can be used, unless the environment says otherwise. */
    private static Accelerator accelerator() {
        var wanted = System.getenv().getOrDefault("RESEAL_TESTBED_ACCEL", "").toLowerCase(Locale.ROOT);
        return switch (wanted) {
            case "", "kvm" -> QemuBinary.kvmUsable() ? Accelerator.KVM : Accelerator.TCG;
            case "tcg" -> Accelerator.TCG;
            default ->
                throw new TestbedException(
                        "RESEAL_TESTBED_ACCEL must be kvm or tcg, but is `" + wanted + "`: unset it");
        };
    }

    private void tellWithoutKvm() {
        screen.blank();
        var why = QemuBinary.kvmUsable()
                ? "RESEAL_TESTBED_ACCEL=tcg: the guests do without KVM."
                : Files.exists(Path.of("/dev/kvm"))
                        ? "/dev/kvm may not be opened (cure: sudo usermod -aG kvm $USER, and log in again)."
                        : "There is no /dev/kvm (cure: sudo modprobe kvm_amd, or kvm_intel).";
        screen.prose(why
                + " Out of reach are the proof that a guest was rebuilt, and the scenario in which a rebuild fails.");
    }

    private void tellOfGuests(DemoGuests guests, boolean kvm) {
        var qemu = "QEMU " + guests.named(DemoGuests.RESET).monitor().version();
        screen.blank();
        screen.prose(
                kvm
                        ? qemu
                                + " with KVM. It rebuilds web-1 and db-1 at each reset, as it does SEV-SNP and TDX guests:"
                                + " there is a switch for that, so any machine with KVM will do. ci-1 is an ordinary guest."
                        : qemu + " without KVM. web-1, ci-1 and db-1 are ordinary guests.");
    }

    /** Says what begins, and when it is there how long it took. */
    private <T> T step(String what, Supplier<T> work) {
        var since = Instant.now();
        screen.begin(what);
        var result = work.get();
        screen.line(screen.in(Look.DIM, "ready after " + seconds(since)));
        return result;
    }

    private int conclude(int resets, List<String> surprises) {
        screen.blank();
        if (surprises.isEmpty()) {
            screen.line("  " + screen.in(Look.GOOD, "All " + resets + " verdicts are right.") + " It took "
                    + seconds(begun) + ", and nothing is left running.");
            screen.line("  Next: " + screen.in(Look.TYPED, "./reseal run -c config/examples/minimal.yaml"));
            return OK;
        }
        surprises.forEach(surprise -> System.err.println("reseal demo: " + surprise));
        return NOT_AS_EXPECTED;
    }

    private static String seconds(Instant since) {
        return String.format(Locale.ROOT, "%.1f s", Narrator.seconds(Duration.between(since, Instant.now())));
    }
}
