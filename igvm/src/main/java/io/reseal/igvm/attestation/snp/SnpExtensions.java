package io.reseal.igvm.attestation.snp;

import io.reseal.igvm.attestation.Octets;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** AMD's extensions of a VCEK or VLEK certificate (VCEK Certificate and KDS specification, 57230, table 9). */
record SnpExtensions(X509Certificate certificate) {

    private static final String AMD = "1.3.6.1.4.1.3704.1.";
    private static final int INTEGER = 0x02;
    private static final int OCTET_STRING = 0x04;
    private static final int IA5_STRING = 0x16;

    /** "Milan-B0" in a VCEK, "Milan" in a VLEK. */
    Optional<String> product() {
        return value("2")
                .flatMap(value -> content(value, IA5_STRING))
                .map(text -> new String(text.bytes(), StandardCharsets.ISO_8859_1));
    }

    /** The chip: 64 raw bytes, only 8 since Turin. A VLEK has none. */
    Optional<Octets> chipId() {
        return value("4");
    }

    /** A cloud provider's name, which only a VLEK has. */
    boolean isVlek() {
        return value("5").isPresent() && chipId().isEmpty();
    }

    boolean isVcek() {
        return chipId().isPresent() && value("5").isEmpty();
    }

    boolean isSigningKey() {
        return isVcek() || isVlek();
    }

    /** In words, where the certificate was issued for other patch levels than the report tells. */
    List<String> differences(Tcb reported) {
        List<String> differences = new ArrayList<>();
        compare(differences, "bootloader", "3.1", reported.bootloader());
        compare(differences, "TEE", "3.2", reported.tee());
        compare(differences, "SNP", "3.3", reported.snp());
        compare(differences, "microcode", "3.8", reported.microcode());
        if (reported.hasFmc()) {
            compare(differences, "FMC", "3.9", reported.fmc());
        }
        return differences;
    }

    private void compare(List<String> differences, String name, String extension, int reported) {
        OptionalInt issued = level(extension);
        if (issued.isEmpty()) {
            differences.add("the certificate names no %s level".formatted(name));
        } else if (issued.getAsInt() != reported) {
            differences.add(
                    "%s is %d in the report and %d in the certificate".formatted(name, reported, issued.getAsInt()));
        }
    }

    /** A DER integer of 0 to 255. */
    private OptionalInt level(String extension) {
        Optional<byte[]> digits =
                value(extension).flatMap(value -> content(value, INTEGER)).map(Octets::bytes);
        if (digits.isEmpty()) {
            return OptionalInt.empty();
        }
        byte[] bytes = digits.get();
        boolean small = bytes.length == 1 && bytes[0] >= 0;
        boolean padded = bytes.length == 2 && bytes[0] == 0 && bytes[1] < 0;
        return small || padded ? OptionalInt.of(Byte.toUnsignedInt(bytes[bytes.length - 1])) : OptionalInt.empty();
    }

    private Optional<Octets> value(String extension) {
        byte[] wrapped = certificate.getExtensionValue(AMD + extension);
        return wrapped == null ? Optional.empty() : content(Octets.of(wrapped), OCTET_STRING);
    }

    /** The content of one DER value with a short length, which all of these have. */
    private static Optional<Octets> content(Octets der, int tag) {
        byte[] bytes = der.bytes();
        boolean whole = bytes.length >= 2 && bytes[0] == tag && bytes[1] == bytes.length - 2;
        return whole ? Optional.of(der.slice(2, bytes.length - 2)) : Optional.empty();
    }
}
