package io.reseal.testbed.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseal.testbed.TestbedException;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RequiresTest {
    @Test
    void a_test_that_lacks_a_requirement_is_skipped_with_the_reason() {
        var result = RequiresCondition.unmet("none on the PATH", Optional.empty());
        assertThat(result.isDisabled()).isTrue();
        assertThat(result.getReason()).contains("none on the PATH");
    }

    @Test
    void a_test_that_lacks_a_requirement_fails_where_QEMU_is_required() {
        assertThatThrownBy(() -> RequiresCondition.unmet("none on the PATH", Optional.of("1")))
                .isInstanceOf(TestbedException.class)
                .hasMessage("RESEAL_REQUIRE_QEMU=1, but: none on the PATH");
    }

    @Test
    void any_other_value_requires_nothing() {
        assertThat(RequiresCondition.unmet("none", Optional.of("0")).isDisabled())
                .isTrue();
    }

    /** Surefire leaves them out by {@code -Dsurefire.excludedGroups=qemu}. */
    @Test
    void tests_with_requirements_are_in_the_group_qemu() {
        assertThat(Requires.class.getAnnotation(Tag.class).value()).isEqualTo("qemu");
    }

    @ParameterizedTest
    @EnumSource(value = Requirement.class, mode = EnumSource.Mode.EXCLUDE, names = "FUSE")
    void each_requirement_of_guests_includes_that_of_QEMU(Requirement requirement) {
        assertThat(requirement.all()).contains(Requirement.QEMU).contains(requirement);
    }

    @Test
    void confidential_guests_and_libvirt_include_KVM() {
        assertThat(Arrays.stream(Requirement.values()).filter(each -> each.all().contains(Requirement.KVM)))
                .containsExactly(Requirement.KVM, Requirement.CVM, Requirement.LIBVIRT);
    }
}
