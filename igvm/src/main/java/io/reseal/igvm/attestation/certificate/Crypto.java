package io.reseal.igvm.attestation.certificate;

import java.io.IOException;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.PSSParameterSpec;

/** The few operations that the checks need. An answer is yes or no: whatever the JDK refuses to process is a no. */
public final class Crypto {

    private static final String RSASSA_PSS = "1.2.840.113549.1.1.10";
    private static final String ECDSA_SHA256 = "1.2.840.10045.4.3.2";

    private Crypto() {}

    /** An operation on hostile values. */
    private interface Attempt {
        boolean run() throws GeneralSecurityException;
    }

    public static boolean verifies(String algorithm, PublicKey key, byte[] signed, byte[] signature) {
        return attempt(() -> {
            Signature verifier = Signature.getInstance(algorithm);
            verifier.initVerify(key);
            verifier.update(signed);
            return verifier.verify(signature);
        });
    }

    /** AMD signs its chain with RSA-4096 and RSASSA-PSS over SHA-384 (VCEK Certificate and KDS specification, 57230). */
    public static boolean signedByAmdRsa(X509Certificate child, X509Certificate parent) {
        return namedAsIssuer(child, parent)
                && child.getSigAlgOID().equals(RSASSA_PSS)
                && parent.getPublicKey() instanceof RSAPublicKey key
                && key.getModulus().bitLength() == 4096
                && attempt(() -> pssWithSha384(child) && verified(child, parent));
    }

    /** Intel signs its chain with ECDSA P-256 and SHA-256. */
    public static boolean signedByP256(X509Certificate child, X509Certificate parent) {
        return namedAsIssuer(child, parent)
                && child.getSigAlgOID().equals(ECDSA_SHA256)
                && onCurve(parent.getPublicKey(), "secp256r1")
                && attempt(() -> verified(child, parent));
    }

    public static boolean onCurve(PublicKey key, String curve) {
        return key instanceof ECPublicKey ec
                && attempt(() -> ec.getParams().getCurve().equals(curve(curve).getCurve()));
    }

    /** A P-256 key from x and y, big endian; not on the curve, or not usable, is a {@link GeneralSecurityException}. */
    static PublicKey p256(byte[] xy) throws GeneralSecurityException {
        BigInteger x = new BigInteger(1, xy, 0, 32);
        BigInteger y = new BigInteger(1, xy, 32, 32);
        return KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(new ECPoint(x, y), curve("secp256r1")));
    }

    public static boolean verifiesP256(byte[] xy, byte[] signed, byte[] signature) {
        return attempt(() -> verifies("SHA256withECDSAinP1363Format", p256(xy), signed, signature));
    }

    public static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }

    private static boolean namedAsIssuer(X509Certificate child, X509Certificate parent) {
        return child.getIssuerX500Principal().equals(parent.getSubjectX500Principal())
                && parent.getBasicConstraints() >= 0;
    }

    private static boolean verified(X509Certificate child, X509Certificate parent) throws GeneralSecurityException {
        child.verify(parent.getPublicKey());
        return true;
    }

    private static boolean pssWithSha384(X509Certificate certificate) throws GeneralSecurityException {
        AlgorithmParameters parameters = AlgorithmParameters.getInstance("RSASSA-PSS");
        try {
            parameters.init(certificate.getSigAlgParams());
        } catch (IOException e) {
            throw new GeneralSecurityException(e);
        }
        PSSParameterSpec spec = parameters.getParameterSpec(PSSParameterSpec.class);
        return spec.getDigestAlgorithm().equals("SHA-384") && spec.getSaltLength() == 48;
    }

    private static ECParameterSpec curve(String name) throws GeneralSecurityException {
        AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
        parameters.init(new ECGenParameterSpec(name));
        return parameters.getParameterSpec(ECParameterSpec.class);
    }

    /** The JDK throws runtime exceptions too on some keys and parameters; for a check they all say no. */
    private static boolean attempt(Attempt attempt) {
        try {
            return attempt.run();
        } catch (GeneralSecurityException | RuntimeException _) {
            return false;
        }
    }
}
