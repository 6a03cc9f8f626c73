package io.reseal.igvm.attestation.snp;

import io.reseal.igvm.attestation.Finding;
import io.reseal.igvm.attestation.Finding.Check;
import io.reseal.igvm.attestation.certificate.NamedCertificate;
import java.util.ArrayList;
import java.util.List;

/** Whether report and certificates are of one processor line. What cannot be compared does not agree. */
record ProductCheck(SnpReport report, SnpCertificateChain chain) {

    Finding finding() {
        String issued =
                new SnpExtensions(chain.signingKey().certificate()).product().orElse("no product");
        String fault = fault(issued);
        if (fault.isEmpty()) {
            fault = faultAbove(SnpProduct.named(issued));
        }
        return Finding.of(
                Check.PRODUCT,
                fault.isEmpty(),
                "the certificate is for %s; the report says %s".formatted(issued, processor()),
                fault);
    }

    private String fault(String issued) {
        SnpProduct certified = SnpProduct.named(issued);
        SnpProduct reported = report.product();
        boolean same = report.version() < 3 ? certified.layout() == reported.layout() : certified == reported;
        if (certified.isNamed() && same) {
            return "";
        }
        String both = "the certificate, %s, is for %s, but the report is of %s"
                .formatted(chain.signingKey(), issued, processor());
        return certified.isNamed() || reported.isNamed()
                ? both
                : both + ": this version of Reseal knows neither, take a newer one";
    }

    /** AMD has an ASK and an ARK for each line, with its name in theirs; a name that says nothing is no contradiction. */
    private String faultAbove(SnpProduct certified) {
        List<NamedCertificate> above = new ArrayList<>();
        chain.ask().ifPresent(above::add);
        chain.ark().ifPresent(above::add);
        return above.stream()
                .filter(each -> SnpProduct.named(each.subject()).isNamed())
                .filter(each -> SnpProduct.named(each.subject()) != certified)
                .findFirst()
                .map(each -> "%s is of another processor than %s, whose key signed the report, and which is for %s"
                        .formatted(each, chain.signingKey(), certified))
                .orElse("");
    }

    private String processor() {
        if (report.version() < 3) {
            return "version 2, which names no processor (Milan or Genoa)";
        }
        SnpReport.Cpuid cpuid = report.cpuid();
        Object name = report.product().isNamed() ? report.product() : "a processor unknown to this version of Reseal";
        return "%s (CPUID family %xh, model %xh, stepping %xh)"
                .formatted(name, cpuid.family(), cpuid.model(), cpuid.stepping());
    }
}
