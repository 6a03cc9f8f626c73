package io.reseal.fakecvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class FakeCvmLibraryTest {
    @Test
    void the_library_is_compiled_once_or_the_obstacle_is_told() {
        var obstacle = FakeCvmLibrary.obstacle();
        if (obstacle.isPresent()) {
            assertThatThrownBy(FakeCvmLibrary::compiled)
                    .isInstanceOf(FakeCvmException.class)
                    .hasMessageStartingWith(obstacle.get())
                    .hasMessageContaining("apt-get install");
            return;
        }
        var library = FakeCvmLibrary.compiled();
        assertThat(library.path()).isRegularFile();
        assertThat(FakeCvmLibrary.compiled()).isSameAs(library);
    }

    @Test
    void every_source_travels_in_the_jar() throws Exception {
        try (var sources = Files.list(Path.of("src/main/c"))) {
            assertThat(sources.map(source -> source.getFileName().toString()))
                    .isNotEmpty()
                    .allMatch(name -> FakeCvmLibrary.class.getResource(name) != null);
        }
    }
}
