package io.reseal.igvm.attestation.tdx;

import io.reseal.igvm.attestation.AttestationEvidence;
import io.reseal.igvm.attestation.Octets;
import java.util.List;

/** What the TDX module reports of a guest; whatever the version, the part that TDX 1.0 defined is there. */
public sealed interface TdxBody {

    Tdx10 common();

    /** The launch measurement. */
    default Octets mrtd() {
        return common().mrtd();
    }

    default TdAttributes attributes() {
        return common().tdAttributes();
    }

    default Octets reportData() {
        return common().reportData();
    }

    /** TDX 1.0, 584 bytes. The four RTMRs are what the guest extended while it ran. */
    record Tdx10(
            Octets teeTcbSvn,
            Octets mrSeam,
            Octets mrSignerSeam,
            long seamAttributes,
            TdAttributes tdAttributes,
            long xfam,
            Octets mrtd,
            Octets mrConfigId,
            Octets mrOwner,
            Octets mrOwnerConfig,
            List<Octets> rtmrs,
            Octets reportData)
            implements TdxBody {

        public static final int SIZE = 584;

        public Tdx10 {
            rtmrs = List.copyOf(rtmrs);
        }

        @Override
        public Tdx10 common() {
            return this;
        }

        static Tdx10 parse(AttestationEvidence quote, long at) {
            return new Tdx10(
                    quote.octets(at, 16),
                    quote.octets(at + 0x10, 48),
                    quote.octets(at + 0x40, 48),
                    quote.u64(at + 0x70),
                    new TdAttributes(quote.u64(at + 0x78)),
                    quote.u64(at + 0x80),
                    quote.octets(at + 0x88, 48),
                    quote.octets(at + 0xb8, 48),
                    quote.octets(at + 0xe8, 48),
                    quote.octets(at + 0x118, 48),
                    List.of(
                            quote.octets(at + 0x148, 48),
                            quote.octets(at + 0x178, 48),
                            quote.octets(at + 0x1a8, 48),
                            quote.octets(at + 0x1d8, 48)),
                    quote.octets(at + 0x208, 64));
        }
    }

    /** TDX 1.5, 648 bytes: the second TCB says what the guest runs on since a TDX module was updated under it. */
    record Tdx15(Tdx10 common, Octets teeTcbSvn2, Octets mrServiceTd) implements TdxBody {

        public static final int SIZE = 648;

        static Tdx15 parse(AttestationEvidence quote, long at) {
            return new Tdx15(Tdx10.parse(quote, at), quote.octets(at + 0x248, 16), quote.octets(at + 0x258, 48));
        }
    }
}
