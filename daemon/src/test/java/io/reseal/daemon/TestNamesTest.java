package io.reseal.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A rule of a test is the name of its method, a whole sentence: so it reads in any log, and is found by a search. */
class TestNamesTest {
    private static final Path SOURCES = Path.of("..");

    /** Of which the names are still to be made sentences. */
    private static final List<String> OTHERS = List.of(
            "/reset-policy/src/",
            "/config/src/",
            "/src/test/java/io/reseal/daemon/http/",
            "/src/test/java/io/reseal/daemon/cli/");

    @Test
    void no_test_has_a_display_name_that_its_method_goes_on_with() throws IOException {
        assertThat(tests())
                .hasSizeGreaterThan(100)
                .filteredOn(TestNamesTest::isHeld)
                .noneMatch(TestNamesTest::hasDisplayName);
    }

    private static List<Path> tests() throws IOException {
        try (var files = Files.find(SOURCES, 20, (path, _) -> isTest(path.toString()))) {
            return files.toList();
        }
    }

    private static boolean isTest(String path) {
        return path.contains("/src/test/java/") && path.endsWith("Test.java");
    }

    private static boolean isHeld(Path test) {
        return OTHERS.stream().noneMatch(test.toString()::contains);
    }

    private static boolean hasDisplayName(Path test) {
        try (Stream<String> lines = Files.lines(test)) {
            return lines.anyMatch(line -> line.strip().startsWith("@DisplayName"));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
