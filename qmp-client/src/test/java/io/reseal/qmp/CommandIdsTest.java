package io.reseal.qmp;

import static io.reseal.qmp.EmbeddedMonitor.STATUS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseal.testbed.peer.PeerConnection;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import org.junit.jupiter.api.Test;

class CommandIdsTest {
    private static final Duration DEADLINE = Duration.ofSeconds(10);

    private final EmbeddedMonitor monitor = new EmbeddedMonitor(QmpSettings.defaults()
            .withHeartbeat(Heartbeat.off())
            .withQueryDeadline(DEADLINE)
            .withMaxWaiting(2));

    @Test
    void an_id_has_one_character_as_QEMU_reads_byte_by_byte() {
        for (int i = 0; i < 3 * CommandIds.count(); i++) {
            monitor.executes(STATUS);
            var sent = monitor.sentOne();
            assertThat(PeerConnection.id(sent)).hasSize(1);
            monitor.answers(sent);
        }
    }

    @Test
    void an_id_whose_reply_may_still_come_is_not_given_again() {
        monitor.executes(STATUS);
        var late = PeerConnection.id(monitor.sentOne());
        monitor.passes(DEADLINE);

        var given = new HashSet<String>();
        for (int i = 0; i < 3 * CommandIds.count(); i++) {
            monitor.executes(STATUS);
            var sent = monitor.sentOne();
            given.add(PeerConnection.id(sent));
            monitor.answers(sent);
        }

        assertThat(given).doesNotContain(late).hasSize(CommandIds.count() - 1);
    }

    @Test
    void the_ids_of_all_commands_of_one_write_differ_also_from_those_that_were_given_up() {
        monitor.executes(STATUS);
        var late = PeerConnection.id(monitor.sentOne());
        monitor.passes(DEADLINE);
        for (int round = 0; round < 5; round++) {
            var most = Collections.nCopies(32, STATUS).toArray(QmpCommand[]::new);
            monitor.executesTogether(most);
            var ids = monitor.sentOne().lines().map(PeerConnection::id).toList();
            assertThat(ids).doesNotContain(late).doesNotHaveDuplicates();
            monitor.sent();
            ids.forEach(id -> monitor.says("{\"return\": {}, \"id\": \"" + id + "\"}"));
        }
        assertThat(monitor.statistics().unknown()).isZero();
    }

    @Test
    void there_are_more_ids_than_commands_that_may_be_without_a_reply() {
        var given = new HashSet<String>();
        var ids = new CommandIds();
        for (int i = 0; i < CommandIds.count(); i++) {
            assertThat(given.add(ids.next(given::contains))).isTrue();
        }

        assertThat(CommandIds.count()).isGreaterThan(Window.ONE.together() + 8);
        assertThatThrownBy(() -> ids.next(given::contains)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void a_session_closes_when_garbage_came_in_place_of_too_many_answers() {
        for (int i = 0; i < 5; i++) {
            assertThat(monitor.isOpen()).isTrue();
            monitor.executes(STATUS);
            monitor.sent();
            monitor.says("}{ not JSON");
            if (monitor.isOpen()) {
                monitor.says("{\"error\": {\"class\": \"GenericError\", \"desc\": \"JSON parse error\"}}");
                monitor.executes(STATUS);
                monitor.answers(monitor.sent().getLast());
            }
        }

        assertThat(monitor.isOpen()).isFalse();
    }
}
