package io.reseal.daemon;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RoomsTest {
    private static final int MOST_CLASSES = 20;
    private static final int MOST_IN_A_CIRCLE = 5;

    private static final Set<String> LARGE_PACKAGES = Set.of("io.reseal.qmp");

    private static final int MOST_PARAMETERS = 4;

    private static final Set<String> FIVE_PARAMETERS = Set.of(
            "io.reseal.config.yaml.ConfigReader.ownSocket",
            "io.reseal.daemon.guest.GuestIdentifier.<init>",
            "io.reseal.daemon.launch.LaunchFiles.<init>",
            "io.reseal.igvm.attestation.AttestationException.<init>",
            "io.reseal.igvm.launch.Vmsa.segment",
            "io.reseal.igvm.read.FormatCheck.need");

    private static final String DAEMON = "io.reseal.daemon.";

    /** Which rooms of the daemon a room may use. The package {@code io.reseal.daemon} itself wires all of them. */
    private static final Map<String, Set<String>> DAEMON_ROOMS = Map.ofEntries(
            Map.entry("api", Set.of()),
            Map.entry("cli", Set.of("api", "feed", "files")),
            Map.entry("discovery", Set.of("files", "guest", "health", "log", "qmp", "status", "work")),
            Map.entry("feed", Set.of("api", "request", "status")),
            Map.entry("files", Set.of("work")),
            Map.entry(
                    "guest", Set.of("health", "host", "launch", "log", "monitor", "qmp", "request", "status", "work")),
            Map.entry("health", Set.of()),
            Map.entry("host", Set.of("files", "log", "work")),
            Map.entry("http", Set.of("api", "feed", "guest", "health", "log", "request", "status", "work")),
            Map.entry("launch", Set.of("files", "host", "log", "monitor", "qmp", "work")),
            Map.entry("log", Set.of()),
            Map.entry("metrics", Set.of("health", "log", "qmp", "status", "work")),
            Map.entry("monitor", Set.of("files", "host", "log", "qmp", "status", "work")),
            Map.entry("qmp", Set.of()),
            Map.entry(
                    "rehearsal",
                    Set.of(
                            "api", "cli", "feed", "files", "guest", "health", "http", "log", "metrics", "qmp", "status",
                            "work")),
            Map.entry("request", Set.of("status")),
            Map.entry("status", Set.of()),
            Map.entry("work", Set.of()));

    private static final String CORE = "io.reseal.policy.";

    /** The values of {@code io.reseal.policy} itself are for all of them. */
    private static final Map<String, Set<String>> CORE_ROOMS = Map.ofEntries(
            Map.entry("codec", Set.of("hazard", "launch", "reset", "signal", "state")),
            Map.entry("hazard", Set.of("launch")),
            Map.entry("judge", Set.of("hazard", "launch", "reset", "signal", "state")),
            Map.entry("launch", Set.of()),
            Map.entry("machine", Set.of("hazard", "judge", "launch", "reset", "signal", "state")),
            Map.entry("reset", Set.of("hazard")),
            Map.entry("signal", Set.of("launch", "reset", "state")),
            Map.entry("state", Set.of("hazard", "launch", "reset")),
            Map.entry("supervision", Set.of("machine", "reset", "signal", "state")));

    private static final String IGVM = "io.reseal.igvm.";

    private static final Map<String, Set<String>> IGVM_ROOMS = Map.ofEntries(
            Map.entry("attestation", Set.of()),
            Map.entry("attestation.certificate", Set.of("attestation")),
            Map.entry("attestation.comparison", Set.of("attestation", "attestation.snp", "attestation.tdx")),
            Map.entry(
                    "attestation.recognition",
                    Set.of("attestation", "attestation.certificate", "attestation.snp", "attestation.tdx")),
            Map.entry("attestation.snp", Set.of("attestation", "attestation.certificate")),
            Map.entry("attestation.tdx", Set.of("attestation", "attestation.certificate")),
            Map.entry("firmware", Set.of("launch")),
            Map.entry("format", Set.of()),
            Map.entry("launch", Set.of()),
            Map.entry("measure", Set.of("format", "launch")),
            Map.entry("read", Set.of("format")));

    private static final JavaClasses HOUSE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.reseal");

    @Test
    void no_package_has_more_than_twenty_classes_but_those_that_are_named() {
        var sizes = new TreeMap<>(HOUSE.stream()
                .filter(type -> type.getEnclosingClass().isEmpty())
                .filter(type -> !type.getSimpleName().equals("package-info"))
                .collect(groupingBy(JavaClass::getPackageName, mapping(JavaClass::getSimpleName, toSet()))));
        sizes.keySet().removeAll(LARGE_PACKAGES);
        assertThat(sizes)
                .allSatisfy((name, types) -> assertThat(types)
                        .as("classes of %s: split it into rooms by subject", name)
                        .hasSizeLessThanOrEqualTo(MOST_CLASSES));
    }

    @Test
    void the_rooms_of_the_daemon_use_only_those_that_they_may() {
        check(DAEMON_ROOMS, used(DAEMON, room -> room.split("\\.", 2)[0]));
    }

    @Test
    void the_rooms_of_the_core_use_only_those_that_they_may() {
        check(CORE_ROOMS, used(CORE, UnaryOperator.identity()));
    }

    @Test
    void the_rooms_of_the_IGVM_module_use_only_those_that_they_may() {
        check(IGVM_ROOMS, used(IGVM, UnaryOperator.identity()));
    }

    @Test
    void the_values_of_the_configuration_do_not_know_their_reader() {
        assertThat(used("io.reseal.", UnaryOperator.identity()).get("config")).doesNotContain("config.yaml");
    }

    @Test
    void no_circle_of_classes_in_the_core_or_the_IGVM_module_is_larger_than_five() {
        Stream.of("io.reseal.policy", "io.reseal.igvm")
                .flatMap(module -> Circles.in(HOUSE, module).stream())
                .forEach(circle -> assertThat(circle)
                        .as("classes that need each other")
                        .hasSizeLessThanOrEqualTo(MOST_IN_A_CIRCLE));
    }

    @Test
    void no_method_has_more_than_four_parameters_but_those_that_are_named() {
        var tooMany = HOUSE.stream()
                .filter(type -> !type.getPackageName().startsWith("io.reseal.testbed"))
                .flatMap(type -> Stream.concat(
                        type.getMethods().stream(),
                        type.isRecord() || type.isEnum()
                                ? Stream.<JavaCodeUnit>empty()
                                : type.getConstructors().stream()))
                .filter(method -> !method.getModifiers().contains(JavaModifier.SYNTHETIC))
                .filter(method -> method.getRawParameterTypes().size() > MOST_PARAMETERS)
                .map(method -> method.getOwner().getName() + "." + method.getName())
                .filter(name -> !FIVE_PARAMETERS.contains(name));
        assertThat(tooMany)
                .as("methods with more than four parameters: make a record of some")
                .isEmpty();
    }

    @Test
    void no_packages_of_a_module_need_each_other() {
        Stream.of("qmp", "igvm", "config", "policy", "daemon", "testbed", "demo", "benchmarks")
                .forEach(module -> slices().matching("io.reseal.(" + module + "..)")
                        .should()
                        .beFreeOfCycles()
                        .check(HOUSE));
    }

    private static void check(Map<String, Set<String>> allowed, Map<String, Set<String>> used) {
        assertThat(used).allSatisfy((room, others) -> {
            assertThat(allowed).as("the room %s has no row in this table", room).containsKey(room);
            assertThat(allowed.get(room)).as("rooms that %s may use", room).containsAll(others);
        });
    }

    private static Map<String, Set<String>> used(String base, UnaryOperator<String> roomOf) {
        var used = new TreeMap<String, Set<String>>();
        HOUSE.stream().filter(type -> type.getPackageName().startsWith(base)).forEach(type -> {
            var room = roomOf.apply(type.getPackageName().substring(base.length()));
            var others = used.computeIfAbsent(room, _ -> new TreeSet<>());
            type.getDirectDependenciesFromSelf().stream()
                    .map(each -> each.getTargetClass().getPackageName())
                    .filter(target -> target.startsWith(base))
                    .map(target -> roomOf.apply(target.substring(base.length())))
                    .filter(other -> !other.equals(room))
                    .forEach(others::add);
        });
        return used;
    }
}
