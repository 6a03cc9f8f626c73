package io.reseal.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Scripts name classes that no compiler checks: a class cache was made of a class without main once, and nobody was told. */
class StartedProgramsTest {
    private static final Pattern PROGRAM =
            Pattern.compile("\\bio\\.reseal\\.(?:daemon|testbed)(?:\\.[a-z]+)*\\.[A-Z]\\w*");
    private static final Path TREE = Path.of("..");

    @ParameterizedTest
    @ValueSource(strings = {"reseal", "scripts/class-cache", "scripts/container"})
    void every_class_that_a_script_starts_is_a_program(String script) throws IOException {
        assertThat(programs(script)).isNotEmpty().allSatisfy(name -> {
            var main = Class.forName(name).getDeclaredMethod("main", String[].class);
            assertThat(Modifier.isStatic(main.getModifiers())).as(name).isTrue();
        });
    }

    @Test
    void the_class_caches_are_of_the_daemon_and_of_its_commands() throws IOException {
        assertThat(programs("scripts/class-cache"))
                .containsAll(List.of(Reseal.class.getName(), CommandTraining.class.getName()));
    }

    private static Set<String> programs(String script) throws IOException {
        var found = new TreeSet<String>();
        var text = PROGRAM.matcher(Files.readString(TREE.resolve(script)));
        while (text.find()) {
            found.add(text.group());
        }
        return found;
    }
}
