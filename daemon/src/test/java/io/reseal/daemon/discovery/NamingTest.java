package io.reseal.daemon.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.config.ResealConfig.NamedGuest;
import io.reseal.config.Utf8Path;
import io.reseal.daemon.status.GuestName;
import io.reseal.policy.ResetPolicy.Glob;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamingTest {
    private static final String HASH = "-[0-9a-f]{8}";

    @Test
    void the_name_of_a_guest_is_what_the_wildcards_stand_for() {
        var naming = globs("/run/qemu/*.qmp");
        assertThat(naming.guest(Path.of("/run/qemu/web-1.qmp")))
                .contains(new GuestName("web-1", Path.of("/run/qemu/web-1.qmp")));
        assertThat(naming.changed(Path.of("/run/qemu/web-1.qmp"))).isEmpty();
        assertThat(naming.guest(Path.of("/run/other/web-1.qmp"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"web 1|web_1", "a\u001b[2Kb|a__2Kb", "grüße|gr__e", "-rf|g-rf", "_|g_", "你好|g__", "....|g...."})
    void the_name_of_a_guest_with_characters_that_names_have_not_has_a_hash(String stem, String begin) {
        var name = name(globs("/run/qemu/*.qmp"), "/run/qemu/" + stem + ".qmp");
        assertThat(name).matches("\\Q" + begin + "\\E" + HASH);
    }

    @Test
    void the_name_of_a_guest_cannot_forge_a_line_of_a_log() {
        assertThat(name(globs("/run/qemu/*.qmp"), "/run/qemu/a\nERROR forged.qmp"))
                .matches("a_ERROR_forged" + HASH);
    }

    @Test
    void the_name_of_a_guest_that_had_to_be_cut_has_a_hash_and_63_characters() {
        var naming = globs("/run/qemu/*.qmp");
        var one = name(naming, "/run/qemu/" + "x".repeat(70) + "1.qmp");
        var two = name(naming, "/run/qemu/" + "x".repeat(70) + "2.qmp");
        assertThat(one).matches("x{54}" + HASH).hasSize(63).isNotEqualTo(two);
        assertThat(name(naming, "/run/qemu/" + "x".repeat(63) + ".qmp")).isEqualTo("x".repeat(63));
    }

    @Test
    void the_name_of_a_guest_that_two_paths_could_have_is_that_of_the_first_pattern() {
        var naming = globs("/a/*.qmp", "/b/*.qmp", "/c/x-*.qmp");
        assertThat(name(naming, "/a/web.qmp")).isEqualTo("web");
        assertThat(name(naming, "/b/web.qmp")).matches("web" + HASH);
        assertThat(name(naming, "/c/x-web.qmp")).matches("web" + HASH).isNotEqualTo(name(naming, "/b/web.qmp"));
        assertThat(naming.changed(Path.of("/b/web.qmp"))).contains("the name web is that of /a/web.qmp, there or not");
    }

    @Test
    void the_name_of_a_guest_stays_plain_where_no_other_pattern_could_give_it() {
        var naming = globs("/a/web[0-9].qmp", "/b/{db,lb}-*.qmp", "/c/[a-f]*.qmp");
        assertThat(name(naming, "/b/db-1.qmp")).isEqualTo("db-1");
        var other = globs("/c/[a-f]*.qmp", "/d/*.qmp");
        assertThat(name(other, "/d/web.qmp")).isEqualTo("web");
        assertThat(name(other, "/d/cab.qmp")).matches("cab" + HASH);
    }

    @Test
    void the_name_of_a_guest_by_two_wildcards_is_that_of_the_shortest_first_part() {
        var naming = globs("/run/*/*.qmp");
        assertThat(name(naming, "/run/blue/web-1.qmp")).isEqualTo("blue-web-1");
        assertThat(name(naming, "/run/blue-web/1.qmp")).matches("blue-web-1" + HASH);
    }

    @Test
    void the_name_of_a_guest_that_the_configuration_gives_to_another_guest_has_a_hash() {
        var naming = new Naming(
                List.of("/run/qemu/*.qmp"), List.of(new NamedGuest("web", Path.of("/else/where"))), List.of());
        assertThat(name(naming, "/run/qemu/web.qmp")).matches("web" + HASH);
    }

    @Test
    void the_name_of_a_guest_that_a_domain_of_libvirt_could_have_has_a_hash() {
        var naming = new Naming(List.of("/run/qemu/*.qmp"), List.of(), List.of(new Glob("cvm-*")));
        assertThat(name(naming, "/run/qemu/cvm-1.qmp")).matches("cvm-1" + HASH);
        assertThat(name(naming, "/run/qemu/web-1.qmp")).isEqualTo("web-1");
        assertThat(naming.domain("cvm-1", "5c1e", Path.of("/d")))
                .isEqualTo(new GuestName("cvm-1", Path.of("/d/cvm-1.qmp")));
        assertThat(naming.domain("my vm", "5c1e", Path.of("/d")).name()).matches("my_vm" + HASH);
        assertThat(naming.domain("my vm", "5c1e", Path.of("/d")).full()).isEqualTo("my vm");
    }

    private static Naming globs(String... globs) {
        return new Naming(List.of(globs), List.of(), List.of());
    }

    private static String name(Naming naming, String path) {
        return naming.guest(Utf8Path.of(path)).orElseThrow().name();
    }
}
