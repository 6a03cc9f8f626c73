package io.reseal.qmp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

class JavadocTest {
    /** Where Maven's site would have it; scripts/javadoc tells people. */
    private static final Path SITE = Path.of("target/site/apidocs");

    /** Not asked for: a comment says what a name and a type do not say already. */
    private static final List<String> UNWANTED = List.of("no @param", "no @return", "no @throws");

    @Test
    void the_javadoc_of_all_that_is_public_is_whole_and_makes_a_site() throws IOException {
        var tool = ToolProvider.getSystemDocumentationTool();
        var said = new StringWriter();
        Files.createDirectories(SITE);
        try (var files = tool.getStandardFileManager(null, null, null);
                var sources = Files.list(Path.of("src/main/java/io/reseal/qmp"))) {
            var options = List.of(
                    "-quiet",
                    "-Xdoclint:all",
                    "-Xmaxwarns",
                    "10000",
                    "-encoding",
                    "UTF-8",
                    "-d",
                    SITE.toString(),
                    "-cp",
                    System.getProperty("java.class.path"),
                    "-windowtitle",
                    "QMP for Java",
                    "-doctitle",
                    "QMP for Java",
                    "-notimestamp");
            boolean made = tool.getTask(
                            said, files, null, null, options, files.getJavaFileObjectsFromPaths(sources.toList()))
                    .call();

            assertThat(said.toString().lines().filter(JavadocTest::isComplaint)).isEmpty();
            assertThat(made).isTrue();
            assertThat(SITE.resolve("io/reseal/qmp/QmpClient.html")).exists();
        }
    }

    private static boolean isComplaint(String line) {
        return (line.contains(": warning: ") || line.contains("error: "))
                && UNWANTED.stream().noneMatch(line::contains);
    }
}
