package io.reseal.daemon.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.policy.GuestKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MiscControllerTest {
    @TempDir
    private Path misc;

    @ParameterizedTest
    @CsvSource({"SEV, 507", "SEV_ES, 4", "SEV_SNP, 4", "TDX, 0"})
    void the_capacity_of_a_host_is_what_the_control_group_has_left_of_the_kinds_resource(GuestKind kind, long left)
            throws IOException {
        write("sev 509\nsev_es 10\ntdx 31\n", "sev 2\nsev_es 6\ntdx 31\n");
        assertThat(new MiscController(misc).keys(kind)).hasValue(left);
    }

    @Test
    void the_capacity_of_a_host_is_never_negative() throws IOException {
        write("tdx 3\n", "tdx 5\n");
        assertThat(new MiscController(misc).keys(GuestKind.TDX)).hasValue(0);
    }

    @Test
    void the_capacity_of_a_host_is_of_no_meaning_to_a_plain_guest() throws IOException {
        write("sev 509\n", "sev 2\n");
        assertThat(new MiscController(misc).keys(GuestKind.PLAIN)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "sev_es max\n", "sev_es 10\n", "sev_es\n", "tdx 5\n"})
    void the_capacity_of_a_host_is_unknown_where_the_kernel_does_not_tell_it(String capacity) throws IOException {
        write(capacity, "sev_es max\n");
        assertThat(new MiscController(misc).keys(GuestKind.SEV_SNP)).isEmpty();
    }

    @Test
    void the_capacity_of_a_host_is_unknown_without_that_control_group() {
        assertThat(new MiscController(misc.resolve("none")).keys(GuestKind.TDX)).isEmpty();
    }

    private void write(String capacity, String current) throws IOException {
        Files.writeString(misc.resolve("misc.capacity"), capacity);
        Files.writeString(misc.resolve("misc.current"), current);
    }
}
