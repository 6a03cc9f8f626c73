package io.reseal.daemon.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.reseal.daemon.guest.FakeProc;
import io.reseal.policy.QemuIdentity.ProcessId;
import io.reseal.policy.signal.Signal.ProcessState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProcessTableTest {
    private static final long PID = 4711;
    private static final ProcessId QEMU = new ProcessId(PID, 99);

    @TempDir
    private Path root;

    private FakeProc proc;

    @BeforeEach
    void begin() {
        proc = new FakeProc(root);
    }

    @Test
    void the_process_table_knows_a_process_by_its_pid_and_its_start_time() {
        proc.process(PID, 99);
        assertThat(proc.table().identify(PID)).contains(QEMU);
        assertThat(proc.table().look(QEMU)).isEqualTo(ProcessState.RUNNING);
    }

    @ParameterizedTest
    @ValueSource(strings = {"qemu web 1", "a) b", ") R 1 1 1 0 -1 4 (", "((", "", "new\nline"})
    void the_process_table_is_not_fooled_by_a_name_that_the_process_chose(String name) {
        proc.named(PID, name, 99);
        assertThat(proc.table().identify(PID)).contains(QEMU);
        assertThat(proc.table().look(QEMU)).isEqualTo(ProcessState.RUNNING);
    }

    @Test
    void the_process_table_calls_a_zombie_ended() {
        proc.zombie(PID, 99);
        assertThat(proc.table().look(QEMU)).isEqualTo(ProcessState.ENDED);
    }

    @Test
    void the_process_table_calls_a_process_on_its_way_out_ended() {
        proc.exiting(PID, 99);
        assertThat(proc.table().look(QEMU)).isEqualTo(ProcessState.ENDED);
    }

    @Test
    void the_process_table_calls_a_process_ended_whose_pid_belongs_to_another_one_now() {
        proc.process(PID, 100);
        assertThat(proc.table().look(QEMU)).isEqualTo(ProcessState.ENDED);
    }

    @Test
    void the_process_table_calls_a_process_ended_that_is_not_there() {
        assertThat(proc.table().look(QEMU)).isEqualTo(ProcessState.ENDED);
        assertThat(proc.table().identify(PID)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "4711", "4711 (qemu", "4711 (qemu)", "4711 (qemu) S 1 1", "4711 (qemu) S a b c d e f g"})
    void the_process_table_says_nothing_about_a_process_whose_state_cannot_be_understood(String stat) {
        proc.write(PID, "stat", stat);
        assertThat(proc.table().look(QEMU)).isEqualTo(ProcessState.UNKNOWN);
        assertThat(proc.table().identify(PID)).isEmpty();
    }

    @Test
    void the_process_table_says_nothing_about_a_process_whose_state_cannot_be_read() throws IOException {
        Files.createDirectories(root.resolve("4711/stat"));
        assertThat(proc.table().look(QEMU)).isEqualTo(ProcessState.UNKNOWN);
        assertThat(proc.table().identify(PID)).isEmpty();
    }

    @Test
    void the_process_table_tells_the_arguments_of_a_command_line_with_their_blanks() {
        proc.commandLine(PID, "qemu", "-name", "web 1", "", "-no-reboot");
        assertThat(proc.table().commandLine(PID)).startsWith("qemu", "-name", "web 1", "", "-no-reboot");
    }

    @Test
    void the_process_table_tells_no_arguments_of_a_process_whose_command_line_cannot_be_read() {
        assertThat(proc.table().commandLine(PID)).isEmpty();
    }

    @Test
    void the_process_table_knows_a_thread_by_the_number_that_it_has_for_itself() {
        proc.process(PID, 99).thread(PID, PID, 1).thread(PID, 4712, 2);
        assertThat(proc.table().hasThread(PID, 2)).contains(true);
        assertThat(proc.table().hasThread(PID, 4712)).contains(false);
        assertThat(proc.table().hasThread(PID, 3)).contains(false);
    }

    @Test
    void the_process_table_takes_the_first_thread_of_a_process_for_none_that_runs_a_vCPU() {
        proc.process(PID, 99).thread(PID, PID).thread(PID, 4712);
        assertThat(proc.table().hasThread(PID, PID)).contains(false);
        assertThat(proc.table().hasThread(PID, 4712)).contains(true);
    }

    @Test
    void the_process_table_does_not_know_the_threads_of_a_process_where_they_cannot_be_read() {
        assertThat(proc.process(PID, 99).table().hasThread(PID, 1)).isEmpty();
    }

    @Test
    void the_process_table_tells_when_a_process_started() {
        proc.up(Duration.ofMillis(5_990));
        assertThat(proc.table().started(QEMU).orElseThrow())
                .isCloseTo(Instant.now().minusSeconds(5), within(500, ChronoUnit.MILLIS));
    }

    @Test
    void the_process_table_does_not_know_when_a_process_started_where_the_uptime_is_not_that_of_the_host() {
        proc.up(Duration.ofMillis(980));
        assertThat(proc.table().started(QEMU)).isEmpty();
        assertThat(new FakeProc(root.resolve("none")).table().started(QEMU)).isEmpty();
    }

    @Test
    void the_process_table_tells_how_many_more_descriptors_a_process_may_open() {
        proc.descriptors(PID, 100, 30);
        assertThat(proc.table().descriptorsLeft(PID)).hasValue(70);
        proc.descriptors(PID, 20, 30);
        assertThat(proc.table().descriptorsLeft(PID)).hasValue(0);
    }

    @Test
    void the_process_table_does_not_know_how_many_descriptors_are_left_without_a_limit() {
        proc.descriptors(PID, 100, 30)
                .write(PID, "limits", "Max open files            unlimited            unlimited            files\n");
        assertThat(proc.table().descriptorsLeft(PID)).isEmpty();
        assertThat(proc.table().descriptorsLeft(PID + 1)).isEmpty();
    }

    @Test
    void the_process_table_knows_this_process() {
        long pid = ProcessHandle.current().pid();
        var table = new ProcessTable(Path.of("/proc"), Clock.systemUTC());
        var started = table.started(table.identify(pid).orElseThrow()).orElseThrow();
        var told = ProcessHandle.current().info().startInstant().orElseThrow();
        assertThat(started).isBetween(told.minusMillis(50), told.plusMillis(1_050));
        assertThat(table.descriptorsLeft(pid).orElseThrow()).isPositive();
    }
}
