package io.reseal.igvm;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The sample files, and what five other implementations say of each (manifest.json). */
public final class Samples {
    private static final JsonNode MANIFEST = new JsonMapper().readTree(bytes("manifest.json"));

    /** One of them. */
    record Sample(String name, JsonNode expected) {
        byte[] content() {
            return bytes(name);
        }

        MemorySegment segment() {
            return MemorySegment.ofArray(content());
        }

        boolean accepted() {
            return expected.path("verdict").asString().equals("accept");
        }

        JsonNode digests() {
            return expected.path("digests").path("SEV_SNP");
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private Samples() {}

    static List<Sample> all() {
        return MANIFEST.path("samples")
                .valueStream()
                .map(each -> new Sample(each.path("file").asString(), each))
                .toList();
    }

    static List<Sample> accepted() {
        return all().stream().filter(Sample::accepted).toList();
    }

    static List<Sample> rejected() {
        return all().stream().filter(each -> !each.accepted()).toList();
    }

    static List<Sample> snp() {
        return accepted().stream()
                .filter(each -> !each.digests().isMissingNode())
                .toList();
    }

    static Sample named(String name) {
        return all().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    static byte[] bytes(String name) {
        try (InputStream in = Objects.requireNonNull(Samples.class.getResourceAsStream("samples/" + name), name)) {
            return in.readAllBytes();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
