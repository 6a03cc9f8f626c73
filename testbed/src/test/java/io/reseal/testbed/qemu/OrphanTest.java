package io.reseal.testbed.qemu;

import static io.reseal.testbed.junit.Requirement.QEMU;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.testbed.Deadline;
import io.reseal.testbed.junit.Requires;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A guest must not outlive the JVM that started it, even when that is killed and can clean up nothing. */
@Requires(QEMU)
class OrphanTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Test
    void a_guest_ends_with_a_JVM_that_is_killed() throws Exception {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var jvm = new ProcessBuilder(
                        java, "-cp", System.getProperty("java.class.path"), "-Xmx128m", GuestStarter.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (var output = jvm.inputReader(UTF_8)) {
            long guest = Long.parseLong(output.readLine());
            assertThat(isRunning(guest)).isTrue();
            jvm.destroyForcibly().waitFor();
            awaitEnd(guest);
        } finally {
            jvm.destroyForcibly();
        }
    }

    /** Starts a guest on a thread that ends at once: the leash must hang on the JVM, not on that thread. */
    static final class GuestStarter {
        public static void main(String[] arguments) throws Exception {
            var thread =
                    new Thread(() -> System.out.println(Qemu.guest().start().pid()));
            thread.start();
            thread.join();
            System.out.flush();
            Thread.sleep(Duration.ofMinutes(5));
        }

        private GuestStarter() {}
    }

    private static void awaitEnd(long pid) {
        for (var deadline = Deadline.after(PATIENCE); isRunning(pid); Thread.onSpinWait()) {
            assertThat(deadline.passed())
                    .as("guest %d still runs %s after its JVM", pid, PATIENCE)
                    .isFalse();
        }
    }

    /** A zombie that nobody has collected yet runs no more. */
    private static boolean isRunning(long pid) {
        try {
            var stat = Files.readString(Path.of("/proc", String.valueOf(pid), "stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
        } catch (IOException gone) {
            return false;
        }
    }
}
