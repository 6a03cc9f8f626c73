package io.reseal.igvm.attestation;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.reseal.igvm.attestation.certificate.Certificates;
import io.reseal.igvm.attestation.certificate.OperatorCertificates;
import io.reseal.igvm.attestation.recognition.Recognition;
import io.reseal.igvm.attestation.snp.SnpReport;
import io.reseal.igvm.attestation.tdx.TdxQuote;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class HostileEvidenceTest {

    private static final long SEED = 20261123;
    private static final int MUTANTS = 100_000;

    /** A mutant of 8 KiB is copied once as octets; the rest is small. */
    private static final long MOST_BYTES_EACH = 64 * 1024;

    private static final SnpHost SNP = SnpHost.milan();

    @Test
    void hostile_evidence_in_place_of_a_report_is_refused_in_one_way_only() {
        assertParsesOrRefuses(SNP.signed(SnpHost.report(5)), bytes -> SnpReport.parse(MemorySegment.ofArray(bytes)));
    }

    @Test
    void hostile_evidence_in_place_of_a_quote_is_refused_in_one_way_only() {
        assertParsesOrRefuses(Samples.quote(), bytes -> TdxQuote.parse(MemorySegment.ofArray(bytes)));
    }

    @Test
    void hostile_evidence_in_place_of_certificates_is_refused_in_one_way_only() {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
        byte[] der = Pki.encoded(Certificates.parse(Samples.intelRoot()).getFirst());
        for (int i = 0; i < MUTANTS / 10; i++) {
            byte[] mutant = mutant(random, der);
            refusedOrNot(mutant, bytes -> Certificates.parse(Octets.of(bytes)), i);
        }
    }

    @Test
    void hostile_evidence_in_any_wrapping_is_refused_in_one_way_only() {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
        byte[] hex = HexFormat.of().formatHex(SNP.signed(SnpHost.report(4))).getBytes(StandardCharsets.US_ASCII);
        byte[] blob = Der.join(
                Arrays.copyOf("HCLA".getBytes(StandardCharsets.US_ASCII), 32),
                SNP.signed(SnpHost.report(4)),
                new byte[80]);
        for (byte[] genuine :
                new byte[][] {hex, blob, Samples.quote(), Samples.genoaChain().bytes()}) {
            for (int i = 0; i < MUTANTS / 50; i++) {
                Octets mutant = Octets.of(mutant(random, genuine));
                try {
                    var _ = Recognition.of("file", mutant).toString();
                    var _ = OperatorCertificates.parse("file", mutant);
                } catch (AttestationException refused) {
                    assertThat(refused.getMessage()).isNotBlank();
                }
            }
        }
    }

    @Test
    void hostile_evidence_is_never_trusted_and_never_breaks_the_checks() {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
        byte[] report = SNP.signed(SnpHost.report(3));
        byte[] quote = TdxHost.create().version5(3, 648);
        for (int i = 0; i < MUTANTS / 50; i++) {
            byte[] otherReport = mutant(random, report);
            byte[] otherQuote = mutant(random, quote);
            if (!Arrays.equals(otherReport, report)) {
                refusedOrNot(
                        otherReport, bytes -> assertThat(SNP.check(bytes).ok()).isFalse(), i);
            }
            if (!Arrays.equals(stripped(otherQuote), stripped(quote))) {
                refusedOrNot(
                        otherQuote,
                        bytes -> assertThat(TdxHost.check(bytes).ok()).isFalse(),
                        i);
            }
        }
    }

    private static void assertParsesOrRefuses(byte[] genuine, Consumer<byte[]> parser) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int i = 0; i < MUTANTS; i++) {
            byte[] mutant = mutant(random, genuine);
            long before = threads.getCurrentThreadAllocatedBytes();
            refusedOrNot(mutant, parser, i);
            assertThat(threads.getCurrentThreadAllocatedBytes() - before)
                    .as("bytes allocated for mutant %d of seed %d", i, SEED)
                    .isLessThan(MOST_BYTES_EACH);
        }
    }

    /** Any exception but the module's own fails the test with the number of the mutant. */
    private static void refusedOrNot(byte[] mutant, Consumer<byte[]> parser, int number) {
        try {
            parser.accept(mutant);
        } catch (AttestationException refused) {
            assertThat(refused.getMessage())
                    .as("mutant %d of seed %d", number, SEED)
                    .contains("expected");
        } catch (RuntimeException foreign) {
            throw new AssertionError("mutant %d of seed %d".formatted(number, SEED), foreign);
        }
    }

    private static byte[] mutant(RandomGenerator random, byte[] genuine) {
        byte[] bytes = genuine.clone();
        int changes = 1 + random.nextInt(3);
        for (int i = 0; i < changes; i++) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(5)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(Byte.SIZE));
                case 1 -> bytes[at] = (byte) random.nextInt();
                case 2 -> Arrays.fill(bytes, at, Math.min(bytes.length, at + 4), (byte) 0xff);
                case 3 -> bytes = Arrays.copyOf(bytes, 1 + random.nextInt(bytes.length + 64));
                default -> System.arraycopy(bytes, 0, bytes, at, Math.min(at, bytes.length - at));
            }
        }
        return bytes;
    }

    /** Zeros after a quote are no part of it. */
    private static byte[] stripped(byte[] quote) {
        int size = quote.length;
        while (size > 0 && quote[size - 1] == 0) {
            size--;
        }
        return Arrays.copyOf(quote, size);
    }
}
