package io.reseal.daemon.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.config.ResealConfig.NamedGuest;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ScopeTest extends DiscoveryFixture {
    @Test
    void the_discovery_leaves_guests_of_the_configuration_alone_and_does_not_take_their_names() throws IOException {
        var web = sockets.make("web.qmp");
        sockets.make("other/db.qmp");
        Files.createSymbolicLink(folder.resolve("link.qmp"), web);
        var named = List.of(new NamedGuest("web", web), new NamedGuest("db", folder.resolve("elsewhere.qmp")));
        discovery.close();
        discovery = discovery(new Discovery.Scope(globs("*.qmp", "other/*.qmp"), named, SELDOM), told);
        discovery.start();
        assertThat(told.found()).matches("found db-[0-9a-f]{8}");
        sockets.make("z.qmp");
        told.next("found z");
    }

    @Test
    void the_discovery_goes_on_with_what_is_still_looked_for_when_told_to_look_for_something_else() {
        sockets.make("a.qmp");
        sockets.make("x/b.qmp");
        discovery.start();
        told.next("found a");
        discovery.look(scope(SELDOM, "x/*.qmp", "*.qmp"));
        told.next("found b");
        discovery.look(scope(SELDOM, "x/*.qmp"));
        told.next("removed a");
        sockets.make("x/c.qmp");
        told.next("found c");
    }

    @Test
    void the_discovery_keeps_the_name_of_a_guest_when_the_patterns_change_until_its_owner_comes() {
        sockets.make("web-1.qmp");
        discovery.start();
        told.next("found web-1");
        discovery.look(scope(SELDOM, "web-*.qmp")).join();
        sockets.make("web-2.qmp");
        told.next("found 2");
        sockets.make("web-web-1.qmp");
        told.next("removed web-1").next("found 1").next("found web-1");
        assertThat(told.guest("web-1").socket()).isEqualTo(folder.resolve("web-web-1.qmp"));
    }

    @Test
    void the_discovery_hands_a_guest_over_that_the_configuration_names_now() {
        var a = sockets.make("a.qmp");
        sockets.make("b.qmp");
        sockets.make("c.qmp");
        discovery.start();
        told.next("found a").next("found b").next("found c");
        var elsewhere = folder.resolve("elsewhere.qmp");
        discovery.look(new Discovery.Scope(
                globs("*.qmp"),
                List.of(
                        new NamedGuest("web", a),
                        new NamedGuest("b", folder.resolve("b.qmp")),
                        new NamedGuest("c", elsewhere)),
                SELDOM));
        assertThat(List.of(told.line(), told.line())).containsExactlyInAnyOrder("removed a", "removed c");
        var c = told.found().substring("found ".length());
        assertThat(c).matches("c-[0-9a-f]{8}");
        assertThat(told.guest(c).socket()).isEqualTo(folder.resolve("c.qmp"));
        sockets.make("z.qmp");
        told.next("found z");
    }

    @Test
    void the_discovery_finds_a_guest_again_that_the_configuration_names_no_longer() {
        var a = sockets.make("a.qmp");
        discovery.look(new Discovery.Scope(globs("*.qmp"), List.of(new NamedGuest("web", a)), SELDOM));
        discovery.start();
        sockets.make("b.qmp");
        told.next("found b");
        discovery.look(scope(SELDOM, "*.qmp"));
        told.next("found a");
    }
}
