package io.reseal.igvm.attestation.certificate;

import io.reseal.igvm.attestation.AttestationEvidence;
import io.reseal.igvm.attestation.AttestationException;
import io.reseal.igvm.attestation.Octets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The certificates that a host adds to a report (GHCB specification 56421, "SNP Extended Guest Request"): entries of GUID,
 * offset and length, ended by one of zeros, then the certificates.
 */
public record CertificateTable(String source, Octets bytes) {

    private static final int ENTRY = 24;
    private static final int MOST = 32;

    /** GUIDs as their bytes stand in the table, in the order in which they are written. */
    private static final Map<String, String> ROLES = Map.of(
            "63da758de6644564adc5f4b93be8accd", "VCEK",
            "a8074bc2a25a483eaae639c045a0b8a1", "VLEK",
            "4ab7b379bbac4fe4a02f05aef327c782", "ASK",
            "c0b406a4a803495297433fb6014cd0ae", "ARK");

    private record Entry(String guid, long offset, long length) {}

    /** It has an end, and each entry lies in it. */
    public boolean isOne() {
        return !entries().isEmpty();
    }

    /**
     * Those of a file that is nothing else.
     *
     * @throws AttestationException if one cannot be read
     */
    List<NamedCertificate> certificates() {
        return read(fault -> {
            throw fault;
        });
    }

    /** Those that can be read; the others are reported. */
    public List<NamedCertificate> read(Consumer<AttestationException> faults) {
        List<NamedCertificate> certificates = new ArrayList<>();
        for (Entry each : entries()) {
            Optional<String> role = Optional.ofNullable(ROLES.get(each.guid()));
            try {
                certificates.addAll(OperatorCertificates.parse(
                        "%s, %s in its certificate table".formatted(source, role.orElse("GUID " + each.guid())),
                        bytes.slice((int) each.offset(), (int) each.length())));
            } catch (AttestationException fault) {
                // what has another GUID is a revocation list, or anything else that a host adds
                role.ifPresent(_ -> faults.accept(fault));
            }
        }
        return List.copyOf(certificates);
    }

    private List<Entry> entries() {
        List<Entry> entries = new ArrayList<>();
        AttestationEvidence table = AttestationEvidence.of(bytes);
        for (int at = 0; at + ENTRY <= bytes.size() && entries.size() < MOST; at += ENTRY) {
            if (bytes.slice(at, ENTRY).isZero()) {
                return entries;
            }
            Entry entry = new Entry(bytes.slice(at, 16).toString(), table.u32(at + 16L), table.u32(at + 20L));
            if (entry.length() == 0 || entry.offset() < ENTRY || entry.offset() + entry.length() > bytes.size()) {
                return List.of();
            }
            entries.add(entry);
        }
        return List.of();
    }
}
