package io.reseal.igvm.attestation.snp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.reseal.igvm.attestation.AttestationException;
import io.reseal.igvm.attestation.AttestationException.Code;
import io.reseal.igvm.attestation.Octets;
import io.reseal.igvm.attestation.SnpHost;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SnpReportTest {

    @Test
    void an_SNP_report_shows_each_field_from_its_place() {
        byte[] bytes = SnpHost.report(5);
        SnpReport report = parse(bytes);

        assertThat(report.version()).isEqualTo(5);
        assertThat(report.policy()).isEqualTo(new SnpPolicy(0x30000));
        assertThat(report.familyId()).isEqualTo(part(bytes, 0x10, 16));
        assertThat(report.imageId()).isEqualTo(part(bytes, 0x20, 16));
        assertThat(report.reportData()).isEqualTo(part(bytes, 0x50, 64));
        assertThat(report.measurement()).isEqualTo(part(bytes, 0x90, 48));
        assertThat(report.hostData()).isEqualTo(part(bytes, 0xc0, 32));
        assertThat(report.idKeyDigest()).isEqualTo(part(bytes, 0xe0, 48));
        assertThat(report.authorKeyDigest()).isEqualTo(part(bytes, 0x110, 48));
        assertThat(report.reportId()).isEqualTo(part(bytes, 0x140, 32));
        assertThat(report.migrationAgentReportId()).isEqualTo(part(bytes, 0x160, 32));
        assertThat(report.chipId()).isEqualTo(SnpHost.CHIP);
        assertThat(report.launchMitigations()).isEqualTo(part(bytes, 0x1f8, 8).littleEndianLong());
        assertThat(report.currentMitigations()).isEqualTo(part(bytes, 0x200, 8).littleEndianLong());
    }

    @Test
    void an_SNP_report_reads_firmware_versions_as_build_minor_major() {
        byte[] bytes = SnpHost.report(3);
        bytes[0x1e8] = 8;
        bytes[0x1e9] = 55;
        bytes[0x1ea] = 1;

        assertThat(parse(bytes).currentFirmware()).isEqualTo(new SnpFirmwareVersion(1, 55, 8));
    }

    @Test
    void an_SNP_report_of_version_2_names_no_processor_and_no_mitigations() {
        SnpReport report = parse(SnpHost.report(2));

        assertThat(report.product()).isEqualTo(SnpProduct.UNKNOWN);
        assertThat(report.cpuid()).isEqualTo(new SnpReport.Cpuid(0, 0, 0));
        assertThat(report.launchMitigations()).isZero();
        assertThat(report.reportedTcb()).hasToString("bootloader 4, TEE 1, SNP 22, microcode 213");
    }

    @Test
    void an_SNP_report_of_a_Turin_has_its_patch_levels_in_other_bytes() {
        SnpReport report = parse(SnpHost.turinReport());

        assertThat(report.product()).isEqualTo(SnpProduct.TURIN);
        assertThat(report.reportedTcb()).hasToString("FMC 2, bootloader 4, TEE 1, SNP 22, microcode 213");
    }

    @Test
    void an_SNP_report_of_Bergamo_counts_as_one_of_Genoa() {
        assertThat(SnpProduct.of(new SnpReport.Cpuid(0x19, 0xa0, 2))).isEqualTo(SnpProduct.GENOA);
    }

    @Test
    void an_SNP_report_tells_its_policy_in_words() {
        assertThat(new SnpPolicy(0xb0137).words())
                .containsExactly("ABI 1.55 or newer", "SMT allowed", "reserved bit 17 is one", "debug allowed");
        assertThat(new SnpPolicy(1L << 40).words()).contains("bit 40");
    }

    @Test
    void an_SNP_report_of_version_4_is_read_as_version_3_is() {
        byte[] bytes = SnpHost.report(4);
        SnpReport report = parse(bytes);

        assertThat(report.version()).isEqualTo(4);
        assertThat(report.product()).isEqualTo(SnpProduct.MILAN);
        assertThat(report.measurement()).isEqualTo(part(bytes, 0x90, 48));
        assertThat(report.cpuid()).isEqualTo(new SnpReport.Cpuid(0x19, 1, 1));
        assertThat(report.launchMitigations()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {6, 7, 255})
    void an_SNP_report_of_a_later_version_shows_that_Reseal_is_too_old(int version) {
        assertThatExceptionOfType(AttestationException.class)
                .isThrownBy(() -> parse(SnpHost.report(version)))
                .satisfies(broken -> assertThat(broken.code()).isEqualTo(Code.VERSION))
                .withMessageContaining("expected a report of version 2 to 5, found version " + version)
                .withMessageContaining("Reseal is too old");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 256, -1})
    void an_SNP_report_of_a_version_that_never_was_is_refused(int version) {
        assertThatExceptionOfType(AttestationException.class)
                .isThrownBy(() -> parse(SnpHost.report(version)))
                .satisfies(broken -> assertThat(broken.code()).isEqualTo(Code.VERSION))
                .withMessageContaining("found version")
                .withMessageNotContaining("too old");
    }

    @Test
    void an_SNP_report_is_refused_when_a_byte_is_missing_or_too_many() {
        byte[] whole = SnpHost.report(2);
        for (int size = 0; size <= whole.length + 1; size++) {
            byte[] other = Arrays.copyOf(whole, size);
            if (size != whole.length) {
                assertThatExceptionOfType(AttestationException.class)
                        .isThrownBy(() -> parse(other))
                        .satisfies(broken -> assertThat(broken.code()).isEqualTo(Code.SIZE));
            }
        }
    }

    private static SnpReport parse(byte[] bytes) {
        return SnpReport.parse(MemorySegment.ofArray(bytes));
    }

    private static Octets part(byte[] bytes, int from, int size) {
        return Octets.of(bytes).slice(from, size);
    }
}
