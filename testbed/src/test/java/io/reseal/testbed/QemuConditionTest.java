package io.reseal.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseal.testbed.QemuCondition.Requirement;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class QemuConditionTest {
    @Test
    void a_test_without_QEMU_is_skipped_with_the_reason() {
        var result = Requirement.unmet("none on the PATH", Optional.empty());
        assertThat(result.isDisabled()).isTrue();
        assertThat(result.getReason()).contains("none on the PATH");
    }

    @Test
    void a_test_without_QEMU_fails_where_QEMU_is_required() {
        assertThatThrownBy(() -> Requirement.unmet("none on the PATH", Optional.of("1")))
                .isInstanceOf(TestbedException.class)
                .hasMessage("RESEAL_REQUIRE_QEMU=1, but: none on the PATH");
    }

    @Test
    void any_other_value_requires_nothing() {
        assertThat(Requirement.unmet("none", Optional.of("0")).isDisabled()).isTrue();
    }
}
