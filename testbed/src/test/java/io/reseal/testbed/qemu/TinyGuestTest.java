package io.reseal.testbed.qemu;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseal.testbed.TestbedException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The layout of the image, read the way QEMU reads it. */
class TinyGuestTest {
    private final ByteBuffer image =
            ByteBuffer.wrap(TinyGuest.image(new byte[] {1, 2, 3})).order(ByteOrder.LITTLE_ENDIAN);

    @Test
    void the_image_is_64_KiB_and_begins_with_the_code() {
        assertThat(image.capacity()).isEqualTo(0x10000);
        assertThat(bytes(0, 4)).containsExactly(1, 2, 3, 0xff);
    }

    @Test
    void the_reset_vector_jumps_near_to_the_code() {
        assertThat(bytes(0xfff0, 1)).containsExactly(0xe9);
        assertThat((0xfff3 + image.getShort(0xfff1)) & 0xffff).isZero();
    }

    @Test
    void the_table_ends_with_its_footer_32_bytes_before_the_end() {
        assertThat(bytes(0xffe0 - 16, 16)).isEqualTo(bytesOf(TinyGuest.guid(TinyGuest.TABLE_FOOTER)));
        assertThat(image.getShort(0xffe0 - 18)).isEqualTo((short) (3 * 22 + 18));
    }

    @Test
    void a_GUID_has_its_first_three_fields_little_endian() {
        assertThat(HexFormat.of().formatHex(TinyGuest.guid(UUID.fromString("00112233-4455-6677-8899-aabbccddeeff"))))
                .isEqualTo("33221100554477668899aabbccddeeff");
    }

    @Test
    void the_entry_for_SEV_metadata_leads_to_three_regions() {
        int entry = 0xffe0 - 18 - 2 * 22;
        assertThat(bytes(entry + 6, 16)).isEqualTo(bytesOf(TinyGuest.guid(TinyGuest.SEV_METADATA)));
        int metadata = 0x10000 - image.getInt(entry);
        assertThat(new String(image.array(), metadata, 4, US_ASCII)).isEqualTo("ASEV");
        assertThat(image.getInt(metadata + 4)).isEqualTo(16 + 3 * 12);
        assertThat(image.getInt(metadata + 8)).isEqualTo(1);
        assertThat(image.getInt(metadata + 12)).isEqualTo(3);
    }

    @Test
    void the_entry_for_a_TD_leads_to_three_sections_of_which_the_firmware_is_measured() {
        int entry = 0xffe0 - 18 - 3 * 22;
        assertThat(bytes(entry + 6, 16)).isEqualTo(bytesOf(TinyGuest.guid(TinyGuest.TDVF_METADATA)));
        int metadata = 0x10000 - image.getInt(entry);
        assertThat(new String(image.array(), metadata, 4, US_ASCII)).isEqualTo("TDVF");
        assertThat(image.getInt(metadata + 4)).isEqualTo(16 + 3 * 32);
        assertThat(image.getInt(metadata + 12)).isEqualTo(3);
        assertThat(image.getLong(metadata + 16 + 8)).isEqualTo(0xffff0000L);
        assertThat(image.getInt(metadata + 16 + 28)).isEqualTo(1);
    }

    @Test
    void code_that_reaches_into_the_metadata_is_refused() {
        assertThatThrownBy(() -> TinyGuest.image(new byte[0x8001]))
                .isInstanceOf(TestbedException.class)
                .hasMessageContaining("32769 bytes of code, but 32768 fit");
    }

    private int[] bytes(int from, int count) {
        return bytesOf(Arrays.copyOfRange(image.array(), from, from + count));
    }

    private static int[] bytesOf(byte[] bytes) {
        var values = new int[bytes.length];
        Arrays.setAll(values, i -> bytes[i] & 0xff);
        return values;
    }
}
