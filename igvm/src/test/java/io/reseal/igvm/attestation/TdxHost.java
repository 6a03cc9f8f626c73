package io.reseal.igvm.attestation;

import io.reseal.igvm.attestation.certificate.Crypto;
import io.reseal.igvm.attestation.tdx.TdxSignature;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** A host that signs quotes as Intel's quoting enclave does, with a chain of its own in place of Intel's. */
public record TdxHost(KeyPair attestation, KeyPair pck, Octets pem) {

    public static final Instant IN_FORCE = Instant.parse("2026-06-01T00:00:00Z");
    public static final Pki.Issuer ROOT = new Pki.Issuer("Test Root CA", Pki.ec("secp256r1"));
    public static final Pki.Issuer PLATFORM = new Pki.Issuer("Test PCK Platform CA", Pki.ec("secp256r1"));
    public static final X509Certificate ROOT_CERTIFICATE = SnpHost.authority(ROOT, ROOT);
    public static final X509Certificate PLATFORM_CERTIFICATE = SnpHost.authority(PLATFORM, ROOT);

    private static final byte[] AUTH_DATA = HexFormat.of().parseHex("000102030405060708090a0b0c0d0e0f");
    private static final int ZEROS_AFTER = 5;

    public static TdxHost create() {
        KeyPair pck = Pki.ec("secp256r1");
        X509Certificate leaf = Pki.issue(new Pki.Subject("Test PCK", pck.getPublic(), false, List.of()), PLATFORM);
        return new TdxHost(
                Pki.ec("secp256r1"), pck, chainText(Pki.pem(leaf, PLATFORM_CERTIFICATE, ROOT_CERTIFICATE) + '\0'));
    }

    public static Octets chainText(String pem) {
        return Octets.of(pem.getBytes(StandardCharsets.US_ASCII));
    }

    public TdxHost withChain(String text) {
        return new TdxHost(attestation, pck, chainText(text));
    }

    public TdxHost withAttestationKey(KeyPair other) {
        return new TdxHost(other, pck, pem);
    }

    public byte[] version4() {
        return quote(Der.join(header(4), body(584)));
    }

    public byte[] version5(int type, int size) {
        byte[] descriptor = ByteBuffer.allocate(6)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort((short) type)
                .putInt(size)
                .array();
        return quote(Der.join(header(5), descriptor, body(size)));
    }

    private static byte[] header(int version) {
        ByteBuffer header = ByteBuffer.allocate(48).order(ByteOrder.LITTLE_ENDIAN);
        header.putShort((short) version).putShort((short) 2).putInt(0x81).putInt(0);
        header.put(HexFormat.of().parseHex("939a7233f79c4ca9940a0db3957f0607"));
        return header.array();
    }

    /** Every byte differs from its neighbours, so that a field read from a wrong place shows. */
    public static byte[] body(int size) {
        byte[] body = new byte[size];
        for (int at = 0; at < size; at++) {
            body[at] = (byte) (at * 7 + at / 256);
        }
        return body;
    }

    private byte[] quote(byte[] signed) {
        byte[] report = new byte[384];
        byte[] named = Der.join(publicKey(), AUTH_DATA);
        System.arraycopy(Crypto.sha256(named), 0, report, 320, 32);
        return assemble(signed, report, sign(pck, report));
    }

    /** The quote around a quoting enclave's report that may name what it will. */
    public byte[] assemble(byte[] signed, byte[] report, byte[] reportSignature) {
        byte[] inner = Der.join(number(2, 5), number(4, pem.size()), pem.bytes());
        byte[] qe = Der.join(report, reportSignature, number(2, AUTH_DATA.length), AUTH_DATA, inner);
        byte[] outer = Der.join(number(2, 6), number(4, qe.length), qe);
        byte[] data = Der.join(sign(attestation, signed), publicKey(), outer);
        return Der.join(signed, number(4, data.length), data, new byte[ZEROS_AFTER]);
    }

    private static byte[] sign(KeyPair keys, byte[] bytes) {
        return Pki.sign("SHA256withECDSAinP1363Format", keys, bytes);
    }

    private byte[] publicKey() {
        byte[] encoded = ((ECPublicKey) attestation.getPublic()).getEncoded();
        return Arrays.copyOfRange(encoded, encoded.length - 64, encoded.length);
    }

    private static byte[] number(int size, int value) {
        ByteBuffer bytes = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value);
        return Arrays.copyOf(bytes.array(), size);
    }

    public static AttestationFindings check(byte[] quote) {
        return TdxSignature.check(MemorySegment.ofArray(quote), Pki.named(ROOT_CERTIFICATE), IN_FORCE);
    }
}
