package io.reseal.daemon.cli.file;

import io.reseal.igvm.attestation.AttestationException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;

/** What failed, the gravest first: its code is the document's. */
public final class Failures {
    private record Failure(String code, OptionalLong offset, String message) {}

    private final List<Failure> all = new ArrayList<>();

    public boolean isEmpty() {
        return all.isEmpty();
    }

    public void add(String code, String message) {
        all.add(new Failure(code, OptionalLong.empty(), message));
    }

    public void add(Path file, AttestationException unreadable) {
        all.add(new Failure(unreadable.code().name(), unreadable.offset(), file + ": " + unreadable.getMessage()));
    }

    public void addTo(ObjectNode document) {
        if (all.isEmpty()) {
            return;
        }
        var first = all.getFirst();
        var messages = all.stream().map(Failure::message).collect(Collectors.joining("; "));
        document.setAll(FileCheck.rejected(first.code(), first.offset(), messages));
    }
}
