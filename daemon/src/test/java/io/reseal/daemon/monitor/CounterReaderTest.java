package io.reseal.daemon.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.reseal.policy.VcpuCounters;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class CounterReaderTest {
    private static final JsonMapper JSON = JsonMapper.shared();

    @Test
    void the_counters_of_each_vCPU_are_picked_out_by_their_names() {
        var read = Objects.requireNonNull(read(vcpu("/machine/unattached/device[0]", 5000)));

        assertThat(read.exits()).isEqualTo(Map.of("/machine/unattached/device[0]", 5000L));
        assertThat(read.others().get("/machine/unattached/device[0]"))
                .containsOnlyKeys(VcpuCounters.OTHERS)
                .containsEntry("tlb_flush", 5008L);
    }

    @Test
    void what_is_picked_out_is_what_a_tree_tells() {
        var text = IntStream.range(0, 32)
                .mapToObj(i -> member("/machine/unattached/device[" + i + "]", 1000L * i))
                .collect(Collectors.joining(", ", "[", "]"));

        assertThat(read(text)).isEqualTo(byTree(text));
    }

    @Test
    void statistics_that_are_not_compared_are_passed_over() {
        var text = """
                [{"provider": "kvm", "qom-path": "/a", "stats": [{"name": "halt_poll_fail_hist", "value": [0, 12, 3]},\
                 {"name": "guest_mode", "value": false}, {"name": "exits", "value": 7}, {"name": "blocking", "value": 1}]}]""";

        assertThat(Objects.requireNonNull(read(text)).exits()).isEqualTo(Map.of("/a", 7L));
        assertThat(read(text)).isEqualTo(byTree(text));
    }

    @Test
    void what_another_provider_counts_is_not_the_counter_of_KVM() {
        var text = """
                [{"provider": "cryptodev", "qom-path": "/a", "stats": [{"name": "exits", "value": 9}]},\
                 {"provider": "kvm", "qom-path": "/a", "stats": [{"name": "exits", "value": 7}]}]""";

        assertThat(read(text)).isNull();
        assertThat(byTree(text).exits()).isEqualTo(Map.of("/a", 7L));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "[{\"provider\": \"kvm\", \"qom-path\": \"/a\", \"stats\": []}]"})
    void a_reply_without_counters_is_read_as_a_tree_would_be(String text) {
        assertThat(read(text)).isEqualTo(byTree(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[5]",
                "[{\"stats\": []}]",
                "[{\"provider\": \"kvm\", \"qom-path\": 5, \"stats\": []}]",
                "[{\"provider\": \"kvm\", \"qom-path\": \"/a\", \"stats\": {}}]",
                "[{\"provider\": \"kvm\", \"qom-path\": \"/a\", \"stats\": [{\"name\": \"exits\", \"value\": 1.5}]}]",
                "[{\"provider\": \"kvm\", \"qom-path\": \"/a\", \"stats\": [{\"name\": \"exits\", \"value\": [1]}]}]",
                "[{\"provider\": \"kvm\", \"qom-path\": \"/a\", \"stats\": [{\"name\": \"exits\", \"value\": 99999999999999999999}]}]",
                "[{\"provider\": \"kvm\", \"qom-path\": \"/a\", \"stats\": [{\"name\": \"exits\", \"value\": 1}, {\"name\": \"exits\", \"value\": 2}]}]",
                "[{\"provider\": \"kvm\", \"qom-path\": \"/a\", \"stats\": []}, {\"provider\": \"kvm\", \"qom-path\": \"/a\", \"stats\": []}, 5]",
                "[{\"provider\": \"kvm\", \"qom-path\": \"/a\", \"stats\": [{\"value\": 1, \"name\": \"exits\"}]}]",
                "[{\"provider\": \"cryptodev\", \"qom-path\": \"/a\", \"stats\": []}]"
            })
    void what_QEMU_does_not_send_is_left_to_the_tree(String text) {
        assertThat(read(text)).isNull();
    }

    @Test
    void reading_a_sample_allocates_less_than_half_of_what_its_tree_does() {
        var text = vcpu("/machine/unattached/device[0]", 5_000_000_000L);
        for (int i = 0; i < 2_000; i++) {
            read(text);
            byTree(text);
        }

        assertThat(allocated(() -> read(text))).isLessThan(allocated(() -> byTree(text)) / 2);
    }

    private static long allocated(Runnable work) {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 500; i++) {
            work.run();
        }
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    private static @Nullable VcpuCounters read(String text) {
        try (var json = JSON.createParser(text)) {
            json.nextToken();
            return new CounterReader().read(json);
        }
    }

    private static VcpuCounters byTree(String text) {
        return QemuReplies.counters(Optional.of(JSON.readTree(text)));
    }

    private static String vcpu(String path, long value) {
        return "[" + member(path, value) + "]";
    }

    private static String member(String path, long value) {
        var names = new ArrayList<>(VcpuCounters.OTHERS);
        names.addFirst("exits");
        var stats = IntStream.range(0, names.size())
                .mapToObj(i -> "{\"name\": \"" + names.get(i) + "\", \"value\": " + (value + i) + "}")
                .collect(Collectors.joining(", ", "[", "]"));
        return "{\"provider\": \"kvm\", \"qom-path\": \"" + path + "\", \"stats\": " + stats + "}";
    }
}
