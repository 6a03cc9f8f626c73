package io.reseal.igvm.attestation.tdx;

import io.reseal.igvm.attestation.AttestationEvidence;
import io.reseal.igvm.attestation.AttestationException;
import io.reseal.igvm.attestation.AttestationException.Code;
import io.reseal.igvm.attestation.Octets;
import java.lang.foreign.MemorySegment;

/**
 * A TDX quote of version 4 or 5 (Intel TDX DCAP Quoting Library API, appendix 3). Reading it proves nothing: whether its
 * words are the hardware's is for {@link TdxSignature}.
 *
 * <p>Zeros after the quote are let through, since a quoting service may answer with its whole buffer; other bytes are not.
 *
 * @param signedSize how many bytes from the start the attestation key has signed
 */
public record TdxQuote(
        Header header,
        TdxBody body,
        int signedSize,
        Octets signature,
        Octets attestationKey,
        TdxCertification certification) {

    /** No quoting service writes more: the largest certificate chains stay under 16 KiB. */
    public static final int MAX_SIZE = 128 * 1024;

    /** Which quoting enclave wrote this. */
    public record Header(int version, int keyType, long teeType, Octets qeVendor, Octets userData) {

        public static final int SIZE = 0x30;
    }

    private static final int NEWEST = 5;
    private static final long TDX = 0x81;
    private static final int ECDSA_P256 = 2;

    /**
     * What the attestation key signs: it can be read where the certificates behind it are broken.
     *
     * @param size in bytes, from the start
     */
    public record Beginning(Header header, TdxBody body, int size) {}

    public static TdxQuote parse(MemorySegment bytes) {
        if (bytes.byteSize() > MAX_SIZE) {
            throw new AttestationException(
                    Code.SIZE, 0, bytes.byteSize() + " bytes", "a quote of at most " + MAX_SIZE + " bytes");
        }
        return signed(new AttestationEvidence(bytes), beginning(bytes));
    }

    /** Header and body alone. */
    public static Beginning beginning(MemorySegment bytes) {
        AttestationEvidence quote = new AttestationEvidence(bytes);
        Header header = header(quote);
        return header.version() == 4
                ? new Beginning(header, TdxBody.Tdx10.parse(quote, Header.SIZE), Header.SIZE + TdxBody.Tdx10.SIZE)
                : version5(quote, header);
    }

    private static Header header(AttestationEvidence quote) {
        int version = quote.u16(0);
        if (version != 4 && version != 5) {
            throw AttestationException.version(version, "a quote of version 4 or 5", NEWEST);
        }
        int keyType = quote.u16(2);
        if (keyType != ECDSA_P256) {
            throw new AttestationException(Code.KEY_TYPE, 2, "key type " + keyType, "key type 2 (ECDSA P-256)");
        }
        long teeType = quote.u32(4);
        if (teeType != TDX) {
            throw new AttestationException(Code.TEE_TYPE, 4, "TEE type " + teeType, "TEE type 129 (TDX)");
        }
        return new Header(version, keyType, teeType, quote.octets(0x0c, 16), quote.octets(0x1c, 20));
    }

    private static Beginning version5(AttestationEvidence quote, Header header) {
        int type = quote.u16(Header.SIZE);
        int size = switch (type) {
            case 2 -> TdxBody.Tdx10.SIZE;
            case 3 -> TdxBody.Tdx15.SIZE;
            default ->
                throw new AttestationException(
                        Code.BODY_TYPE, Header.SIZE, "body type " + type, "body type 2 (TDX 1.0) or 3 (TDX 1.5)");
        };
        exactly(quote.u32(Header.SIZE + 2), size, Header.SIZE + 2);
        int at = Header.SIZE + 6;
        TdxBody body = type == 2 ? TdxBody.Tdx10.parse(quote, at) : TdxBody.Tdx15.parse(quote, at);
        return new Beginning(header, body, at + size);
    }

    private static TdxQuote signed(AttestationEvidence quote, Beginning beginning) {
        int signedSize = beginning.size();
        long from = signedSize + 4L;
        long to = from + quote.u32(signedSize);
        Octets signature = quote.octets(from, 64);
        Octets key = quote.octets(from + 64, 64);
        TdxCertification certification = new CertificationReader(quote, to).outer(from + 128);
        zeros(quote, to);
        return new TdxQuote(beginning.header(), beginning.body(), signedSize, signature, key, certification);
    }

    static void exactly(long found, long allowed, long offset) {
        if (found != allowed) {
            throw new AttestationException(Code.LENGTH, offset, "length " + found, "length " + allowed);
        }
    }

    private static void zeros(AttestationEvidence quote, long from) {
        for (long at = from; at < quote.size(); at++) {
            if (quote.u8(at) != 0) {
                throw new AttestationException(
                        Code.TRAILING_BYTES, at, "byte " + quote.u8(at), "nothing but zeros after the quote");
            }
        }
    }
}
