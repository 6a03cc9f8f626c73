package io.reseal.igvm.attestation;

import io.reseal.igvm.attestation.certificate.NamedCertificate;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** Makes keys and certificates such as AMD's and Intel's, valid from 2024 to 2044. */
public final class Pki {

    private static final byte[] ECDSA_SHA256 = Der.sequence(Der.oid("1.2.840.10045.4.3.2"));

    private Pki() {}

    /** An extension that is not critical; the value is what stands in its octet string. */
    record Extension(String oid, Octets value) {
        byte[] der() {
            return Der.sequence(Der.oid(oid), Der.octets(value.bytes()));
        }
    }

    public record Subject(String name, PublicKey key, boolean authority, List<Extension> extensions) {}

    public record Issuer(String name, KeyPair keys) {}

    public static KeyPair rsa4096() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(4096);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    public static KeyPair ec(String curve) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(curve));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    public static X509Certificate issue(Subject subject, Issuer issuer) {
        try {
            Signature signer = signer(issuer.keys());
            byte[] algorithm = algorithm(signer);
            byte[] signed = toBeSigned(subject, issuer, algorithm);
            signer.update(signed);
            byte[] der = Der.sequence(signed, algorithm, Der.bits(signer.sign()));
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        } catch (GeneralSecurityException | IOException e) {
            throw new AssertionError(e);
        }
    }

    public static List<NamedCertificate> named(X509Certificate... certificates) {
        return Arrays.stream(certificates)
                .map(each -> new NamedCertificate("chain.pem", each))
                .toList();
    }

    public static String pem(X509Certificate... certificates) {
        StringBuilder text = new StringBuilder();
        for (X509Certificate each : certificates) {
            text.append("-----BEGIN CERTIFICATE-----\n")
                    .append(Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded(each)))
                    .append("\n-----END CERTIFICATE-----\n");
        }
        return text.toString();
    }

    public static byte[] encoded(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    static byte[] sign(String algorithm, KeyPair keys, byte[] bytes) {
        try {
            Signature signer = Signature.getInstance(algorithm);
            signer.initSign(keys.getPrivate());
            signer.update(bytes);
            return signer.sign();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static Signature signer(KeyPair keys) throws GeneralSecurityException {
        boolean rsa = keys.getPrivate().getAlgorithm().equals("RSA");
        Signature signer = Signature.getInstance(rsa ? "RSASSA-PSS" : "SHA256withECDSA");
        if (rsa) {
            signer.setParameter(new PSSParameterSpec("SHA-384", "MGF1", MGF1ParameterSpec.SHA384, 48, 1));
        }
        signer.initSign(keys.getPrivate());
        return signer;
    }

    private static byte[] algorithm(Signature signer) throws IOException {
        return signer.getAlgorithm().equals("RSASSA-PSS")
                ? Der.sequence(
                        Der.oid("1.2.840.113549.1.1.10"), signer.getParameters().getEncoded())
                : ECDSA_SHA256;
    }

    /** The serial number is 0, as in AMD's VCEK certificates. */
    private static byte[] toBeSigned(Subject subject, Issuer issuer, byte[] algorithm) {
        byte[] validity = Der.sequence(Der.text(0x17, "240101000000Z"), Der.text(0x17, "440101000000Z"));
        List<byte[]> extensions = new ArrayList<>();
        if (subject.authority()) {
            byte[] constraints = Der.sequence(Der.of(0x01, new byte[] {(byte) 0xff}));
            extensions.add(new Extension("2.5.29.19", Octets.of(constraints)).der());
        }
        subject.extensions().forEach(extension -> extensions.add(extension.der()));
        byte[] extended =
                extensions.isEmpty() ? new byte[0] : Der.of(0xa3, Der.sequence(extensions.toArray(new byte[0][])));
        return Der.sequence(
                Der.of(0xa0, Der.integer(2)),
                Der.integer(0),
                algorithm,
                name(issuer.name()),
                validity,
                name(subject.name()),
                subject.key().getEncoded(),
                extended);
    }

    private static byte[] name(String common) {
        return Der.sequence(Der.of(0x31, Der.sequence(Der.oid("2.5.4.3"), Der.text(0x0c, common))));
    }

    public static byte[] flipped(byte[] bytes, int at) {
        byte[] changed = Arrays.copyOf(bytes, bytes.length);
        changed[at] ^= (byte) (1 << (at % Byte.SIZE));
        return changed;
    }
}
