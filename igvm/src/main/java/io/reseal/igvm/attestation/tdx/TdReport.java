package io.reseal.igvm.attestation.tdx;

import io.reseal.igvm.attestation.AttestationEvidence;
import io.reseal.igvm.attestation.Octets;
import java.util.List;

/**
 * A TDREPORT (TDX module ABI, TDREPORT_STRUCT): what TDG.MR.REPORT gives to the guest. Its MAC can be checked by the
 * processor that made it and by nobody else.
 */
public record TdReport(TdxBody.Tdx10 body) {

    /** Of every version. */
    public static final int SIZE = 1024;

    private static final int TDX = 0x81;
    private static final int LAST_VERSION = 8;
    private static final int TEE_TCB_INFO = 0x100;
    private static final int TD_INFO = 0x200;

    /** Type, subtype, version and reserved bytes of the REPORTMACSTRUCT, in a file of this size. */
    public static boolean is(Octets bytes) {
        if (bytes.size() < SIZE || !bytes.slice(SIZE, bytes.size() - SIZE).isPadding()) {
            return false;
        }
        AttestationEvidence report = AttestationEvidence.of(bytes);
        return report.u8(0) == TDX
                && report.u8(1) == 0
                && report.u8(2) <= LAST_VERSION
                && report.u8(3) == 0
                && bytes.slice(4, 12).isZero();
    }

    public static Octets only(Octets bytes) {
        return bytes.slice(0, SIZE);
    }

    /** The same fields as a quote's body has, from their places in a TDREPORT. */
    public static TdReport parse(Octets bytes) {
        AttestationEvidence report = AttestationEvidence.of(bytes);
        return new TdReport(new TdxBody.Tdx10(
                report.octets(TEE_TCB_INFO + 0x08, 16),
                report.octets(TEE_TCB_INFO + 0x18, 48),
                report.octets(TEE_TCB_INFO + 0x48, 48),
                report.u64(TEE_TCB_INFO + 0x78),
                new TdAttributes(report.u64(TD_INFO)),
                report.u64(TD_INFO + 0x08),
                report.octets(TD_INFO + 0x10, 48),
                report.octets(TD_INFO + 0x40, 48),
                report.octets(TD_INFO + 0x70, 48),
                report.octets(TD_INFO + 0xa0, 48),
                List.of(
                        report.octets(TD_INFO + 0xd0, 48),
                        report.octets(TD_INFO + 0x100, 48),
                        report.octets(TD_INFO + 0x130, 48),
                        report.octets(TD_INFO + 0x160, 48)),
                report.octets(0x80, 64)));
    }
}
