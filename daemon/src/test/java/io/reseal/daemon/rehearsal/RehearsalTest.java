package io.reseal.daemon.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.daemon.cli.client.AdminClient;
import io.reseal.daemon.work.Pools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RehearsalTest {
    private final Pools pools = new Pools();

    @AfterEach
    void endPools() {
        pools.close();
    }

    @Test
    void each_trial_guest_goes_the_whole_way_of_a_reset_that_is_proven() throws IOException {
        try (var trial = TrialDaemon.start(pools)) {
            trial.awaitGuests();
            var client = new AdminClient(trial.adminSocket());

            var resets = trial.guestNames().stream()
                    .map(guest -> Rehearsal.once(client, guest))
                    .toList();

            assertThat(resets).allSatisfy(reset -> {
                assertThat(reset.verdict()).isEqualTo(Optional.of("proven"));
                assertThat(reset.level()).isEqualTo(Optional.of("rebuilt"));
            });
        }
    }

    @Test
    void a_rehearsal_that_is_closed_ends_at_once_and_so_does_one_that_begins_later() throws InterruptedException {
        var rehearsal = new Rehearsal(pools);
        var thread = Thread.ofPlatform().start(rehearsal::run);

        rehearsal.close();

        thread.join();
        rehearsal.run();
    }

    @Test
    void what_a_killed_rehearsal_left_is_removed_by_the_next_one_and_nothing_else(@TempDir Path folder)
            throws IOException {
        var left = Files.createDirectory(folder.resolve("reseal-rehearsal1"));
        Files.createFile(left.resolve("snp.qmp"));
        var recent = Files.createDirectory(folder.resolve("reseal-rehearsal2"));
        var other = Files.createDirectory(folder.resolve("other"));
        var link = Files.createSymbolicLink(folder.resolve("reseal-rehearsal3"), other);
        for (var old : List.of(left, other)) {
            Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofHours(1))));
        }

        Leftovers.remove(folder, "reseal-rehearsal");

        assertThat(left).doesNotExist();
        assertThat(List.of(recent, other, link))
                .allSatisfy(path -> assertThat(path).exists());
    }

    @Test
    void nothing_of_a_trial_daemon_stays_in_its_folder_and_no_folder_either() throws IOException {
        var trial = TrialDaemon.start(pools);
        var folder = trial.adminSocket().getParent();
        assertThat(folder).isDirectory();

        trial.close();

        assertThat(Files.exists(folder)).isFalse();
    }
}
