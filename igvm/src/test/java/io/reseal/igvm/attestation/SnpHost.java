package io.reseal.igvm.attestation;

import io.reseal.igvm.attestation.certificate.NamedCertificate;
import io.reseal.igvm.attestation.snp.SnpSignature;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A host that signs reports as the firmware does, with a chain of its own in place of AMD's. */
public record SnpHost(X509Certificate key, KeyPair keys) {

    public static final Instant IN_FORCE = Instant.parse("2026-06-01T00:00:00Z");
    public static final Octets CHIP = Octets.ofHex("5a".repeat(64));
    static final Octets TURIN_CHIP = Octets.ofHex("5a".repeat(8) + "00".repeat(56));

    /** Bootloader 4, TEE 1, SNP 22, microcode 213. */
    static final long MILAN_TCB = 0xd516_0000_0000_0104L;

    /** FMC 2, bootloader 4, TEE 1, SNP 22, microcode 213. */
    static final long TURIN_TCB = 0xd500_0000_1601_0402L;

    public static final Pki.Issuer ARK = new Pki.Issuer("ARK-Test", Pki.rsa4096());
    public static final Pki.Issuer ASK = new Pki.Issuer("SEV-Test", Pki.rsa4096());
    public static final X509Certificate ARK_CERTIFICATE = authority(ARK, ARK);
    public static final X509Certificate ASK_CERTIFICATE = authority(ASK, ARK);

    private static final String AMD = "1.3.6.1.4.1.3704.1.";

    public static X509Certificate authority(Pki.Issuer subject, Pki.Issuer issuer) {
        return Pki.issue(new Pki.Subject(subject.name(), subject.keys().getPublic(), true, List.of()), issuer);
    }

    public static SnpHost milan() {
        return of("Milan-B0");
    }

    /** With Milan's patch levels, whatever its certificate says it is. */
    public static SnpHost of(String product) {
        return with(levels(product, 22), new Pki.Extension(AMD + "4", CHIP));
    }

    public static SnpHost turin() {
        List<Pki.Extension> extensions = levels("Turin-B1", 22);
        extensions.add(level("3.9", 2));
        return with(extensions, new Pki.Extension(AMD + "4", TURIN_CHIP.slice(0, 8)));
    }

    public static SnpHost cloud() {
        return with(levels("Milan", 22), new Pki.Extension(AMD + "5", Octets.of(Der.text(0x16, "Example Cloud"))));
    }

    public static SnpHost withOtherSnpLevel() {
        return with(levels("Milan-B0", 23), new Pki.Extension(AMD + "4", CHIP));
    }

    private static List<Pki.Extension> levels(String product, int snp) {
        return new ArrayList<>(List.of(
                new Pki.Extension(AMD + "2", Octets.of(Der.text(0x16, product))),
                level("3.1", 4),
                level("3.2", 1),
                level("3.3", snp),
                level("3.8", 213)));
    }

    private static Pki.Extension level(String oid, int value) {
        return new Pki.Extension(AMD + oid, Octets.of(Der.integer(value)));
    }

    private static SnpHost with(List<Pki.Extension> levels, Pki.Extension identity) {
        levels.add(identity);
        KeyPair keys = Pki.ec("secp384r1");
        X509Certificate leaf = Pki.issue(new Pki.Subject("SEV-VCEK", keys.getPublic(), false, levels), ASK);
        return new SnpHost(leaf, keys);
    }

    /** Every byte of the body differs from its neighbours, so that a field read from a wrong place shows. */
    public static byte[] report(int version) {
        ByteBuffer report = ByteBuffer.allocate(0x4a0).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at < 0x2a0; at++) {
            report.put(at, (byte) (at * 7 + at / 256));
        }
        report.putInt(0, version).putInt(0x34, 1).putInt(0x48, 0).putLong(8, 0x30000);
        report.putLong(0x180, MILAN_TCB).put(0x1a0, CHIP.bytes());
        report.put(0x188, (byte) 0x19).put(0x189, (byte) 1).put(0x18a, (byte) 1);
        return report.array();
    }

    public static byte[] turinReport() {
        ByteBuffer report = ByteBuffer.wrap(report(5)).order(ByteOrder.LITTLE_ENDIAN);
        report.putLong(0x180, TURIN_TCB).put(0x1a0, TURIN_CHIP.bytes());
        report.put(0x188, (byte) 0x1a).put(0x189, (byte) 2);
        return report.array();
    }

    public List<NamedCertificate> chain() {
        return Pki.named(key, ASK_CERTIFICATE, ARK_CERTIFICATE);
    }

    public byte[] signed(byte[] report) {
        byte[] bytes = report.clone();
        byte[] signature = Pki.sign("SHA384withECDSAinP1363Format", keys, Arrays.copyOf(bytes, 0x2a0));
        for (int i = 0; i < 48; i++) {
            bytes[0x2a0 + i] = signature[47 - i];
            bytes[0x2a0 + 72 + i] = signature[95 - i];
        }
        return bytes;
    }

    public AttestationFindings check(byte[] report) {
        return check(report, chain());
    }

    public AttestationFindings check(byte[] report, List<NamedCertificate> certificates) {
        return SnpSignature.check(MemorySegment.ofArray(report), certificates, IN_FORCE);
    }
}
