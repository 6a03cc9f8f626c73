package io.reseal.igvm.attestation.comparison;

import io.reseal.igvm.attestation.Octets;
import io.reseal.igvm.attestation.comparison.Expected.Field;
import io.reseal.igvm.attestation.snp.SnpPolicy;
import io.reseal.igvm.attestation.snp.SnpReport;
import io.reseal.igvm.attestation.snp.SnpSignature;
import io.reseal.igvm.attestation.tdx.TdAttributes;
import io.reseal.igvm.attestation.tdx.TdxBody;
import io.reseal.igvm.attestation.tdx.TdxQuote;
import io.reseal.igvm.attestation.tdx.TdxSignature;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Whether a guest was launched from what was expected. Says nothing of who wrote the report or quote: without
 * {@link SnpSignature} or {@link TdxSignature} the guest's host may have made it up.
 */
public record Comparison(Verdict verdict, List<String> differences) {

    /** There is no third answer: what cannot be compared is different. */
    public enum Verdict {
        SAME,
        DIFFERENT
    }

    public Comparison {
        differences = List.copyOf(differences);
    }

    /** The launch digest is compared always, other fields when asked for. */
    public static Comparison of(SnpReport report, Octets launchDigest, List<Expected> others) {
        return compare(fields(report), launchDigest, others);
    }

    /** The launch digest is compared with MRTD always, other fields when asked for. */
    public static Comparison of(TdxQuote quote, Octets launchDigest, List<Expected> others) {
        return compare(fields(quote.body().common()), launchDigest, others);
    }

    private static Map<Field, Octets> fields(SnpReport report) {
        return Map.of(
                Field.MEASUREMENT, report.measurement(),
                Field.POLICY, Octets.littleEndian(report.policy().bits()),
                Field.HOST_DATA, report.hostData(),
                Field.ID_KEY_DIGEST, report.idKeyDigest(),
                Field.AUTHOR_KEY_DIGEST, report.authorKeyDigest(),
                Field.REPORT_DATA, report.reportData());
    }

    private static Map<Field, Octets> fields(TdxBody.Tdx10 body) {
        return Map.of(
                Field.MEASUREMENT, body.mrtd(),
                Field.MRCONFIGID, body.mrConfigId(),
                Field.MROWNER, body.mrOwner(),
                Field.MROWNERCONFIG, body.mrOwnerConfig(),
                Field.TD_ATTRIBUTES, Octets.littleEndian(body.tdAttributes().bits()),
                Field.REPORT_DATA, body.reportData());
    }

    private static Comparison compare(Map<Field, Octets> found, Octets launchDigest, List<Expected> others) {
        List<Expected> all = new ArrayList<>();
        all.add(new Expected(Field.MEASUREMENT, launchDigest));
        all.addAll(others);
        List<String> differences = new ArrayList<>();
        for (Expected each : all) {
            Octets value = found.get(each.field());
            if (value == null) {
                differences.add("%s cannot be compared: this kind of evidence has no such field"
                        .formatted(each.field().words()));
            } else if (!value.equals(each.value())) {
                differences.add("%s is %s, expected %s%s"
                        .formatted(each.field().words(), value, each.value(), inWords(each, value)));
            }
        }
        return new Comparison(differences.isEmpty() ? Verdict.SAME : Verdict.DIFFERENT, differences);
    }

    /** Flags are told by the bits that differ, so that nobody has to decode two numbers. */
    private static String inWords(Expected expected, Octets found) {
        if (expected.value().size() != Long.BYTES) {
            return "";
        }
        long is = found.littleEndianLong();
        long wanted = expected.value().littleEndianLong();
        return switch (expected.field()) {
            case POLICY -> changes(new SnpPolicy(is).words(), new SnpPolicy(wanted).words());
            case TD_ATTRIBUTES -> changes(new TdAttributes(is).words(), new TdAttributes(wanted).words());
            default -> "";
        };
    }

    private static String changes(List<String> is, List<String> wanted) {
        TreeSet<String> more = new TreeSet<>(is);
        wanted.forEach(more::remove);
        TreeSet<String> less = new TreeSet<>(wanted);
        is.forEach(less::remove);
        return " (not expected: %s; missing: %s)".formatted(listed(more), listed(less));
    }

    private static String listed(TreeSet<String> words) {
        return words.isEmpty() ? "nothing" : String.join(", ", words);
    }
}
