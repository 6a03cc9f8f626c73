package io.reseal.igvm.attestation.recognition;

import io.reseal.igvm.attestation.AttestationEvidence;
import io.reseal.igvm.attestation.AttestationException;
import io.reseal.igvm.attestation.Octets;
import io.reseal.igvm.attestation.recognition.FoundEvidence.Kind;
import io.reseal.igvm.attestation.tdx.TdxBody;
import io.reseal.igvm.attestation.tdx.TdxQuote;

/** A file that begins like a quote, of TDX or of SGX: both have the same header (Intel DCAP Quoting Library API, appendix 3). */
final class QuoteFile {

    private static final int FIRST_VERSION = 3;
    private static final int LAST_VERSION = 64;
    private static final int LAST_KEY_TYPE = 8;
    private static final long SGX = 0;
    private static final long TDX = 0x81;

    private QuoteFile() {}

    /** The key type, which is never 0, keeps it apart from a report, whose version takes four bytes. */
    static boolean is(Octets bytes) {
        if (bytes.size() < TdxQuote.Header.SIZE) {
            return false;
        }
        AttestationEvidence quote = AttestationEvidence.of(bytes);
        boolean version = quote.u16(0) >= FIRST_VERSION && quote.u16(0) <= LAST_VERSION;
        boolean key = quote.u16(2) >= 1 && quote.u16(2) <= LAST_KEY_TYPE;
        return version && key && (quote.u32(4) == SGX || quote.u32(4) == TDX);
    }

    static FoundEvidence evidence(Octets bytes) {
        return AttestationEvidence.of(bytes).u32(4) == TDX
                ? FoundEvidence.bare(Kind.TDX_QUOTE, withoutLineEnd(bytes))
                : FoundEvidence.bare(Kind.SGX_QUOTE, bytes);
    }

    /** Only what stands behind the quote: its certificates may end with a line feed of their own. */
    private static Octets withoutLineEnd(Octets bytes) {
        AttestationEvidence quote = AttestationEvidence.of(bytes);
        long signed = TdxQuote.Header.SIZE + TdxBody.Tdx10.SIZE;
        try {
            if (quote.u16(0) > 4) {
                signed = TdxQuote.Header.SIZE + 6 + quote.u32(TdxQuote.Header.SIZE + 2);
            }
            long end = signed + 4 + quote.u32(signed);
            boolean padded = end < bytes.size()
                    && bytes.slice((int) end, (int) (bytes.size() - end)).isPadding();
            return padded ? bytes.slice(0, (int) end) : bytes;
        } catch (AttestationException _) {
            return bytes; // cut short, which its reader will say
        }
    }
}
