package io.reseal.igvm.firmware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.reseal.igvm.launch.CpuSignature;
import io.reseal.igvm.launch.Machine;
import io.reseal.igvm.launch.Mrtd;
import io.reseal.igvm.launch.PageType;
import io.reseal.igvm.launch.SnpDigestChain;
import io.reseal.igvm.launch.Vmsa;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FirmwareTest {
    private static final CpuSignature MILAN = CpuSignature.ofModel("EPYC-Milan").orElseThrow();

    @Test
    void a_firmware_image_of_an_snp_guest_is_measured_with_its_metadata_and_a_vmsa_for_each_vcpu() {
        var image = Images.whole();
        var chain = new SnpDigestChain();
        for (int at = 0; at < Images.SIZE; at += 4096) {
            chain.measured(
                    PageType.NORMAL,
                    0xffff0000L + at,
                    chain.sha384(image.segment().asSlice(at, 4096)));
        }
        for (int at = 0; at < 0x4000; at += 4096) {
            chain.unmeasured(PageType.ZERO, 0x800000 + at);
        }
        chain.unmeasured(PageType.SECRETS, 0x80d000);
        chain.unmeasured(PageType.CPUID, 0x80e000);
        chain.measured(PageType.VMSA, Vmsa.GPA, chain.sha384(Vmsa.powerOn(MILAN).bytes()));
        chain.measured(
                PageType.VMSA,
                Vmsa.GPA,
                chain.sha384(Vmsa.applicationProcessor(MILAN, 0x80b004).bytes()));

        var measured = SnpFirmware.of(image.read(), new Machine(2, MILAN), 0);
        assertThat(measured.launchDigest()).isEqualTo(chain.digest());
        assertThat(measured.regions().stream().map(each -> each.type() + " " + each.pages()))
                .containsExactly("NORMAL 16", "ZERO 4", "SECRETS 1", "CPUID 1");
    }

    @Test
    void a_firmware_image_of_an_snp_guest_is_measured_otherwise_with_other_features_vcpus_or_cpus() {
        var image = Images.whole().read();
        assertThat(List.of(
                        SnpFirmware.of(image, new Machine(1, MILAN), 1).launchDigest(),
                        SnpFirmware.of(image, new Machine(2, MILAN), 1).launchDigest(),
                        SnpFirmware.of(image, new Machine(1, MILAN), 0x21).launchDigest(),
                        SnpFirmware.of(image, new Machine(1, new CpuSignature(0x800f12)), 1)
                                .launchDigest()))
                .doesNotHaveDuplicates();
    }

    @Test
    void a_firmware_image_of_a_td_is_measured_by_all_addresses_and_by_the_extended_content() {
        var image = Images.whole();
        var mrtd = new Mrtd();
        for (int at = 0; at < Images.SIZE; at += 4096) {
            mrtd.add(0xffff0000L + at);
            mrtd.extend(0xffff0000L + at, image.segment().asSlice(at, 4096));
        }
        mrtd.add(0x810000);
        mrtd.add(0x811000);
        mrtd.add(0x812000);
        assertThat(TdxFirmware.of(image.read()).mrtd()).isEqualTo(mrtd.finish());
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 65535, 65537})
    void a_firmware_image_of_a_size_that_qemu_does_not_load_is_rejected(long size) {
        var bytes = MemorySegment.ofArray(new byte[(int) size]);
        assertThat(catchThrowableOfType(FirmwareException.class, () -> FirmwareImage.of(bytes))
                        .fault())
                .isEqualTo(FirmwareException.Fault.IMAGE_SIZE);
    }

    @Test
    void a_firmware_image_without_a_table_cannot_be_measured() {
        assertThat(fault(Images.withoutTable())).isEqualTo(FirmwareException.Fault.NO_TABLE);
        assertThat(catchThrowableOfType(
                                FirmwareException.class,
                                () -> TdxFirmware.of(Images.withoutTable().read()))
                        .getMessage())
                .contains("NO_TABLE at 0xffd0", "OVMF or TDVF");
    }

    @Test
    void a_firmware_image_with_metadata_that_cannot_be_is_rejected() {
        assertThat(fault(Images.whole().number(Images.SEV_AT, 0))).isEqualTo(FirmwareException.Fault.BAD_METADATA);
        assertThat(fault(Images.whole().number(Images.SEV_AT + 8, 2))).isEqualTo(FirmwareException.Fault.BAD_METADATA);
        assertThat(fault(Images.whole().number(Images.SEV_AT + 12, -1)))
                .isEqualTo(FirmwareException.Fault.BAD_METADATA);
        assertThat(fault(Images.whole().number(Images.SEV_AT + 4, -1))).isEqualTo(FirmwareException.Fault.BAD_METADATA);
        assertThat(fault(Images.whole().sev(new int[] {0x800001, 0x1000, 1})))
                .isEqualTo(FirmwareException.Fault.BAD_SECTION);
        assertThat(fault(Images.whole().sev(new int[] {0, 0xfffff000, 1}))).isEqualTo(FirmwareException.Fault.LIMIT);
    }

    @Test
    void a_firmware_image_of_a_td_with_a_section_that_cannot_be_is_rejected() {
        assertThat(tdFault(new long[] {0, 0, 0, 0x1000, 4, 0})).isEqualTo(FirmwareException.Fault.BAD_SECTION);
        assertThat(tdFault(new long[] {0, 0, 1, 0x1000, 3, 0})).isEqualTo(FirmwareException.Fault.BAD_SECTION);
        assertThat(tdFault(new long[] {0, 0, 0, -4096, 3, 0})).isEqualTo(FirmwareException.Fault.BAD_SECTION);
        assertThat(tdFault(new long[] {0, 0x2000, 0, 0x1000, 0, 1})).isEqualTo(FirmwareException.Fault.BAD_SECTION);
        assertThat(tdFault(new long[] {0xffff, 0x1000, 0, 0x1000, 0, 1}))
                .isEqualTo(FirmwareException.Fault.BAD_SECTION);
        assertThat(tdFault(new long[] {0, 0, 0, 0x1000, 0, 1})).isEqualTo(FirmwareException.Fault.BAD_SECTION);
        assertThat(tdFault(new long[] {0, 0x1000, 0, 0x1000, 3, 0})).isEqualTo(FirmwareException.Fault.BAD_SECTION);
        assertThat(tdFault(new long[] {0, 0, 0, 0x1000, 2, 1})).isEqualTo(FirmwareException.Fault.BAD_SECTION);
        assertThat(tdFault(new long[] {0xf000, 0x1000, 0, 0x2000, 0, 1}))
                .isEqualTo(FirmwareException.Fault.BAD_SECTION);
        long half = 32L << 20;
        assertThat(tdFault(new long[] {0, 0, 0, half, 3, 0}, new long[] {0, 0, half, half + 4096, 3, 0}))
                .isEqualTo(FirmwareException.Fault.LIMIT);
    }

    @Test
    void a_firmware_image_of_a_td_with_too_few_sections_is_rejected() {
        var memory = new long[] {0, 0, 0x810000, 0x1000, 3, 0};
        var list = new long[] {0, 0, 0x811000, 0x1000, 2, 0};
        assertThat(tdFault(list)).isEqualTo(FirmwareException.Fault.BAD_METADATA);
        assertThat(tdFault(memory, memory)).isEqualTo(FirmwareException.Fault.BAD_METADATA);
        var longer = Images.whole().number(Images.TDVF_AT + 4, 16 + 4 * 32);
        assertThat(catchThrowableOfType(FirmwareException.class, () -> TdxFirmware.of(longer.read()))
                        .fault())
                .isEqualTo(FirmwareException.Fault.BAD_METADATA);
    }

    @Test
    void a_firmware_image_of_a_td_is_measured_with_what_follows_data_that_is_shorter_than_its_section() {
        var image = Images.whole()
                .tdvf(new long[] {0x1000, 1, 0x820000, 0x1000, 1, 1}, new long[] {0, 0, 0x810000, 0x1000, 2, 0});
        var mrtd = new Mrtd();
        mrtd.add(0x820000);
        mrtd.extend(0x820000, image.segment().asSlice(0x1000, 4096));
        mrtd.add(0x810000);
        assertThat(TdxFirmware.of(image.read()).mrtd()).isEqualTo(mrtd.finish());
    }

    @Test
    void a_firmware_image_of_an_snp_guest_without_a_reset_address_is_rejected() {
        assertThat(fault(Images.whole().number(Images.RESET_ADDRESS_AT, 0)))
                .isEqualTo(FirmwareException.Fault.NO_METADATA);
    }

    @Test
    void a_firmware_image_with_a_table_that_is_longer_than_the_image_has_none() {
        assertThat(fault(Images.whole().number(Images.SIZE - 52, 0xffff0000)))
                .isEqualTo(FirmwareException.Fault.NO_TABLE);
    }

    private static FirmwareException.Fault fault(Images images) {
        return catchThrowableOfType(
                        FirmwareException.class, () -> SnpFirmware.of(images.read(), new Machine(1, MILAN), 1))
                .fault();
    }

    private static FirmwareException.Fault tdFault(long[]... sections) {
        var images = Images.whole().tdvf(sections);
        return catchThrowableOfType(FirmwareException.class, () -> TdxFirmware.of(images.read()))
                .fault();
    }
}
