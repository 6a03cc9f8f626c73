package io.reseal.daemon.host;

import io.reseal.policy.GuestKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/**
 * How many more protected guests this host can hold, by the {@code misc} controller of its control groups. It reads files, so
 * call it on a thread that may block, never on an event loop.
 *
 * @param misc directory of the controller's root group
 */
public record MiscController(Path misc) {
    /** ASIDs or key ids that no guest holds; empty where the kernel does not tell. */
    public OptionalLong keys(GuestKind kind) {
        return switch (kind) {
            case PLAIN -> OptionalLong.empty();
            case SEV -> left("sev");
            // SNP guests take their ASIDs from those of SEV-ES (kernel documentation, admin-guide/cgroup-v2)
            case SEV_ES, SEV_SNP -> left("sev_es");
            case TDX -> left("tdx");
        };
    }

    /**
     * How much more memory a process may take, in bytes; empty where that is not limited, or cannot be told.
     *
     * @param groups its control groups, as {@code /proc} tells them
     */
    public OptionalLong memoryLeft(List<String> groups) {
        // in version 1 each controller has a hierarchy of its own, beside the others
        var root = misc.endsWith("misc") ? misc.resolveSibling("") : misc;
        return new MemoryLimit(root).left(groups);
    }

    private OptionalLong left(String resource) {
        var capacity = number("misc.capacity", resource);
        var current = number("misc.current", resource);
        return capacity.isPresent() && current.isPresent()
                ? OptionalLong.of(Math.max(0, capacity.getAsLong() - current.getAsLong()))
                : OptionalLong.empty();
    }

    private OptionalLong number(String file, String resource) {
        var prefix = resource + " ";
        try (var lines = Files.lines(misc.resolve(file), StandardCharsets.ISO_8859_1)) {
            return lines.filter(line -> line.startsWith(prefix))
                    .mapToLong(line ->
                            Long.parseLong(line.substring(prefix.length()).strip()))
                    .findFirst();
        } catch (IOException | RuntimeException _) {
            return OptionalLong.empty();
        }
    }
}
