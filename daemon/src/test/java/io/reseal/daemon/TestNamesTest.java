package io.reseal.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.daemon.Sources.Source;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A rule of a test is the name of its method, a whole sentence: so it reads in any log, and is found by a search. */
class TestNamesTest {
    private static final Pattern ANNOTATION = Pattern.compile("@(?:Test|ParameterizedTest|RepeatedTest|FuzzTest)\\b");

    /** In code without literals, so that no parameter of a test hides its name. */
    private static final Pattern TEST = Pattern.compile(ANNOTATION + "[^;]*?\\bvoid\\s+(\\w+)\\(");

    @Test
    void no_test_has_a_display_name() {
        assertThat(testSources())
                .allSatisfy(source -> assertThat(source.code())
                        .as("%s: make the name of each method a whole sentence in place of @DisplayName", source.path())
                        .doesNotContainPattern("\\bDisplayName"));
    }

    @Test
    void the_name_of_a_test_is_a_sentence() {
        assertThat(testSources())
                .allSatisfy(source -> assertThat(testNames(source.code()))
                        .as("tests of %s: a name has at least three words, with _ between them", source.path())
                        .allSatisfy(name -> assertThat(name).matches("[A-Za-z0-9]+(_[A-Za-z0-9]+){2,}")));
    }

    @Test
    void the_name_of_every_test_is_found() {
        var classes = testSources().stream().filter(source -> source.className().endsWith("Test"));
        assertThat(classes)
                .hasSizeGreaterThan(100)
                .allSatisfy(source -> assertThat(testNames(source.code()))
                        .as("tests of %s", source.path())
                        .isNotEmpty()
                        .hasSize((int)
                                ANNOTATION.matcher(source.code()).results().count()));
    }

    private static List<Source> testSources() {
        return Sources.all().stream().filter(source -> !source.isMain()).toList();
    }

    private static Stream<String> testNames(String code) {
        return TEST.matcher(code).results().map(test -> test.group(1));
    }
}
