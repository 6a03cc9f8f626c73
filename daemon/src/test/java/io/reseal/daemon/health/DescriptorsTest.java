package io.reseal.daemon.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class DescriptorsTest {
    /** 100 in use, 24 for the process itself, 32 kept: 100 to be shared. */
    private final Descriptors descriptors = Descriptors.of(256, 100);

    @Test
    void monitors_may_have_all_descriptors_but_those_that_are_kept() {
        int monitors = 0;
        while (descriptors.takeMonitor()) {
            monitors++;
        }
        assertThat(monitors).isEqualTo(50);
        assertThat(descriptors.refusedMonitors()).isEqualTo(1);
        assertThat(descriptors.shortage()).contains("limit of 256 open files", "32 are kept", "LimitNOFILE=");

        descriptors.monitorClosed();
        assertThat(descriptors.takeMonitor()).isTrue();
    }

    @Test
    void clients_may_have_a_quarter_of_them_besides_those_that_are_kept() {
        int clients = 0;
        while (descriptors.takeClient(false)) {
            clients++;
        }
        assertThat(clients).isEqualTo(4 + 25);
        assertThat(descriptors.takeClient(true)).as("kept for the admin socket").isTrue();
        descriptors.clientClosed(false);
        assertThat(descriptors.takeClient(false)).isTrue();
    }

    @Test
    void clients_find_the_descriptors_that_are_kept_whatever_monitors_have() {
        var small = Descriptors.of(100, 90);

        assertThat(small.takeMonitor()).isFalse();
        for (int i = 0; i < 8; i++) {
            assertThat(small.takeClient(true)).isTrue();
        }
        for (int i = 0; i < 4; i++) {
            assertThat(small.takeClient(false)).isTrue();
        }
        assertThat(small.takeClient(true)).isFalse();
        assertThat(small.takeClient(false)).isFalse();
    }

    @Test
    void the_limit_is_read_as_the_kernel_tells_it() throws IOException {
        var limits =
                "Limit  Soft Limit  Hard Limit  Units\nMax open files            1024                 524288               files\n";

        assertThat(DescriptorLimit.read(limits)).isEqualTo(new DescriptorLimit(1024, 524_288));
        assertThat(DescriptorLimit.read("Max open files   unlimited   unlimited   files")
                        .soft())
                .isEqualTo(Long.MAX_VALUE);
        assertThatThrownBy(() -> DescriptorLimit.read("nothing")).isInstanceOf(IOException.class);
    }

    @Test
    void the_JVM_has_raised_the_limit_to_the_hard_one() throws IOException {
        assertThat(DescriptorLimit.raise()).isTrue();
        assertThat(DescriptorLimit.now().soft()).isEqualTo(DescriptorLimit.now().hard());
    }

    @Test
    void a_low_limit_has_no_descriptors_to_spare_for_a_rehearsal() {
        assertThat(Descriptors.of(200, 60).ample()).isFalse();
        assertThat(Descriptors.of(1024, 60).ample()).isTrue();
    }
}
