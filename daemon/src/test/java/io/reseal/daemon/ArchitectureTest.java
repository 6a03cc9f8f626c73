package io.reseal.daemon;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.reseal.qmp.QmpCommand;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final JavaClasses HOUSE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.reseal");

    private static final String[] PURE = {
        "io.reseal.policy..", "java.lang..", "java.util..", "java.time..", "org.jspecify.."
    };

    @Test
    void the_project_has_every_package() {
        assertThat(HOUSE.stream().map(type -> type.getPackageName()).distinct())
                .contains(
                        "io.reseal.qmp",
                        "io.reseal.igvm.format",
                        "io.reseal.igvm.read",
                        "io.reseal.igvm.measure",
                        "io.reseal.igvm.launch",
                        "io.reseal.igvm.firmware",
                        "io.reseal.igvm.attestation",
                        "io.reseal.igvm.attestation.certificate",
                        "io.reseal.igvm.attestation.comparison",
                        "io.reseal.igvm.attestation.recognition",
                        "io.reseal.igvm.attestation.snp",
                        "io.reseal.igvm.attestation.tdx",
                        "io.reseal.policy",
                        "io.reseal.policy.codec",
                        "io.reseal.policy.hazard",
                        "io.reseal.policy.judge",
                        "io.reseal.policy.launch",
                        "io.reseal.policy.machine",
                        "io.reseal.policy.reset",
                        "io.reseal.policy.signal",
                        "io.reseal.policy.state",
                        "io.reseal.policy.supervision",
                        "io.reseal.config",
                        "io.reseal.config.yaml",
                        "io.reseal.fakecvm",
                        "io.reseal.testbed",
                        "io.reseal.testbed.hostile",
                        "io.reseal.testbed.junit",
                        "io.reseal.testbed.libvirt",
                        "io.reseal.testbed.peer",
                        "io.reseal.testbed.platform",
                        "io.reseal.testbed.process",
                        "io.reseal.testbed.qemu",
                        "io.reseal.testbed.soak",
                        "io.reseal.demo",
                        "io.reseal.benchmarks",
                        "io.reseal.benchmarks.client",
                        "io.reseal.benchmarks.host",
                        "io.reseal.benchmarks.report",
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
                        "io.reseal.daemon.cli.arguments",
                        "io.reseal.daemon.cli.client",
                        "io.reseal.daemon.cli.file",
                        "io.reseal.daemon.cli.measure",
                        "io.reseal.daemon.cli.report",
                        "io.reseal.daemon.cli.terminal");
    }

    @Test
    void the_project_keeps_the_core_pure() {
        classes()
                .that(resideInAPackage("io.reseal.policy.."))
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(PURE))
                .check(HOUSE);
    }

    @Test
    void the_project_keeps_the_IGVM_module_on_the_JDK_alone() {
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
    void the_project_gives_the_core_no_clock_no_thread_and_no_input() {
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
    void the_project_lets_the_QMP_client_know_nothing_of_resets() {
        noClasses()
                .that(resideInAPackage("io.reseal.qmp.."))
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                        "io.reseal.igvm..", "io.reseal.policy..", "io.reseal.config..", "io.reseal.daemon.."))
                .check(HOUSE);
    }

    /** So {@code QemuCommand} has them all, and QemuSchemaTest holds them all against the schema of real QEMUs. */
    @Test
    void the_project_makes_the_commands_it_sends_to_QEMU_in_one_place() {
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
    void the_project_lets_the_configuration_depend_on_the_core_only() {
        noClasses()
                .that(resideInAPackage("io.reseal.config.."))
                .should()
                .dependOnClassesThat(resideInAnyPackage("io.reseal.qmp..", "io.reseal.igvm..", "io.reseal.daemon.."))
                .check(HOUSE);
    }

    /** The testbed judges what the QMP client says, so it speaks QMP by itself. */
    @Test
    void the_project_lets_the_testbed_depend_on_the_simulated_platform_only() {
        noClasses()
                .that(resideInAnyPackage("io.reseal.fakecvm..", "io.reseal.testbed.."))
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                        "io.reseal.qmp..",
                        "io.reseal.igvm..",
                        "io.reseal.policy..",
                        "io.reseal.config..",
                        "io.reseal.daemon..",
                        "io.reseal.demo..",
                        "io.reseal.benchmarks.."))
                .check(HOUSE);
        noClasses()
                .that(resideInAPackage("io.reseal.fakecvm.."))
                .should()
                .dependOnClassesThat(resideInAPackage("io.reseal.testbed.."))
                .check(HOUSE);
    }

    /** So that {@code reseal demo} runs without JUnit. */
    @Test
    void the_project_keeps_JUnit_in_one_package_of_the_testbed() {
        noClasses()
                .that(resideOutsideOfPackage("io.reseal.testbed.junit.."))
                .should()
                .dependOnClassesThat(resideInAnyPackage("org.junit..", "io.reseal.testbed.junit.."))
                .check(HOUSE);
    }

    @Test
    void the_project_lets_demo_and_benchmarks_know_the_daemon_by_its_command_line_and_HTTP_only() {
        noClasses()
                .that(resideInAnyPackage("io.reseal.demo..", "io.reseal.benchmarks.."))
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage("io.reseal.daemon..", "io.reseal.policy..", "io.reseal.config.."))
                .check(HOUSE);
        noClasses()
                .that(resideInAPackage("io.reseal.demo.."))
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage("io.reseal.qmp..", "io.reseal.igvm..", "io.reseal.benchmarks.."))
                .check(HOUSE);
    }

    @Test
    void the_project_keeps_what_tests_and_measures_out_of_what_operators_run() {
        noClasses()
                .that(resideInAnyPackage(
                        "io.reseal.daemon..",
                        "io.reseal.config..",
                        "io.reseal.policy..",
                        "io.reseal.qmp..",
                        "io.reseal.igvm.."))
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                        "io.reseal.fakecvm..", "io.reseal.testbed..", "io.reseal.demo..", "io.reseal.benchmarks.."))
                .check(HOUSE);
    }

    @Test
    void the_project_wires_capabilities_in_one_place_only() {
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
    void the_project_keeps_the_documents_apart_from_what_they_are_made_of() {
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
    void the_project_lets_no_command_look_up_members_of_the_daemon_s_documents_by_name() {
        noClasses()
                .that(resideInAPackage("io.reseal.daemon.cli.client"))
                .should()
                .dependOnClassesThat(resideInAnyPackage("tools.jackson..", "io.reseal.daemon.feed.."))
                .check(HOUSE);
    }

    /** Another library for arguments touches one package. */
    @Test
    void the_project_lets_only_the_arguments_of_commands_know_the_library_that_reads_them() {
        noClasses()
                .that(resideOutsideOfPackage("io.reseal.daemon.cli.arguments"))
                .should()
                .dependOnClassesThat(resideInAPackage("org.apache.commons.cli.."))
                .check(HOUSE);
    }
}
