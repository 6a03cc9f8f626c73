package io.reseal.daemon.cli.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * What was read of a file of evidence, and what was judged of it; what failed ends it early.
 *
 * @param report its fields, which depend on its kind and version
 * @param asExpected whether it has the digest that was asked for
 * @param judgedAt time at which certificates had to be valid
 */
record ReportDocument(
        Evidence evidence,
        @JsonInclude(Include.NON_ABSENT) Optional<String> platform,
        @JsonInclude(Include.NON_ABSENT) Optional<ObjectNode> report,
        List<Certificate> certificates,
        @JsonInclude(Include.NON_ABSENT) Optional<Boolean> asExpected,
        @JsonInclude(Include.NON_ABSENT) Optional<String> judgedAt,
        @JsonInclude(Include.NON_ABSENT) Optional<List<Check>> checks,
        @JsonInclude(Include.NON_ABSENT) Optional<List<String>> notJudged) {

    /**
     * What the file is.
     *
     * @param wrappings what was around it, the outermost first
     */
    record Evidence(String kind, String name, List<String> wrappings) {}

    /** A certificate that was used, or came with it. */
    record Certificate(String subject, String issuer, String source, String notBefore, String notAfter) {}

    /** One check of signatures and certificates. */
    record Check(String check, boolean ok, String detail) {}
}
