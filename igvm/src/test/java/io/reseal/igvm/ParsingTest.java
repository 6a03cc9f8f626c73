package io.reseal.igvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.reseal.igvm.format.IgvmException;
import io.reseal.igvm.format.IgvmFile;
import io.reseal.igvm.format.Limits;
import io.reseal.igvm.launch.CpuSignature;
import io.reseal.igvm.launch.Machine;
import io.reseal.igvm.measure.SnpLaunch;
import io.reseal.igvm.read.IgvmReader;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ParsingTest {
    static List<Samples.Sample> accepted() {
        return Samples.accepted();
    }

    static List<Samples.Sample> rejected() {
        return Samples.rejected();
    }

    @ParameterizedTest
    @MethodSource("rejected")
    void an_IGVM_file_that_breaks_a_rule_is_rejected_with_the_code_and_the_place(Samples.Sample sample) {
        var error = sample.expected().path("error");
        var thrown = catchThrowableOfType(IgvmException.Malformed.class, () -> IgvmReader.parse(sample.segment()));
        assertThat(thrown).isNotNull();
        assertThat(thrown.code()).isEqualTo(error.path("code").asString());
        if (error.path("offset").isNull()) {
            assertThat(thrown.offset()).isEmpty();
        } else {
            assertThat(thrown.offset()).hasValue(error.path("offset").asLong());
        }
        assertThat(thrown.getMessage()).contains(thrown.found(), thrown.allowed());
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void an_IGVM_file_that_keeps_the_rules_is_read(Samples.Sample sample) {
        var file = IgvmReader.parse(sample.segment());
        var expected = sample.expected();
        assertThat(file.fixed().version())
                .isEqualTo(expected.path("format_version").asInt());
        assertThat(file.fixed().architecture().name())
                .isEqualTo(expected.path("architecture").asString());
        assertThat("0x%08x".formatted(file.fixed().checksum()))
                .isEqualTo(expected.path("checksum").asString());
        assertThat(file.fixed().dataOffset())
                .isEqualTo(expected.path("data_start").asLong());
        assertThat(counts(file)).isEqualTo(expectedCounts(sample));
        assertThat(file.platforms().stream().map(each -> each.platform().name() + " " + each.mask()))
                .containsExactlyElementsOf(expected.path("platforms")
                        .valueStream()
                        .map(each -> each.path("platform").asString() + " "
                                + Integer.decode(each.path("mask").asString()))
                        .toList());
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void an_IGVM_file_that_is_odd_is_read_with_warnings(Samples.Sample sample) {
        var warnings = IgvmReader.parse(sample.segment()).warnings();
        assertThat(warnings.stream().map(each -> each.code() + " " + each.message()))
                .containsExactlyElementsOf(sample.expected()
                        .path("warnings")
                        .valueStream()
                        .map(each -> each.path("code").asString() + " "
                                + each.path("message").asString())
                        .toList());
    }

    @Test
    void an_IGVM_file_of_another_length_than_it_says_is_rejected_at_each_prefix() {
        for (var sample : Samples.accepted()) {
            var whole = sample.segment();
            for (long length = 0; length < whole.byteSize(); length++) {
                var prefix = whole.asSlice(0, length);
                assertThat(catchThrowableOfType(IgvmException.Malformed.class, () -> IgvmReader.parse(prefix)))
                        .as("%s, %d bytes", sample, length)
                        .isNotNull();
            }
        }
    }

    @Test
    void an_IGVM_file_larger_than_the_limits_is_told_so() {
        var sample = Samples.named("valid-ovmf-like.igvm").segment();
        var limits = List.of(
                new Limits(sample.byteSize() - 1, 1 << 20, 1 << 20, 1000),
                new Limits(sample.byteSize(), 4095, 1 << 20, 1000),
                new Limits(sample.byteSize(), 1 << 20, 1 << 20, 17));
        for (var limit : limits) {
            assertThat(catchThrowableOfType(IgvmException.LimitExceeded.class, () -> IgvmReader.parse(sample, limit)))
                    .as("%s", limit)
                    .isNotNull()
                    .hasMessageContaining("LIMIT");
        }
        assertThat(IgvmReader.parse(sample, new Limits(sample.byteSize(), 4096, 1, 18))
                        .directives())
                .hasSize(15);
    }

    /** Each header starts a region: the work must stay in proportion to their number. */
    @Test
    @Timeout(60)
    void an_IGVM_file_of_many_headers_is_read_and_measured_in_time() {
        var file = IgvmReader.parse(ManyHeaders.pagesWithHoles(200_000));
        var machine = new Machine(1, CpuSignature.ofModel("EPYC").orElseThrow());
        var launch = SnpLaunch.of(file, machine, Limits.DEFAULT).orElseThrow();
        assertThat(launch.regions()).hasSize(200_000);
        assertThat(launch.difference()).isPresent();
    }

    @Test
    void an_IGVM_file_of_more_regions_than_can_be_compared_is_told_so() {
        assertThat(catchThrowableOfType(
                        IgvmException.LimitExceeded.class,
                        () -> IgvmReader.parse(ManyHeaders.relocatableRegions(1025))))
                .hasMessageContaining("region number 1025");
    }

    @Test
    void an_IGVM_file_is_not_copied() {
        var bytes = Samples.named("valid-snp-idblock.igvm").content();
        var file = IgvmReader.parse(MemorySegment.ofArray(bytes));
        assertThat(file.bytes().heapBase()).containsSame(bytes);
    }

    private static Map<String, Integer> counts(IgvmFile file) {
        var counts = new TreeMap<String, Integer>();
        file.directives().forEach(each -> counts.merge(each.type().name(), 1, Integer::sum));
        return counts;
    }

    private static Map<String, Integer> expectedCounts(Samples.Sample sample) {
        var counts = new TreeMap<String, Integer>();
        sample.expected()
                .path("directive_counts")
                .propertyStream()
                .forEach(each -> counts.put(each.getKey(), each.getValue().asInt()));
        return counts;
    }
}
