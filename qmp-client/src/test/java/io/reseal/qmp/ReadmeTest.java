package io.reseal.qmp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadmeTest {
    private static final Pattern JAVA = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);

    @TempDir
    Path folder;

    @Test
    void the_README_has_an_example_of_15_lines_that_compiles() throws IOException {
        var blocks = JAVA.matcher(Files.readString(Path.of("README.md")))
                .results()
                .map(block -> block.group(1))
                .toList();

        assertThat(blocks).hasSize(1);
        assertThat(blocks.getFirst().lines().count()).isLessThanOrEqualTo(15);
        var source = Files.writeString(folder.resolve("Example.java"), blocks.getFirst());
        assertThat(compile(source)).isEmpty();
    }

    private String compile(Path source) {
        var compiler = ToolProvider.getSystemJavaCompiler();
        var complaints = new StringWriter();
        var options =
                List.of("-d", folder.toString(), "-cp", System.getProperty("java.class.path"), "-Xlint:all,-classfile");
        try (var files = compiler.getStandardFileManager(null, null, null)) {
            var task = compiler.getTask(complaints, files, null, options, null, files.getJavaFileObjects(source));
            return task.call() ? complaints.toString() : "does not compile: " + complaints;
        } catch (IOException unreadable) {
            throw new AssertionError(unreadable);
        }
    }
}
