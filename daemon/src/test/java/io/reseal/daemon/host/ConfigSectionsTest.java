package io.reseal.daemon.host;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ConfigSectionsTest {
    @Test
    void a_file_of_readconfig_says_what_options_say() {
        assertThat(ConfigSections.arguments("""
                        # a comment

                        [machine]
                          type = "q35"
                          igvm-cfg = "igvm0"
                        [object "cvm0"]
                          qom-type = "sev-snp-guest"
                          policy = "0x30000"
                        [action]
                          reboot = "shutdown"
                          panic = "pause"
                        """))
                .containsExactly(
                        "-machine", "type=q35,igvm-cfg=igvm0",
                        "-object", "sev-snp-guest,id=cvm0,policy=0x30000",
                        "-action", "reboot=shutdown,panic=pause");
    }

    @Test
    void a_file_of_readconfig_says_nothing_by_other_sections() {
        assertThat(ConfigSections.arguments("""
                        [global]
                          driver = "ICH9-LPC"
                          property = "disable_s3"
                        [chardev "monitor"]
                          backend = "socket"
                        """)).isEmpty();
    }

    @Test
    void a_file_of_readconfig_counts_the_last_value_of_a_key_and_the_last_section() {
        assertThat(ConfigSections.arguments("""
                        [action]
                        reboot = "reset"
                        reboot = "shutdown"
                        [action]
                        reboot = "reset"
                        """))
                .containsExactly("-action", "reboot=shutdown", "-action", "reboot=reset");
    }

    @Test
    void a_file_of_readconfig_may_have_commas_and_nothing_in_a_value() {
        assertThat(ConfigSections.arguments("[object \"a\"]\nqom-type = \"igvm-cfg\"\nfile = \"/a,b\"\nx = \"\"\n"))
                .containsExactly("-object", "igvm-cfg,id=a,file=/a,,b,x=");
    }
}
