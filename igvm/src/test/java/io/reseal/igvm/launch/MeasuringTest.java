package io.reseal.igvm.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.reseal.igvm.Vectors;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MeasuringTest {
    private static final CpuSignature EPYC = new CpuSignature(0x800f12);

    private static MemorySegment page(int filling) {
        var bytes = new byte[LaunchRegion.PAGE];
        Arrays.fill(bytes, (byte) filling);
        return MemorySegment.ofArray(bytes);
    }

    @Test
    void a_launch_measurement_of_an_snp_guest_grows_page_by_page() {
        var chain = new SnpDigestChain();
        var steps = Vectors.of("chain").path("steps").valueStream().toList();
        for (int i = 0; i < steps.size(); i++) {
            var type = PageType.valueOf(steps.get(i).path("name").asString());
            long gpa = Long.decode(steps.get(i).path("gpa").asString());
            if (type == PageType.VMSA) {
                chain.measured(type, gpa, chain.sha384(Vmsa.powerOn(EPYC).bytes()));
            } else if (type.contentMeasured()) {
                chain.measured(type, gpa, chain.sha384(page(i)));
            } else {
                chain.unmeasured(type, gpa);
            }
            assertThat(type.code()).isEqualTo(steps.get(i).path("type").asInt());
            assertThat(chain.digest())
                    .as("%s", type)
                    .isEqualTo(steps.get(i).path("ld_after").asString());
        }
    }

    @Test
    void a_launch_measurement_of_an_snp_guest_contains_these_pages() {
        var chain = new SnpDigestChain();
        assertThat(Vectors.hex(SnpDigestChain.zeroPage()))
                .isEqualTo(Vectors.of("chain").path("sha384_zero_page").asString());
        assertThat(Vectors.hex(chain.sha384(Vmsa.powerOn(EPYC).bytes())))
                .isEqualTo(Vectors.of("chain")
                        .path("sha384_reset_vmsa_0x800f12_features_1")
                        .asString());
    }

    @Test
    void a_launch_measurement_of_a_td_counts_an_added_page_by_its_address() {
        var mrtd = new Mrtd();
        mrtd.add(0x1000);
        assertThat(mrtd.finish())
                .isEqualTo(Vectors.of("mrtd_unit").path("page_add_0x1000").asString());
    }

    @Test
    void a_launch_measurement_of_a_td_counts_an_extended_page_by_its_content_too() {
        var mrtd = new Mrtd();
        mrtd.add(0x1000);
        mrtd.extend(0x1000, MemorySegment.ofArray(new byte[0]));
        assertThat(mrtd.finish())
                .isEqualTo(Vectors.of("mrtd_unit")
                        .path("page_add_and_extend_zero_page_0x1000")
                        .asString());
    }

    @ParameterizedTest
    @CsvSource({
        "EPYC, 0x800f12",
        "EPYC-v4, 0x800f12",
        "EPYC-IBPB, 0x800f12",
        "EPYC-Rome-v2, 0x830f10",
        "EPYC-Milan, 0xa00f11",
        "EPYC-Genoa-v1, 0xa10f10",
        "EPYC-Turin, 0xb00f00"
    })
    void a_CPU_signature_is_known_of_the_models_of_QEMU(String model, String signature) {
        assertThat(CpuSignature.ofModel(model)).hasToString("Optional[" + signature + "]");
        assertThat(CpuSignature.parse(signature)).isEqualTo(CpuSignature.ofModel(model));
    }

    @ParameterizedTest
    @ValueSource(strings = {"host", "epyc", "EPYC-Genoa-", "EPYC-v", "", "Skylake-Server"})
    void a_CPU_signature_is_known_of_no_other_models(String model) {
        assertThat(CpuSignature.ofModel(model)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"800f12", "0x", "0x123456789", "0xg", "-0x1", " 0x1", "0x1\n"})
    void a_CPU_signature_is_taken_in_one_form_only(String text) {
        assertThat(CpuSignature.parse(text)).isEmpty();
    }

    @Test
    void a_CPU_signature_packs_family_model_and_stepping_as_CPUID_does() {
        assertThat(CpuSignature.of(25, 17, 0)).hasToString("0xa10f10");
        assertThat(CpuSignature.of(6, 143, 8)).hasToString("0x806f8");
    }

    @Test
    void a_launch_measurement_is_for_one_vcpu_or_more() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Machine(0, EPYC));
        assertThatIllegalArgumentException().isThrownBy(() -> new Machine(Machine.MOST_VCPUS + 1, EPYC));
    }

    @Test
    void a_launch_measurement_has_every_vcpu_with_the_fpu_of_power_on() {
        var context = MemorySegment.ofArray(new byte[LaunchRegion.PAGE]);
        context.set(ValueLayout.JAVA_SHORT_UNALIGNED, Field.FCW, (short) 0x27F);
        var vmsa = Vmsa.ofContext(context);
        assertThat(vmsa.bytes().get(ValueLayout.JAVA_SHORT_UNALIGNED, Field.FCW))
                .isEqualTo((short) 0x37F);
        assertThat(vmsa.changesOf(context))
                .anySatisfy(change -> assertThat(change).startsWith("fcw: file 0x27f"));
        assertThat(vmsa).isEqualTo(Vmsa.ofContext(context)).hasSameHashCodeAs(Vmsa.ofContext(context));
        assertThat(vmsa).isNotEqualTo(vmsa.withSevFeatures(1));
    }

    @Test
    void a_launch_measurement_is_refused_with_registers_that_qemu_or_kvm_do_not_take() {
        var context = MemorySegment.ofArray(new byte[LaunchRegion.PAGE]);
        context.set(ValueLayout.JAVA_LONG_UNALIGNED, Field.DR7, 1);
        context.set(ValueLayout.JAVA_BYTE, Field.CPL, (byte) 3);
        assertThat(ContextRules.refusals(context))
                .hasSize(4)
                .anySatisfy(reason -> assertThat(reason).contains("0xcb"))
                .anySatisfy(reason -> assertThat(reason).contains("SNP_ACTIVE"))
                .anySatisfy(reason -> assertThat(reason).contains("DR7"))
                .anySatisfy(reason -> assertThat(reason).contains("XCR0"));
        assertThat(ContextRules.refusals(Vmsa.powerOn(EPYC).bytes())).isEmpty();
    }
}
