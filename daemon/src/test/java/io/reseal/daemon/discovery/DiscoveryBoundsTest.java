package io.reseal.daemon.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.reseal.daemon.files.Users;
import io.reseal.daemon.status.Hindrances;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A user who may write to a folder of sockets can make any number of them. */
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DiscoveryBoundsTest extends DiscoveryFixture {
    private static final int FLOOD = 20_000;
    private static final int NO_USER = 4_242_424;

    @Test
    void the_discovery_uses_no_more_sockets_than_there_may_be_guests_and_forgets_those_that_flashed_by()
            throws IOException {
        told.limit = 3;
        sockets.make("aa.qmp");
        restart(Duration.ofMillis(100), List.of());
        told.next("found aa");
        for (int i = 0; i < FLOOD; i++) {
            flash("flash-%05d.qmp".formatted(i));
        }
        told.next("found flash-00000").next("found flash-00001");
        await("the flood is told")
                .atMost(Duration.ofSeconds(60))
                .until(() -> unused(Hindrances.Unused.LIMIT) == FLOOD - 2);
        assertThat(hindrances.now()).singleElement().asString().contains("limits.guests");
        for (int i = FLOOD - 1; i >= 0; i--) {
            sockets.remove("flash-%05d.qmp".formatted(i));
        }
        await("the end is told")
                .atMost(Duration.ofSeconds(60))
                .until(() -> hindrances.now().isEmpty());
        assertThat(unused(Hindrances.Unused.LIMIT)).isZero();
        assertThat(told.guest("aa").name()).isEqualTo("aa");
        told.limit = Integer.MAX_VALUE;
        sockets.make("zz.qmp");
        told.skipTo("found zz");
    }

    @Test
    void the_discovery_does_not_use_a_socket_of_a_stranger_where_others_may_write() throws IOException {
        assumeTrue(Users.own() == 0, "only root may give a socket to another user");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        give(sockets.make("foreign.qmp"), NO_USER);
        give(sockets.make("own.qmp"), 0);
        Files.createSymbolicLink(folder.resolve("link.qmp"), folder.resolve("own.qmp"));
        Files.setAttribute(folder.resolve("link.qmp"), "unix:uid", NO_USER, LinkOption.NOFOLLOW_LINKS);
        restart(Duration.ofMillis(100), List.of("qemu", "no-such-user-here"));
        told.next("found own");
        await("it is told").until(() -> unused(Hindrances.Unused.OWNER) == 1);
        assertThat(hindrances.now())
                .singleElement()
                .asString()
                .contains(
                        folder + "/foreign.qmp is not used",
                        "uid " + NO_USER,
                        "discovery.owners (qemu, no-such-user-here)");

        discovery.look(scope(Duration.ofMillis(100), List.of("qemu", Integer.toString(NO_USER))));
        told.next("found foreign");
        await("nothing is told any more").until(() -> hindrances.now().isEmpty());
    }

    @Test
    void the_discovery_uses_the_sockets_of_any_user_where_only_the_owners_may_write() throws IOException {
        assumeTrue(Users.own() == 0, "only root may give a socket to another user");
        give(sockets.make("other.qmp"), NO_USER);
        restart(SELDOM, List.of("root"));
        told.next("found other");
        assertThat(hindrances.now()).isEmpty();
    }

    @Test
    void the_discovery_does_not_trust_a_folder_that_others_may_exchange() throws IOException {
        assumeTrue(Users.own() == 0, "only root may give a socket to another user");
        give(sockets.make("below/other.qmp"), NO_USER);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxr-x"));
        Files.setAttribute(folder, "unix:gid", NO_USER);
        restart(SELDOM, List.of("root"));
        await("it is told").until(() -> unused(Hindrances.Unused.OWNER) == 1);
    }

    private void restart(Duration rescan, List<String> owners) {
        discovery.close();
        discovery = discovery(scope(rescan, owners), told);
        discovery.start();
    }

    private Discovery.Scope scope(Duration rescan, List<String> owners) {
        return new Discovery.Scope(globs("*.qmp", "below/*.qmp"), List.of(), List.of(), rescan, owners);
    }

    private int unused(Hindrances.Unused reason) {
        return hindrances.unused(reason.text());
    }

    private static void give(Path file, int user) throws IOException {
        Files.setAttribute(file, "unix:uid", user);
    }

    /** A socket that nobody listens on any more. */
    private void flash(String name) throws IOException {
        try (var socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.bind(UnixDomainSocketAddress.of(folder.resolve(name)));
        }
    }
}
