package io.reseal.igvm.attestation;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.reseal.igvm.attestation.certificate.OperatorCertificates;
import io.reseal.igvm.attestation.recognition.Recognition;
import io.reseal.igvm.attestation.snp.SnpReport;
import io.reseal.igvm.attestation.tdx.TdxQuote;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class EvidenceFuzzTest {
    static Stream<Arguments> evidence() {
        return Stream.of(Samples.quote(), SnpHost.report(2), SnpHost.report(5))
                .map(bytes -> Arguments.of((Object) bytes));
    }

    @MethodSource("evidence")
    @FuzzTest
    void any_bytes_are_read_as_evidence_or_are_refused(byte[] bytes) {
        read(bytes, SnpReport::parse);
        read(Arrays.copyOf(bytes, (int) SnpReport.SIZE), SnpReport::parse);
        read(bytes, TdxQuote::parse);
        read(bytes, file -> Recognition.of("file", Octets.of(file.toArray(ValueLayout.JAVA_BYTE))));
        read(bytes, file -> OperatorCertificates.parse("file", Octets.of(file.toArray(ValueLayout.JAVA_BYTE))));
    }

    private static void read(byte[] bytes, Function<MemorySegment, Object> reader) {
        try {
            var _ = reader.apply(MemorySegment.ofArray(bytes)).toString();
        } catch (AttestationException _) {
            // as it should be
        }
    }
}
