package io.reseal.daemon.cli.report;

import io.reseal.daemon.files.MappedFile;
import io.reseal.igvm.attestation.AttestationException;
import io.reseal.igvm.attestation.AttestationException.Code;
import io.reseal.igvm.attestation.Octets;
import io.reseal.igvm.attestation.certificate.NamedCertificate;
import io.reseal.igvm.attestation.certificate.OperatorCertificates;
import io.reseal.igvm.attestation.recognition.TextForm;
import io.reseal.igvm.attestation.recognition.WideText;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** An operator's file of certificates: PEM, DER, base64 of these, or JSON such as Azure's THIM bundle. */
final class CertificateFile {
    private static final long LARGEST = 1L << 20;

    private CertificateFile() {}

    /**
     * Reads it.
     *
     * @throws AttestationException whose message names the file
     */
    static List<NamedCertificate> read(Path file) {
        var bytes = WideText.narrowed(
                MappedFile.read(file, LARGEST, mapped -> Octets.of(mapped.toArray(ValueLayout.JAVA_BYTE))));
        var source = file.toString();
        if (JsonFile.is(bytes)) {
            return json(source, bytes);
        }
        if (OperatorCertificates.looksLike(bytes)) {
            return OperatorCertificates.parse(source, bytes);
        }
        var decoded = decoded(bytes);
        if (decoded.filter(JsonFile::is).isPresent()) {
            return json(source, decoded.orElseThrow());
        }
        return OperatorCertificates.parse(
                source, decoded.filter(OperatorCertificates::looksLike).orElse(bytes));
    }

    private static Optional<Octets> decoded(Octets bytes) {
        try {
            return TextForm.of(bytes).map(TextForm::bytes);
        } catch (AttestationException _) {
            return Optional.empty(); // an odd number of digits is no certificate either
        }
    }

    private static List<NamedCertificate> json(String source, Octets bytes) {
        try {
            var json = JsonFile.read(source, bytes);
            json.faults().stream()
                    .filter(fault -> fault.code() == Code.CERTIFICATE)
                    .findFirst()
                    .ifPresent(fault -> {
                        throw fault;
                    });
            if (!json.certificates().isEmpty()) {
                return json.certificates();
            }
        } catch (AttestationException fault) {
            throw fault.code() == Code.CERTIFICATE
                    ? fault
                    : new AttestationException(Code.CERTIFICATE, source + ": " + fault.getMessage());
        }
        throw new AttestationException(Code.CERTIFICATE, source + ": is JSON, but no member of it is a certificate");
    }
}
