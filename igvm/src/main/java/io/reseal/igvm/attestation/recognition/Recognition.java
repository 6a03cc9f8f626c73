package io.reseal.igvm.attestation.recognition;

import io.reseal.igvm.attestation.AttestationException;
import io.reseal.igvm.attestation.AttestationException.Code;
import io.reseal.igvm.attestation.Octets;
import io.reseal.igvm.attestation.certificate.OperatorCertificates;
import io.reseal.igvm.attestation.recognition.FoundEvidence.Kind;
import io.reseal.igvm.attestation.snp.SnpReport;
import io.reseal.igvm.attestation.tdx.TdReport;
import java.util.Optional;

/** Says what the bytes of a file are, by what they begin with. */
public final class Recognition {

    /** A dump of base64 of a blob is the deepest that anybody has made. */
    private static final int DEEPEST = 4;

    private static final int SHOWN = 16;

    private final String source;

    private Recognition(String source) {
        this.source = source;
    }

    /**
     * The evidence in a file.
     *
     * @param source names the file in what is said of its certificates
     * @throws AttestationException saying what the file is instead
     */
    public static FoundEvidence of(String source, Octets file) {
        try {
            return inside(source, WideText.narrowed(file));
        } catch (AttestationException unknown) {
            if (file.size() == SnpReport.SIZE && unknown.code() == Code.NOT_EVIDENCE) {
                // nothing else has this size: let the report's reader say which field is wrong
                return FoundEvidence.bare(Kind.SNP_REPORT, file);
            }
            throw unknown;
        }
    }

    /** The same for a part of a file, which is evidence only when it begins like it. */
    public static FoundEvidence inside(String source, Octets part) {
        return new Recognition(source).find(part, DEEPEST);
    }

    private FoundEvidence find(Octets bytes, int depth) {
        if (bytes.size() == 0) {
            throw none("is empty");
        }
        Optional<FoundEvidence> binary = binary(bytes);
        if (binary.isPresent()) {
            return binary.orElseThrow();
        }
        if (OperatorCertificates.looksLike(bytes)) {
            throw none("holds certificates and no report or quote: they are given with --chain");
        }
        Optional<TextForm> text = depth > 0 ? TextForm.of(bytes) : Optional.empty();
        return text.map(form -> decoded(form, depth)).orElseThrow(() -> none(unknown(bytes)));
    }

    private FoundEvidence decoded(TextForm form, int depth) {
        try {
            return find(form.bytes(), depth - 1).in(form.name());
        } catch (AttestationException fault) {
            if (fault.code() == Code.CERTIFICATE) {
                throw fault;
            }
            throw new AttestationException(fault.code(), "is %s, which %s".formatted(form.name(), fault.getMessage()));
        }
    }

    private Optional<FoundEvidence> binary(Octets bytes) {
        if (HclBlob.is(bytes)) {
            return Optional.of(new HclBlob(bytes).evidence());
        }
        if (ReportResponse.is(bytes)) {
            Octets report = ReportResponse.report(bytes);
            return Optional.of(FoundEvidence.bare(Kind.SNP_REPORT, report).in("response of SNP_GET_REPORT"));
        }
        if (SnpFile.is(bytes)) {
            return Optional.of(new SnpFile(source, bytes).evidence());
        }
        return tdx(bytes);
    }

    static Optional<FoundEvidence> tdx(Octets bytes) {
        if (QuoteFile.is(bytes)) {
            return Optional.of(QuoteFile.evidence(bytes));
        }
        return TdReport.is(bytes)
                ? Optional.of(FoundEvidence.bare(Kind.TD_REPORT, TdReport.only(bytes)))
                : Optional.empty();
    }

    private static String unknown(Octets bytes) {
        return "is no report or quote, and nothing known that holds one: it begins with %s and has %d bytes"
                .formatted(bytes.slice(0, Math.min(SHOWN, bytes.size())), bytes.size());
    }

    static AttestationException none(String words) {
        return new AttestationException(Code.NOT_EVIDENCE, words);
    }
}
