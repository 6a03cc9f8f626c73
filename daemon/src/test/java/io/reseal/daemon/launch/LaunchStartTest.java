package io.reseal.daemon.launch;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.policy.launch.Launch.Start;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LaunchStartTest {
    private static final String CVM = "/objects/cvm";

    @Test
    void the_first_launch_on_a_command_line_is_the_policy_and_every_bundle_and_which_one_is_the_machines() {
        assertThat(start(
                        "-machine",
                        "q35,confidential-guest-support=cvm,igvm-cfg=ig0",
                        "-object",
                        "sev-snp-guest,id=cvm,policy=0xb0000",
                        "-object",
                        "igvm-cfg,id=ig0,file=/a",
                        "--object",
                        "igvm-cfg,id=ig1,file=/b"))
                .contains(new Start(OptionalLong.of(0xb0000), Set.of("ig0", "ig1"), Optional.of("ig0")));
    }

    @Test
    void the_first_launch_on_a_command_line_is_the_usual_policy_where_none_is_given() {
        assertThat(policy("-object", "sev-snp-guest,id=cvm")).hasValue(0x30000);
        assertThat(policy("-object", "sev-guest,id=cvm")).hasValue(1);
        assertThat(policy("-object", "tdx-guest,id=cvm")).isEmpty();
    }

    @Test
    void the_first_launch_on_a_command_line_is_that_of_the_machines_own_object_in_whatever_form_it_is_written() {
        assertThat(policy(
                        "-object",
                        "sev-snp-guest,id=other,policy=0x1",
                        "-object",
                        "{\"qom-type\":\"sev-snp-guest\",\"id\":\"cvm\",\"policy\":720896}"))
                .hasValue(0xb0000);
    }

    @Test
    void the_first_launch_on_a_command_line_adds_up_over_several_machine_options() {
        assertThat(LaunchStart.ownBundle(List.of("qemu", "-M", "q35", "-machine", "igvm-cfg=ig0", "-M", "accel=kvm")))
                .contains("ig0");
        assertThat(LaunchStart.ownBundle(List.of("qemu", "-machine", "q35"))).isEmpty();
        assertThat(LaunchStart.ownBundle(List.of("qemu", "-machine"))).isEmpty();
    }

    @Test
    void the_first_launch_on_a_command_line_is_nothing_where_a_file_says_more_or_the_object_is_not_on_it() {
        assertThat(start("-readconfig", "/a", "-object", "sev-snp-guest,id=cvm"))
                .isEmpty();
        assertThat(start("-object", "sev-snp-guest,id=other")).isEmpty();
        assertThat(LaunchStart.of(List.of(), CVM)).isEmpty();
    }

    private static Optional<Start> start(String... arguments) {
        return LaunchStart.of(List.of(arguments), CVM);
    }

    private static OptionalLong policy(String... arguments) {
        return start(arguments).orElseThrow().policy();
    }
}
