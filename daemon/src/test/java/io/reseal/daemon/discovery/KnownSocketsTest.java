package io.reseal.daemon.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.daemon.discovery.Discovery.Removal;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whose socket is not where it was, and what is told of it. */
class KnownSocketsTest {
    private static final String GLOB = "/run/vm/*.qmp";
    private static final Instant BORN = Instant.parse("2026-11-28T12:00:00Z");

    private final RecordedScope told = new RecordedScope();
    private final KnownSockets known = new KnownSockets(told);

    private void look(String glob, GlobMatches.Socket... there) {
        var naming = new Naming(List.of(glob), List.of(), List.of());
        var counts = new GlobMatches.Counts(0, true, false);
        known.look(
                Map.of(),
                naming,
                List.of(new GlobMatches(SocketGlob.of(glob), List.of(there), List.of(), List.of(), counts)));
    }

    private static GlobMatches.Socket socket(String name, long inode, Instant born) {
        var path = Path.of("/run/vm/" + name + ".qmp");
        return new GlobMatches.Socket(path, path, new SocketIdentity(new SocketIdentity.Inode(1, inode), born));
    }

    @Test
    void a_socket_is_gone_also_where_another_one_has_the_number_of_its_inode() {
        look(GLOB, socket("a", 7, BORN));
        look(GLOB, socket("b", 7, BORN.plusMillis(4)));

        told.next("found a").next("gone a").next("found b");
        assertThat(told.reasons).isEmpty();
    }

    @Test
    void a_guest_is_let_go_of_whose_socket_is_at_another_path() {
        look(GLOB, socket("a", 7, BORN));
        look(GLOB, socket("b", 7, BORN));

        told.next("found a").next("removed a").next("found b");
        assertThat(told.reasons).containsExactly(Removal.OTHER_PATH);
    }

    @Test
    void a_guest_is_let_go_of_that_the_configuration_does_not_cover_any_more() {
        look(GLOB, socket("a", 7, BORN));
        look("/srv/*.qmp");

        told.next("found a").next("removed a");
        assertThat(told.reasons).containsExactly(Removal.NOT_COVERED);
    }
}
