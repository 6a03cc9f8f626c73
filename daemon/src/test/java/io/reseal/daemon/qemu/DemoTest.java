package io.reseal.daemon.qemu;

import static io.reseal.testbed.junit.Requirement.CVM;
import static io.reseal.testbed.junit.Requirement.QEMU;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reseal.demo.Demo;
import io.reseal.testbed.junit.Requires;
import io.reseal.testbed.junit.Testbed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

@Requires(QEMU)
class DemoTest {
    private static final int SIGTERM_OF_SHELLS = 143;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @Test
    @Requires(CVM)
    void the_demo_shows_resets_of_every_kind_and_leaves_nothing_running(Testbed testbed)
            throws IOException, InterruptedException {
        var demo = RunningDemo.start(testbed, "kvm");

        assertThat(demo.exitCode()).as(demo.said()).isZero();
        assertThat(demo.said())
                .contains("An operator resets web-1", "PROVEN up to rebuilt", "ci-1 reboots", "FAILED")
                .contains("SEV-SNP and TDX, on a SIMULATED platform", "PROVEN up to same-launch")
                .contains("paused-sev: The guest is in state paused", "If it was paused on purpose, continue it")
                .contains("the guest did not run before the reset and was continued after it")
                .contains("FAILED: the rebuild failed at INIT2 or LAUNCH_START; only a new QEMU process helps")
                .contains("firmware-changed", "Put the former file back")
                .contains("All 8 verdicts are right.");
        assertThat(demo.left()).isEmpty();
    }

    @Test
    void the_demo_says_without_kvm_what_is_out_of_reach(Testbed testbed) throws IOException, InterruptedException {
        var demo = RunningDemo.start(testbed, "tcg");

        assertThat(demo.exitCode()).as(demo.said()).isZero();
        assertThat(demo.said())
                .contains("Out of reach are the proof that a guest was rebuilt")
                .contains("PROVEN up to running", "SEV-SNP and TDX guests: not shown; they need KVM.")
                .contains("All 2 verdicts are right.");
        assertThat(demo.left()).isEmpty();
    }

    @Test
    void the_demo_leaves_nothing_running_when_it_is_interrupted(Testbed testbed)
            throws IOException, InterruptedException {
        var demo = RunningDemo.start(testbed, "tcg");
        await("its guests").atMost(PATIENCE).until(() -> demo.said().contains("1. An operator resets"));

        demo.process().destroy();

        assertThat(demo.exitCode()).as(demo.said()).isEqualTo(SIGTERM_OF_SHELLS);
        await("the end of all").atMost(PATIENCE).until(() -> demo.left().isEmpty());
    }

    @Test
    void the_demo_names_the_cure_when_the_accelerator_is_unknown(Testbed testbed)
            throws IOException, InterruptedException {
        var demo = RunningDemo.start(testbed, "xen");

        assertThat(demo.exitCode()).isEqualTo(1);
        assertThat(demo.said().strip()).endsWith("RESEAL_TESTBED_ACCEL must be kvm or tcg, but is `xen`: unset it");
    }

    /**
     * One that runs, told from others by a mark in the environment that everything it starts inherits.
     *
     * @param output what it and its daemon write
     */
    private record RunningDemo(Process process, Path output, String mark) implements AutoCloseable {
        private static final String MARK = "RESEAL_DEMO_MARK";

        static RunningDemo start(Testbed testbed, String accelerator) throws IOException {
            var command = new ArrayList<>(Launcher.JAVA);
            command.addAll(List.of(
                    Demo.class.getName(),
                    Launcher.in(testbed.folder(), List.of()).toString()));
            var output = testbed.folder().resolve("demo.out");
            var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
            var mark = UUID.randomUUID().toString();
            builder.environment().put(MARK, mark);
            builder.environment().put("RESEAL_TESTBED_ACCEL", accelerator);
            return testbed.own(new RunningDemo(builder.start(), output, mark));
        }

        int exitCode() throws InterruptedException {
            assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            return process.exitValue();
        }

        /** Without the breaks of lines and the gaps in columns. */
        String said() throws IOException {
            return Files.readString(output).replaceAll("\\s+", " ");
        }

        /** Processes that the demo started and that still run. */
        List<ProcessHandle> left() {
            return ProcessHandle.allProcesses()
                    .filter(other -> isMarked(Path.of("/proc", String.valueOf(other.pid()), "environ")))
                    .toList();
        }

        private boolean isMarked(Path environment) {
            try {
                return new String(Files.readAllBytes(environment), StandardCharsets.ISO_8859_1).contains(mark);
            } catch (IOException goneOrNotOurs) {
                return false;
            }
        }

        @Override
        public void close() {
            process.destroyForcibly().onExit().join();
        }
    }
}
