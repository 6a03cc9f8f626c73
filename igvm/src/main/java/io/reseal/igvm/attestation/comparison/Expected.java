package io.reseal.igvm.attestation.comparison;

import io.reseal.igvm.attestation.Octets;
import io.reseal.igvm.attestation.snp.SnpPolicy;
import io.reseal.igvm.attestation.tdx.TdAttributes;
import java.util.Locale;

/** What one field of a report or quote has to hold. */
public record Expected(Field field, Octets value) {

    /** The fields that a launch fixes, and the one that holds the verifier's nonce. */
    public enum Field {
        /** The launch digest: MEASUREMENT of a report, MRTD of a quote. */
        MEASUREMENT,
        /** Of a report: eight bytes, little endian, as they stand in it. */
        POLICY,
        HOST_DATA,
        ID_KEY_DIGEST,
        AUTHOR_KEY_DIGEST,
        MRCONFIGID,
        MROWNER,
        MROWNERCONFIG,
        /** Of a quote: eight bytes, little endian, as they stand in it. */
        TD_ATTRIBUTES,
        REPORT_DATA;

        String words() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    public static Expected policy(SnpPolicy policy) {
        return new Expected(Field.POLICY, Octets.littleEndian(policy.bits()));
    }

    public static Expected attributes(TdAttributes attributes) {
        return new Expected(Field.TD_ATTRIBUTES, Octets.littleEndian(attributes.bits()));
    }
}
