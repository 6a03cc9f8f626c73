package io.reseal.igvm.attestation.tdx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.reseal.igvm.attestation.AttestationException;
import io.reseal.igvm.attestation.AttestationException.Code;
import io.reseal.igvm.attestation.Octets;
import io.reseal.igvm.attestation.TdxHost;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TdxQuoteTest {

    private static final TdxHost HOST = TdxHost.create();
    private static final int ZEROS_AFTER = 5;

    @Test
    void a_TDX_quote_of_version_4_shows_each_field_from_its_place() {
        TdxQuote quote = parse(HOST.version4());
        TdxBody.Tdx10 body = quote.body().common();

        assertThat(quote.body()).isInstanceOf(TdxBody.Tdx10.class);
        assertThat(quote.header().version()).isEqualTo(4);
        assertThat(quote.header().qeVendor()).hasToString("939a7233f79c4ca9940a0db3957f0607");
        assertThat(quote.signedSize()).isEqualTo(632);
        assertThat(body.teeTcbSvn()).isEqualTo(part(0, 16));
        assertThat(body.mrSeam()).isEqualTo(part(0x10, 48));
        assertThat(body.tdAttributes().bits()).isEqualTo(part(0x78, 8).littleEndianLong());
        assertThat(body.mrtd()).isEqualTo(part(0x88, 48));
        assertThat(body.mrConfigId()).isEqualTo(part(0xb8, 48));
        assertThat(body.mrOwner()).isEqualTo(part(0xe8, 48));
        assertThat(body.mrOwnerConfig()).isEqualTo(part(0x118, 48));
        assertThat(body.rtmrs()).containsExactly(part(0x148, 48), part(0x178, 48), part(0x1a8, 48), part(0x1d8, 48));
        assertThat(body.reportData()).isEqualTo(part(0x208, 64));
    }

    @Test
    void a_TDX_quote_of_version_5_may_be_of_TDX_1_0_or_1_5() {
        TdxQuote older = parse(HOST.version5(2, 584));
        TdxQuote newer = parse(HOST.version5(3, 648));

        assertThat(older.body()).isInstanceOf(TdxBody.Tdx10.class);
        assertThat(older.body().mrtd()).isEqualTo(part(0x88, 48));
        assertThat(newer.body()).isEqualTo(new TdxBody.Tdx15(older.body().common(), part(0x248, 16), part(0x258, 48)));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 3, VERSION",
        "0, 6, VERSION",
        "2, 3, KEY_TYPE",
        "4, 0, TEE_TYPE",
        "48, 1, BODY_TYPE",
        "48, 4, BODY_TYPE",
        "50, 0, LENGTH",
        "834, 5, CERTIFICATION_TYPE",
        "836, 0, LENGTH"
    })
    void a_TDX_quote_is_refused_where_it_is_of_a_kind_that_is_not_known(int offset, byte value, Code code) {
        byte[] quote = HOST.version5(3, 648);
        quote[offset] = value;

        assertThatExceptionOfType(AttestationException.class)
                .isThrownBy(() -> parse(quote))
                .satisfies(broken -> assertThat(broken.code()).isEqualTo(code))
                .satisfies(broken -> assertThat(broken.offset()).hasValue(offset));
    }

    @Test
    void a_TDX_quote_is_refused_when_cut_anywhere() {
        byte[] whole = HOST.version4();
        for (int size = 0; size < whole.length - ZEROS_AFTER; size++) {
            byte[] cut = Arrays.copyOf(whole, size);
            assertThatExceptionOfType(AttestationException.class)
                    .as("the first %d bytes", size)
                    .isThrownBy(() -> parse(cut));
        }
    }

    @Test
    void a_TDX_quote_may_be_followed_by_zeros_and_nothing_else() {
        byte[] quote = HOST.version4();
        quote[quote.length - 1] = 1;

        assertThatExceptionOfType(AttestationException.class)
                .isThrownBy(() -> parse(quote))
                .satisfies(broken -> assertThat(broken.code()).isEqualTo(Code.TRAILING_BYTES));
    }

    @Test
    void a_TDX_quote_larger_than_any_quoting_service_writes_is_refused() {
        byte[] padded = Arrays.copyOf(HOST.version4(), TdxQuote.MAX_SIZE + 1);

        assertThatExceptionOfType(AttestationException.class)
                .isThrownBy(() -> parse(padded))
                .withMessageContaining("at most 131072 bytes, found 131073 bytes");
    }

    @Test
    void a_TDX_quote_tells_its_attributes_in_words() {
        assertThat(new TdAttributes(1L << 63 | 1L << 28 | 1L << 9 | 1).words())
                .containsExactly("debug allowed", "bit 9", "SEPT_VE_DISABLE", "performance monitoring");
    }

    private static TdxQuote parse(byte[] bytes) {
        return TdxQuote.parse(MemorySegment.ofArray(bytes));
    }

    private static Octets part(int from, int size) {
        return Octets.of(TdxHost.body(648)).slice(from, size);
    }
}
