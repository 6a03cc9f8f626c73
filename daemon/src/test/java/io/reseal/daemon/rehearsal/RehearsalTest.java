package io.reseal.daemon.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.daemon.cli.client.AdminClient;
import io.reseal.daemon.work.Pools;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

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
    void nothing_of_a_trial_daemon_stays_in_its_folder_and_no_folder_either() throws IOException {
        var trial = TrialDaemon.start(pools);
        var folder = trial.adminSocket().getParent();
        assertThat(folder).isDirectory();

        trial.close();

        assertThat(Files.exists(folder)).isFalse();
    }
}
