package io.reseal.igvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.reseal.igvm.format.IgvmException;
import io.reseal.igvm.format.Limits;
import io.reseal.igvm.format.Platform;
import io.reseal.igvm.launch.CpuSignature;
import io.reseal.igvm.launch.Machine;
import io.reseal.igvm.measure.QemuRefusals;
import io.reseal.igvm.measure.SnpLaunch;
import io.reseal.igvm.read.IgvmReader;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

final class SnpLaunchTest {
    private static final CpuSignature EPYC = CpuSignature.parse("0x800f12").orElseThrow();

    static List<Samples.Sample> snp() {
        return Samples.snp();
    }

    private static SnpLaunch launch(Samples.Sample sample, int vcpus) {
        var file = IgvmReader.parse(sample.segment());
        return SnpLaunch.of(file, new Machine(vcpus, EPYC), Limits.DEFAULT).orElseThrow();
    }

    @ParameterizedTest
    @MethodSource("snp")
    void an_SNP_launch_from_a_file_is_measured_as_qemu_and_kvm_do_it(Samples.Sample sample) {
        for (int vcpus : new int[] {1, 4}) {
            assertThat(launch(sample, vcpus).launchDigest())
                    .as("%d vCPUs", vcpus)
                    .isEqualTo(sample.digests().path("qemu_vcpus_" + vcpus).asString());
        }
    }

    @ParameterizedTest
    @MethodSource("snp")
    void an_SNP_launch_from_a_file_is_measured_in_the_order_of_the_file_for_those_who_compare_tools(
            Samples.Sample sample) {
        var launch = launch(sample, 1);
        assertThat(launch.fileOrderDigest())
                .isEqualTo(sample.digests().path("file_order").asString());
        if (launch.fileOrderDigest().equals(launch.launchDigest())) {
            assertThat(launch.difference()).isEmpty();
        } else {
            assertThat(launch.difference())
                    .hasValueSatisfying(reason -> assertThat(reason).isNotBlank());
        }
    }

    @ParameterizedTest
    @MethodSource("snp")
    void an_SNP_launch_from_a_file_is_told_region_by_region(Samples.Sample sample) {
        var expected = sample.digests()
                .path("qemu_vcpus_4_detail")
                .path("launch_updates")
                .valueStream()
                .map(SnpLaunchTest::region)
                .toList();
        assertThat(launch(sample, 4).regions().stream()
                        .map(each -> "%s 0x%x 0x%x".formatted(each.type(), each.gpa(), each.length())))
                .containsExactlyElementsOf(expected);
    }

    private static String region(JsonNode region) {
        return region.path("type").asString() + " " + region.path("gpa").asString() + " "
                + region.path("length").asString();
    }

    @ParameterizedTest
    @MethodSource("snp")
    void an_SNP_launch_from_a_file_is_told_to_be_refused_where_qemu_refuses_it(Samples.Sample sample) {
        for (int vcpus : new int[] {1, 4}) {
            var detail = sample.digests().path("qemu_vcpus_" + vcpus + "_detail");
            var launch = launch(sample, vcpus);
            assertThat(launch.refusals())
                    .as("%d vCPUs", vcpus)
                    .hasSize(detail.path("problems").size());
            assertThat(launch.notes())
                    .as("%d vCPUs", vcpus)
                    .hasSameSizeAs(detail.path("notes").valueStream().toList());
        }
    }

    @Test
    void an_SNP_launch_from_a_file_says_what_its_id_block_demands() {
        var file = IgvmReader.parse(Samples.named("valid-snp-idblock.igvm").segment());
        var platform = file.platform(Platform.SEV_SNP).orElseThrow();
        var demanded = file.idBlock(platform).orElseThrow();
        assertThat(demanded.launchDigest())
                .isEqualTo(launch(Samples.named("valid-snp-idblock.igvm"), 1).launchDigest())
                .isNotEqualTo(launch(Samples.named("valid-snp-idblock.igvm"), 4).launchDigest());
        assertThat(demanded.idKeyDigest()).hasSize(96);
    }

    @Test
    void a_file_for_other_platforms_has_no_SNP_launch() {
        var file = IgvmReader.parse(Samples.named("valid-tdx-min.igvm").segment());
        assertThat(SnpLaunch.of(file, new Machine(1, EPYC), Limits.DEFAULT)).isEmpty();
        assertThat(QemuRefusals.of(file))
                .anySatisfy(each -> assertThat(each.message()).contains("TDX"));
    }

    @Test
    void an_SNP_launch_from_a_file_of_more_pages_than_the_limit_is_not_measured() {
        var file = IgvmReader.parse(Samples.named("valid-snp-2mb.igvm").segment());
        var limits = new Limits(1 << 20, 1 << 20, 1024, 100);
        assertThat(catchThrowableOfType(
                        IgvmException.LimitExceeded.class, () -> SnpLaunch.of(file, new Machine(1, EPYC), limits)))
                .hasMessageContaining("1025 pages");
    }
}
