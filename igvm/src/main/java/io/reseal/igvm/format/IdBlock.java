package io.reseal.igvm.format;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * What an SNP_ID_BLOCK has the PSP demand at LAUNCH_FINISH; if it is not met, QEMU ends. The policy beside it in the PSP's block
 * is that of GUEST_POLICY (QEMU 11.1, target/i386/sev.c).
 *
 * @param launchDigest demanded, 96 hexadecimal digits
 * @param familyId 16 bytes in hexadecimal, free for the owner
 * @param imageId the same
 * @param guestSvn security version of the guest
 * @param idKeyDigest SHA-384 of the key that signed, as an attestation report has it
 * @param authorKeyDigest of the key that signed that key; empty if there is none
 */
public record IdBlock(
        String launchDigest,
        String familyId,
        String imageId,
        long guestSvn,
        String idKeyDigest,
        Optional<String> authorKeyDigest) {
    private static final int LD_AT = 8;
    private static final int LD_SIZE = 48;
    private static final int FAMILY_AT = 56;
    private static final int IMAGE_AT = 72;
    private static final int ID_SIZE = 16;
    private static final int SVN_AT = 92;
    private static final int ID_KEY_AT = 248;
    private static final int AUTHOR_KEY_AT = 544;

    /** In the file: curve, 4 bytes reserved, qx[72], qy[72]. */
    private static final int FILE_KEY = 152;

    private static final int FILE_POINT_AT = 8;

    /** For the PSP: curve, qx[72], qy[72], 880 bytes reserved (SNP firmware ABI, table 76). */
    private static final int KEY = 1028;

    private static final int KEY_POINT_AT = 4;
    private static final int POINT = 144;

    static IdBlock of(Directive.SnpIdBlock header) {
        var fields = new Fields(header.content());
        var author = fields.part(AUTHOR_KEY_AT, FILE_KEY);
        // QEMU ignores author_key_enabled and looks whether the key begins with a zero byte
        boolean hasAuthor = author.get(ValueLayout.JAVA_BYTE, 0) != 0;
        return new IdBlock(
                hex(fields.part(LD_AT, LD_SIZE)),
                hex(fields.part(FAMILY_AT, ID_SIZE)),
                hex(fields.part(IMAGE_AT, ID_SIZE)),
                fields.u32(SVN_AT),
                keyDigest(fields.part(ID_KEY_AT, FILE_KEY)),
                hasAuthor ? Optional.of(keyDigest(author)) : Optional.empty());
    }

    private static String keyDigest(MemorySegment key) {
        var forPsp = MemorySegment.ofArray(new byte[KEY]);
        MemorySegment.copy(key, 0, forPsp, 0, KEY_POINT_AT);
        MemorySegment.copy(key, FILE_POINT_AT, forPsp, KEY_POINT_AT, POINT);
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-384").digest(forPsp.toArray(ValueLayout.JAVA_BYTE)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-384", impossible);
        }
    }

    private static String hex(MemorySegment bytes) {
        return HexFormat.of().formatHex(bytes.toArray(ValueLayout.JAVA_BYTE));
    }
}
