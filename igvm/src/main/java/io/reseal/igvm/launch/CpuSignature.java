package io.reseal.igvm.launch;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which CPU a vCPU says it is: CPUID(1).EAX, with which EDX is loaded at power-on, so that it enters the launch digest.
 *
 * @param eax family, model and stepping, as CPUID packs them
 */
public record CpuSignature(int eax) {
    private static final int EXTENDED_FAMILY = 15;
    private static final Pattern VERSIONED = Pattern.compile("(.+?)(-IBPB)?(-v\\d+)?");
    private static final Pattern HEX = Pattern.compile("0[xX][0-9a-fA-F]{1,8}");

    /** QEMU 11.1, target/i386/cpu.c; all versions of a model have the same signature. */
    private static final Map<String, CpuSignature> MODELS = Map.of(
            "EPYC", of(23, 1, 2),
            "EPYC-Rome", of(23, 49, 0),
            "EPYC-Milan", of(25, 1, 1),
            "EPYC-Genoa", of(25, 17, 0),
            "EPYC-Turin", of(26, 0, 0));

    /** As QEMU's X86CPU has them in its properties of these names. */
    public static CpuSignature of(int family, int model, int stepping) {
        int families = family > EXTENDED_FAMILY ? (family - EXTENDED_FAMILY) << 20 | EXTENDED_FAMILY << 8 : family << 8;
        return new CpuSignature(families | (model >> 4) << 16 | (model & 0xF) << 4 | stepping);
    }

    /** Of QEMU's AMD models that can be SNP guests, with or without a version: {@code EPYC-Genoa-v2}; empty for others. */
    public static Optional<CpuSignature> ofModel(String name) {
        var matcher = VERSIONED.matcher(name);
        return matcher.matches() ? Optional.ofNullable(MODELS.get(matcher.group(1))) : Optional.empty();
    }

    /** The models that {@link #ofModel} knows, in words for people. */
    public static String models() {
        return String.join(", ", MODELS.keySet().stream().sorted().toList());
    }

    /** Of a number in the form {@code 0x800f12}; empty for anything else. */
    public static Optional<CpuSignature> parse(String hex) {
        return HEX.matcher(hex).matches()
                ? Optional.of(new CpuSignature(Integer.parseUnsignedInt(hex.substring(2), 16)))
                : Optional.empty();
    }

    @Override
    public String toString() {
        return "0x" + Integer.toHexString(eax);
    }
}
