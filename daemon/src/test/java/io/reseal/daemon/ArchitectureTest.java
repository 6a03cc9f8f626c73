package io.reseal.daemon;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.reseal.qmp.QmpCommand;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The house")
class ArchitectureTest {
    private static final JavaClasses HOUSE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.reseal");

    private static final String[] PURE = {
        "io.reseal.policy..", "java.lang..", "java.util..", "java.time..", "org.jspecify.."
    };

    @Test
    void has_every_room() {
        assertThat(HOUSE.stream().map(type -> type.getPackageName()).distinct())
                .contains(
                        "io.reseal.qmp",
                        "io.reseal.igvm.format",
                        "io.reseal.igvm.read",
                        "io.reseal.igvm.measure",
                        "io.reseal.igvm.launch",
                        "io.reseal.igvm.firmware",
                        "io.reseal.igvm.attestation",
                        "io.reseal.policy",
                        "io.reseal.policy.hazard",
                        "io.reseal.policy.launch",
                        "io.reseal.policy.machine",
                        "io.reseal.policy.reset",
                        "io.reseal.policy.supervision",
                        "io.reseal.config",
                        "io.reseal.testbed",
                        "io.reseal.daemon",
                        "io.reseal.daemon.guest",
                        "io.reseal.daemon.host",
                        "io.reseal.daemon.launch",
                        "io.reseal.daemon.monitor",
                        "io.reseal.daemon.request",
                        "io.reseal.daemon.status",
                        "io.reseal.daemon.discovery",
                        "io.reseal.daemon.discovery.libvirt",
                        "io.reseal.daemon.api",
                        "io.reseal.daemon.feed",
                        "io.reseal.daemon.http",
                        "io.reseal.daemon.http.events",
                        "io.reseal.daemon.http.message",
                        "io.reseal.daemon.http.routes",
                        "io.reseal.daemon.metrics",
                        "io.reseal.daemon.cli",
                        "io.reseal.daemon.cli.client",
                        "io.reseal.daemon.cli.file",
                        "io.reseal.daemon.cli.measure",
                        "io.reseal.daemon.cli.report",
                        "io.reseal.daemon.cli.terminal");
    }

