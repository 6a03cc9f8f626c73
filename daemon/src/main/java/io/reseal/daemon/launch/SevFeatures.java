package io.reseal.daemon.launch;

import io.reseal.policy.launch.Launch;
import java.util.Map;

/** SEV_FEATURES, which every VMSA of a guest has, by the properties of its confidential-guest object. */
public final class SevFeatures {
    /** Bits as in the APM, volume 2, table B-4; QEMU 11.1.3 has none of these properties. */
    public static final Map<String, Long> BY_PROPERTY = Map.of("debug-swap", 1L << 5, "secure-tsc", 1L << 9);

    private static final long SNP_ACTIVE = 1;

    static long of(Launch launch) {
        return BY_PROPERTY.entrySet().stream()
                .filter(feature ->
                        launch.properties().getOrDefault(feature.getKey(), "").equals("true"))
                .mapToLong(Map.Entry::getValue)
                .reduce(SNP_ACTIVE, (all, bit) -> all | bit);
    }

    private SevFeatures() {}
}
