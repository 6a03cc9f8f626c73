package io.reseal.igvm.launch;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;

/**
 * The launch digest of an SNP guest while it grows: each page of 4 KiB makes LD := SHA-384(PAGE_INFO), which contains the LD
 * before (SNP firmware ABI, section 8.17). Not for several threads at once.
 */
public final class SnpDigestChain {
    /** Of a SHA-384 digest, in bytes. */
    public static final int DIGEST = 48;

    private static final int CONTENTS = 0x30;
    private static final int LENGTH = 0x60;
    private static final int TYPE = 0x62;
    private static final int GPA = 0x68;
    private static final int PAGE_INFO = 0x70;
    private static final byte[] ZERO_PAGE =
            new SnpDigestChain().sha384(MemorySegment.ofArray(new byte[LaunchRegion.PAGE]));

    private final MessageDigest sha384 = sha384();
    private final byte[] pageInfo = new byte[PAGE_INFO];
    private final byte[] page = new byte[LaunchRegion.PAGE];
    private final ByteBuffer fields = ByteBuffer.wrap(pageInfo).order(ByteOrder.LITTLE_ENDIAN);

    public SnpDigestChain() {
        fields.putShort(LENGTH, (short) PAGE_INFO);
    }

    private static MessageDigest sha384() {
        try {
            return MessageDigest.getInstance("SHA-384");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-384", impossible);
        }
    }

    /**
     * Adds a page whose content enters the digest.
     *
     * @param contents SHA-384 of its 4096 bytes
     */
    public void measured(PageType type, long gpa, byte[] contents) {
        System.arraycopy(contents, 0, pageInfo, CONTENTS, DIGEST);
        add(type, gpa);
    }

    /** Adds a page of which only type and address enter the digest. */
    public void unmeasured(PageType type, long gpa) {
        Arrays.fill(pageInfo, CONTENTS, LENGTH, (byte) 0);
        add(type, gpa);
    }

    /** Adds the VMSAs of all vCPUs; of those that are equal the content is hashed once. */
    public void vmsas(List<Vmsa> vmsas) {
        var hashed = new HashMap<Vmsa, byte[]>();
        for (var vmsa : vmsas) {
            measured(PageType.VMSA, Vmsa.GPA, hashed.computeIfAbsent(vmsa, each -> sha384(each.bytes())));
        }
    }

    /** Another chain with the same pages so far. */
    public SnpDigestChain copy() {
        var copy = new SnpDigestChain();
        System.arraycopy(pageInfo, 0, copy.pageInfo, 0, PAGE_INFO);
        return copy;
    }

    private void add(PageType type, long gpa) {
        pageInfo[TYPE] = (byte) type.code();
        fields.putLong(GPA, gpa);
        sha384.update(pageInfo);
        try {
            sha384.digest(pageInfo, 0, DIGEST);
        } catch (DigestException impossible) {
            throw new IllegalStateException("48 bytes are there for 48", impossible);
        }
    }

    /** SHA-384 of a page that is all zeros; a copy. */
    public static byte[] zeroPage() {
        return ZERO_PAGE.clone();
    }

    /** SHA-384 of 4096 bytes; does not touch the chain. */
    public byte[] sha384(MemorySegment content) {
        MemorySegment.copy(content, 0, MemorySegment.ofArray(page), 0, LaunchRegion.PAGE);
        return sha384.digest(page);
    }

    /** LD so far, 96 hexadecimal digits. */
    public String digest() {
        return HexFormat.of().formatHex(pageInfo, 0, DIGEST);
    }
}