    @Test
    void keeps_the_core_pure() {
        classes()
                .that(resideInAPackage("io.reseal.policy.."))
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(PURE))
                .check(HOUSE);
    }

    @Test
    void keeps_the_IGVM_module_on_the_JDK_alone() {
        classes()
                .that(resideInAPackage("io.reseal.igvm.."))
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                        "io.reseal.igvm..",
                        "java.lang..",
                        "java.util..",
                        "java.nio..",
                        "java.io..",
                        "java.math..",
                        "java.security..",
                        "java.time..",
                        "javax.security..",
                        "org.jspecify.."))
                .check(HOUSE);
        noClasses()
                .that(resideInAPackage("io.reseal.igvm.."))
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage("java.nio.file..", "java.nio.channels..", "java.util.concurrent.."))
                .orShould()
                .callMethod(java.time.Instant.class, "now")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.lang.Thread")
                .check(HOUSE);
    }

    @Test
    void has_no_cycle_between_the_packages_of_the_IGVM_module() {
        slices().matching("io.reseal.(igvm..)").should().beFreeOfCycles().check(HOUSE);
    }

    @Test
    void gives_the_core_no_clock_no_thread_and_no_input() {
        noClasses()
                .that(resideInAPackage("io.reseal.policy.."))
                .should()
                .dependOnClassesThat(resideInAnyPackage("java.util.concurrent..", "java.io..", "java.nio.."))
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.time.Clock")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.lang.Thread")
                .orShould()
                .callMethod(java.time.Instant.class, "now")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .check(HOUSE);
    }

    @Test
    void lets_the_QMP_client_know_nothing_of_resets() {
        noClasses()
                .that(resideInAPackage("io.reseal.qmp.."))
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                        "io.reseal.igvm..",
                        "io.reseal.policy..",
                        "io.reseal.config..",
                        "io.reseal.daemon..",
                        "io.reseal.testbed.."))
                .check(HOUSE);
    }

    /** So {@code QemuCommand} has them all, and QemuSchemaTest holds them all against the schema of real QEMUs. */
    @Test
    void makes_the_commands_it_sends_to_QEMU_in_one_place() {
        noClasses()
                .that(resideInAnyPackage("io.reseal.daemon..", "io.reseal.config..", "io.reseal.policy.."))
                .and()
                .doNotHaveFullyQualifiedName("io.reseal.daemon.qmp.QemuCommand")
                .should()
                .callMethodWhere(target(owner(type(QmpCommand.class))).and(target(nameMatching("of|action|with"))))
                .orShould()
                .callConstructorWhere(target(owner(type(QmpCommand.class))))
                .check(HOUSE);
    }

    @Test
    void lets_the_configuration_depend_on_the_core_only() {
        noClasses()
                .that(resideInAPackage("io.reseal.config.."))
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                        "io.reseal.qmp..", "io.reseal.igvm..", "io.reseal.daemon..", "io.reseal.testbed.."))
                .check(HOUSE);
    }

    @Test
    void lets_the_testbed_depend_on_the_QMP_client_only() {
        noClasses()
                .that(resideInAPackage("io.reseal.testbed.."))
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                        "io.reseal.igvm..", "io.reseal.policy..", "io.reseal.config..", "io.reseal.daemon.."))
                .check(HOUSE);
    }

    @Test
    void keeps_the_testbed_out_of_what_operators_run() {
        noClasses()
                .that(resideInAnyPackage(
                        "io.reseal.daemon..",
                        "io.reseal.config..",
                        "io.reseal.policy..",
                        "io.reseal.qmp..",
                        "io.reseal.igvm.."))
                .should()
                .dependOnClassesThat(resideInAPackage("io.reseal.testbed.."))
                .check(HOUSE);
    }

    @Test
    void has_no_cycle_between_its_rooms() {
        slices().matching("io.reseal.daemon.(*)..").should().beFreeOfCycles().check(HOUSE);
        slices().matching("io.reseal.(policy..)").should().beFreeOfCycles().check(HOUSE);
    }

    @Test
    void wires_capabilities_in_one_place_only() {
        noClasses()
                .that(resideInAnyPackage(
                        "io.reseal.daemon.guest..",
                        "io.reseal.daemon.host..",
                        "io.reseal.daemon.launch..",
                        "io.reseal.daemon.monitor..",
                        "io.reseal.daemon.request..",
                        "io.reseal.daemon.status.."))
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                        "io.reseal.daemon.http..",
                        "io.reseal.daemon.cli..",
                        "io.reseal.daemon.metrics..",
                        "io.reseal.daemon.feed..",
                        "io.reseal.daemon.discovery.."))
                .check(HOUSE);
    }

    @Test
    void has_no_cycle_between_the_rooms_of_HTTP_and_of_the_command_line() {
        slices().matching("io.reseal.daemon.(http..)").should().beFreeOfCycles().check(HOUSE);
        slices().matching("io.reseal.daemon.(cli..)").should().beFreeOfCycles().check(HOUSE);
    }

    @Test
    void has_no_room_of_HTTP_or_of_the_command_line_with_more_than_20_classes() {
        var sizes = HOUSE.stream()
                .filter(type -> type.getPackageName().matches("io\\.reseal\\.daemon\\.(http|cli|api|feed)\\b.*"))
                .filter(type -> type.isTopLevelClass() && !type.getSimpleName().equals("package-info"))
                .collect(Collectors.groupingBy(type -> type.getPackageName(), Collectors.counting()));

        assertThat(sizes)
                .hasSizeGreaterThan(9)
                .allSatisfy((room, size) -> assertThat(size).isLessThanOrEqualTo(20));
    }

    @Test
    void keeps_the_documents_apart_from_what_they_are_made_of() {
        classes()
                .that(resideInAPackage("io.reseal.daemon.api"))
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                        "io.reseal.daemon.api",
                        "io.reseal.policy",
                        "java..",
                        "tools.jackson..",
                        "com.fasterxml.jackson.annotation",
                        "org.jspecify.."))
                .check(HOUSE);
    }

    /** A misspelt name would be found by nobody but the operator who reads a dash. */
    @Test
    void lets_no_command_look_up_members_of_the_daemon_s_documents_by_name() {
        noClasses()
                .that(resideInAPackage("io.reseal.daemon.cli.client"))
                .should()
                .dependOnClassesThat(resideInAnyPackage("tools.jackson..", "io.reseal.daemon.feed.."))
                .check(HOUSE);
    }
}
