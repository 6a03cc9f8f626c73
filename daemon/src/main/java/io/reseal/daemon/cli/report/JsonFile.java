package io.reseal.daemon.cli.report;

import io.reseal.daemon.api.Json;
import io.reseal.igvm.attestation.AttestationException;
import io.reseal.igvm.attestation.AttestationException.Code;
import io.reseal.igvm.attestation.Octets;
import io.reseal.igvm.attestation.certificate.NamedCertificate;
import io.reseal.igvm.attestation.certificate.OperatorCertificates;
import io.reseal.igvm.attestation.recognition.FoundEvidence;
import io.reseal.igvm.attestation.recognition.Recognition;
import io.reseal.igvm.attestation.recognition.TextForm;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Evidence and certificates in JSON, by what they are and not by the names of their members: each tool and each cloud has
 * others. Text is decoded, JSON within JSON is read.
 */
final class JsonFile {
    /** Shorter arrays and texts hold neither a report nor a certificate. */
    private static final int SHORTEST = 64;

    private static final int DEEPEST = 4;

    /** What stood where. */
    record Found(String member, FoundEvidence evidence) {}

    private final String source;
    private final List<Found> evidence = new ArrayList<>();
    private final List<NamedCertificate> certificates = new ArrayList<>();
    private final List<AttestationException> faults = new ArrayList<>();

    private JsonFile(String source) {
        this.source = source;
    }

    /** Whether a file begins like JSON with something in it. */
    static boolean is(Octets file) {
        var start = new String(file.slice(0, Math.min(SHORTEST, file.size())).bytes(), StandardCharsets.ISO_8859_1);
        var text = start.replace("\u00ef\u00bb\u00bf", "").stripLeading();
        return text.matches("(?s)(\\{\\s*[\"}]|\\[\\s*[\\[{\"\\]0-9-]).*");
    }

    /**
     * Reads all that is in it.
     *
     * @throws AttestationException if it is no JSON
     */
    static JsonFile read(String source, Octets file) {
        var reading = new JsonFile(source);
        try {
            reading.node("", Json.MAPPER.readTree(file.bytes()), DEEPEST);
        } catch (JacksonException broken) {
            var place = Optional.ofNullable(broken.getLocation())
                    .map(at -> " at line " + at.getLineNr() + ", column " + at.getColumnNr())
                    .orElse("");
            throw new AttestationException(Code.NOT_EVIDENCE, "begins like JSON, but cannot be read as JSON" + place);
        }
        return reading;
    }

    List<Found> evidence() {
        return List.copyOf(evidence);
    }

    List<NamedCertificate> certificates() {
        return List.copyOf(certificates);
    }

    /** What begins like evidence or a certificate, but is none. */
    List<AttestationException> faults() {
        return List.copyOf(faults);
    }

    private void node(String member, JsonNode node, int depth) {
        if (node.isString()) {
            text(member, node.stringValue(), depth);
            return;
        }
        var bytes = numbers(node).filter(found -> found.length >= SHORTEST);
        var report = node.isObject() ? SnpJson.report(node) : Optional.<Octets>empty();
        if (bytes.isPresent()) {
            bytes(member, Octets.of(bytes.orElseThrow()), depth);
        } else if (report.isPresent()) {
            add(member, Recognition.inside(source, report.orElseThrow()).in("fields"));
        } else if (node.isObject()) {
            node.properties().forEach(each -> node(below(member, each.getKey()), each.getValue(), depth));
        } else {
            for (int i = 0; i < node.size(); i++) {
                node(member + "[" + i + "]", node.get(i), depth);
            }
        }
    }

    private static String below(String member, String name) {
        return member.isEmpty() ? name : member + "." + name;
    }

    private void text(String member, String text, int depth) {
        if (text.length() < SHORTEST || depth == 0) {
            return;
        }
        // a shell that quotes PEM for JSON may quote its line ends twice
        var octets = Octets.of(text.replace("\\n", "\n").getBytes(StandardCharsets.UTF_8));
        if (is(octets) || OperatorCertificates.looksLike(octets)) {
            bytes(member, octets, depth);
            return;
        }
        try {
            TextForm.of(octets).ifPresent(form -> bytes(member, form.bytes(), depth));
        } catch (AttestationException fault) {
            fault(member, fault);
        }
    }

    private void bytes(String member, Octets bytes, int depth) {
        if (is(bytes)) {
            try {
                node(member, Json.MAPPER.readTree(bytes.bytes()), depth - 1);
            } catch (JacksonException _) {
                // text that begins like JSON, and may be what it wants
            }
            return;
        }
        var place = source + ", " + member;
        try {
            add(member, Recognition.inside(place, bytes));
        } catch (AttestationException fault) {
            // a quote holds certificates too: they are its own
            if (fault.code() == Code.NOT_EVIDENCE && OperatorCertificates.looksLike(bytes)) {
                certificates(place, bytes);
            } else {
                fault(member, fault);
            }
        }
    }

    private void certificates(String place, Octets bytes) {
        try {
            certificates.addAll(OperatorCertificates.parse(place, bytes));
        } catch (AttestationException fault) {
            faults.add(fault);
        }
    }

    private void add(String member, FoundEvidence found) {
        evidence.add(new Found(member, found));
    }

    /** Most of what JSON holds is something else; only what begins like it is worth a word. */
    private void fault(String member, AttestationException fault) {
        if (fault.code() == Code.CERTIFICATE) {
            faults.add(fault);
        } else if (fault.code() == Code.SIZE) {
            faults.add(new AttestationException(Code.SIZE, "member " + member + " " + fault.getMessage()));
        }
    }

    /** Bytes that JSON has as an array of numbers, signed or not. */
    static Optional<byte[]> numbers(JsonNode node) {
        if (!node.isArray() || node.isEmpty()) {
            return Optional.empty();
        }
        var bytes = new byte[node.size()];
        for (int i = 0; i < bytes.length; i++) {
            var each = node.get(i);
            if (!each.isInt() || each.intValue() < Byte.MIN_VALUE || each.intValue() > 255) {
                return Optional.empty();
            }
            bytes[i] = (byte) each.intValue();
        }
        return Optional.of(bytes);
    }
}
