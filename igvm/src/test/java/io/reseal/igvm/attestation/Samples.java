package io.reseal.igvm.attestation;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Objects;

/** Real evidence and certificates, all public. */
public final class Samples {

    private Samples() {}

    /** ASVK and ARK, as AMD's key distribution service gives them out for Genoa. */
    public static Octets genoaChain() {
        return resource("amd-genoa-asvk-ark.pem");
    }

    public static Octets intelRoot() {
        return resource("intel-sgx-root.pem");
    }

    /** Of a guest in a public cloud, with its PCK chain and zeros after it. */
    public static byte[] quote() {
        String text = new String(resource("tdx-quote-v4.b64").bytes(), StandardCharsets.US_ASCII);
        return Base64.getMimeDecoder().decode(text);
    }

    private static Octets resource(String name) {
        try (InputStream in = Objects.requireNonNull(Samples.class.getResourceAsStream(name))) {
            return Octets.of(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
