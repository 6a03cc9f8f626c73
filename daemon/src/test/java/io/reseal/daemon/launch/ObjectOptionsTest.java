package io.reseal.daemon.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ObjectOptionsTest {
    @Test
    void the_objects_of_a_command_line_are_found_by_id_and_by_type() {
        var options = ObjectOptions.of(List.of(
                "qemu",
                "-object",
                "igvm-cfg,id=igvm0,file=/a,,b.igvm",
                "--object",
                "sev-snp-guest,id=cvm,policy=0xb0000"));
        assertThat(options.id("igvm0"))
                .hasValueSatisfying(bundle -> assertThat(bundle)
                        .isEqualTo(Map.of("qom-type", "igvm-cfg", "id", "igvm0", "file", "/a,b.igvm")));
        assertThat(options.ofType("sev-snp-guest"))
                .singleElement()
                .satisfies(guest -> assertThat(guest).containsEntry("policy", "0xb0000"));
        assertThat(options.id("other")).isEmpty();
    }

    @Test
    void the_objects_of_a_command_line_may_be_written_in_JSON_as_libvirt_does() {
        var options = ObjectOptions.of(List.of(
                "-object",
                "{\"qom-type\":\"sev-snp-guest\",\"id\":\"lsec0\",\"policy\":196608,\"kernel-hashes\":true}"));
        assertThat(options.ofType("sev-snp-guest"))
                .singleElement()
                .satisfies(guest ->
                        assertThat(guest).containsEntry("policy", "196608").containsEntry("kernel-hashes", "true"));
    }

    @Test
    void the_objects_of_a_command_line_may_be_none_or_nonsense() {
        assertThat(ObjectOptions.of(List.of()).all()).isEmpty();
        assertThat(ObjectOptions.of(List.of("-object")).all()).isEmpty();
        assertThat(ObjectOptions.of(List.of("-object", "{nonsense", "-object", ",,="))
                        .id("x"))
                .isEmpty();
    }
}
