package io.reseal.daemon.cli.report;

import io.reseal.daemon.cli.report.JsonFile.Found;
import io.reseal.igvm.attestation.AttestationException;
import io.reseal.igvm.attestation.AttestationException.Code;
import io.reseal.igvm.attestation.Octets;
import io.reseal.igvm.attestation.recognition.FoundEvidence;
import io.reseal.igvm.attestation.recognition.Recognition;
import io.reseal.igvm.attestation.recognition.WideText;
import java.util.List;
import java.util.stream.Collectors;

/** The evidence in a file, whatever it was wrapped in. */
final class EvidenceFile {
    private EvidenceFile() {}

    /**
     * Reads it.
     *
     * @throws AttestationException saying what the file is instead
     */
    static FoundEvidence read(String source, Octets written) {
        var file = WideText.narrowed(written);
        if (!JsonFile.is(file)) {
            return Recognition.of(source, file);
        }
        JsonFile json;
        try {
            json = JsonFile.read(source, file);
        } catch (AttestationException broken) {
            return listing(source, file, broken);
        }
        return only(json);
    }

    /** Digits between brackets, as in a program's source. */
    private static FoundEvidence listing(String source, Octets file, AttestationException broken) {
        try {
            return Recognition.of(source, file);
        } catch (AttestationException _) {
            throw broken;
        }
    }

    /** Signed evidence before what is only there for it, as the TDREPORT beside its quote. */
    private static FoundEvidence only(JsonFile json) {
        var signed = json.evidence().stream()
                .filter(each -> each.evidence().kind().isSigned())
                .toList();
        var whole = signed.stream()
                .filter(each -> each.evidence().fault().isEmpty())
                .toList();
        var all = signed.isEmpty() ? json.evidence() : whole.isEmpty() ? signed : whole;
        if (all.isEmpty()) {
            throw none(json);
        }
        var first = all.getFirst();
        if (all.stream()
                .anyMatch(
                        each -> !each.evidence().bytes().equals(first.evidence().bytes()))) {
            throw new AttestationException(
                    Code.NOT_EVIDENCE,
                    "holds more than one: " + listed(all) + "; give one of them in a file of its own");
        }
        return first.evidence()
                .in("JSON" + (first.member().isEmpty() ? "" : ", member " + first.member()))
                .with(json.certificates())
                .remarking(json.faults().stream()
                        .map(fault -> String.valueOf(fault.getMessage()))
                        .toList());
    }

    private static AttestationException none(JsonFile json) {
        return json.faults().stream()
                .findFirst()
                .orElseGet(() -> new AttestationException(
                        Code.NOT_EVIDENCE,
                        json.certificates().isEmpty()
                                ? "is JSON, but no member of it is a report or quote"
                                : "is JSON with certificates and no report or quote: they are given with --chain"));
    }

    private static String listed(List<Found> all) {
        return all.stream()
                .map(each -> each.evidence().kind().words() + " in " + each.member())
                .collect(Collectors.joining(", "));
    }
}
