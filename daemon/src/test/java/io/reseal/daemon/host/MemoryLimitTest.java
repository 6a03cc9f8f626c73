package io.reseal.daemon.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryLimitTest {
    private static final List<String> SCOPE = List.of("0::/machine.slice/vm.scope");

    @TempDir
    private Path root;

    @Test
    void the_memory_that_a_process_may_still_take_is_what_its_control_group_leaves() throws IOException {
        group("machine.slice/vm.scope", "1000", "400");
        assertThat(new MemoryLimit(root).left(SCOPE)).hasValue(600);
    }

    @Test
    void the_memory_that_a_process_may_still_take_is_the_least_of_what_the_groups_above_leave_too() throws IOException {
        group("", "100000", "0");
        group("machine.slice", "5000", "4900");
        group("machine.slice/vm.scope", "1000", "400");
        assertThat(new MemoryLimit(root).left(SCOPE)).hasValue(100);
    }

    @Test
    void the_memory_that_a_process_may_still_take_is_not_limited_where_no_group_has_a_limit() throws IOException {
        group("machine.slice/vm.scope", "max", "400");
        assertThat(new MemoryLimit(root).left(SCOPE)).isEmpty();
    }

    @Test
    void the_memory_that_a_process_may_still_take_has_in_it_what_the_kernel_gives_up_before_it_kills()
            throws IOException {
        var group = group("machine.slice/vm.scope", "1000", "1000");
        Files.writeString(
                group.resolve("memory.stat"),
                "anon 500\ninactive_file 200\nactive_file 50\nslab_reclaimable 7\nshmem 9\n");
        assertThat(new MemoryLimit(root).left(SCOPE)).hasValue(257);
    }

    @Test
    void the_memory_that_a_process_may_still_take_is_none_beyond_the_limit() throws IOException {
        group("machine.slice/vm.scope", "1000", "1200");
        assertThat(new MemoryLimit(root).left(SCOPE)).hasValue(0);
    }

    @Test
    void the_memory_that_a_process_may_still_take_is_told_by_version_1_of_the_controller_too() throws IOException {
        var group = Files.createDirectories(root.resolve("memory/machine/vm"));
        Files.writeString(group.resolve("memory.limit_in_bytes"), "1000\n");
        Files.writeString(group.resolve("memory.usage_in_bytes"), "300\n");
        var above = group.resolveSibling("");
        Files.writeString(above.resolve("memory.limit_in_bytes"), "9223372036854771712\n");
        Files.writeString(above.resolve("memory.usage_in_bytes"), "300\n");
        assertThat(new MemoryLimit(root).left(List.of("5:cpu,cpuacct:/machine/vm", "4:memory:/machine/vm")))
                .hasValue(700);
    }

    @Test
    void the_memory_that_a_process_may_still_take_is_not_known_of_a_group_that_cannot_be_seen() {
        for (var line : List.of("0::/../other.scope", "0::/no/such/group", "0::", "nonsense", "4:cpu:/vm")) {
            assertThat(new MemoryLimit(root).left(List.of(line))).isEmpty();
        }
        assertThat(new MemoryLimit(root).left(List.of())).isEmpty();
    }

    private Path group(String path, String limit, String usage) throws IOException {
        var group = Files.createDirectories(root.resolve(path));
        Files.writeString(group.resolve("memory.max"), limit + "\n");
        Files.writeString(group.resolve("memory.current"), usage + "\n");
        return group;
    }
}
