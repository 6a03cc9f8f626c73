package io.reseal.igvm;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.igvm.format.Limits;
import io.reseal.igvm.launch.CpuSignature;
import io.reseal.igvm.launch.Machine;
import io.reseal.igvm.measure.SnpLaunch;
import io.reseal.igvm.read.IgvmReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ExampleTest {
    private static final Path SOURCE = Path.of("src/test/java/io/reseal/igvm/Example.java");

    @Test
    void the_example_of_the_README_is_what_the_compiler_has_seen() throws IOException {
        var source = Files.readString(SOURCE);
        var example = source.substring(source.indexOf("// <example>\n"), source.indexOf("    // </example>"))
                .replace("// <example>\n", "")
                .indent(-4);
        assertThat(Files.readString(Path.of("README.md"))).contains("```java\n" + example + "```");
    }

    @Test
    void the_example_of_the_README_measures_a_bundle(@TempDir Path folder) throws IOException {
        var sample = Samples.named("valid-snp-4vp.igvm");
        var bundle = Files.write(folder.resolve("vm.igvm"), sample.content());
        var machine = new Machine(4, CpuSignature.ofModel("EPYC-Genoa").orElseThrow());
        assertThat(Example.launchDigest(bundle))
                .isEqualTo(SnpLaunch.of(IgvmReader.parse(sample.segment()), machine, Limits.DEFAULT)
                        .orElseThrow()
                        .launchDigest());
    }
}
