package io.reseal.qmp;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The schemas of the builds seen last, each read once. A build is identified by the version and package that QEMU reports. Safe for any thread.
 */
final class SchemaCache {
    /** A host that is being upgraded runs a few builds; one schema holds some 300 kB. */
    static final int MOST = 8;

    private final Map<QemuVersion, CompletableFuture<QmpSchema>> schemas = new LinkedHashMap<>(MOST, 0.75f, true);

    synchronized Optional<QmpSchema> known(QemuVersion build) {
        return Optional.ofNullable(schemas.get(build))
                .filter(reading -> reading.state() == CompletableFuture.State.SUCCESS)
                .map(CompletableFuture::resultNow);
    }

    /**
     * The reading of that build, under way or done; empty if {@code mine} is that reading from now on. One that fails is forgotten.
     */
    synchronized Optional<CompletableFuture<QmpSchema>> claim(QemuVersion build, CompletableFuture<QmpSchema> mine) {
        var present = schemas.get(build);
        if (present == null) {
            keep(build, mine);
        }
        return Optional.ofNullable(present);
    }

    /** The same, where the reading that was waited for counts no more. */
    synchronized Optional<CompletableFuture<QmpSchema>> takeOver(
            QemuVersion build, CompletableFuture<QmpSchema> stuck, CompletableFuture<QmpSchema> mine) {
        schemas.remove(build, stuck);
        return claim(build, mine);
    }

    private void keep(QemuVersion build, CompletableFuture<QmpSchema> mine) {
        schemas.put(build, mine);
        if (schemas.size() > MOST) {
            var eldest = schemas.keySet().iterator();
            eldest.next();
            eldest.remove();
        }
        mine.exceptionally(_ -> {
            forget(build, mine);
            return null;
        });
    }

    private synchronized void forget(QemuVersion build, CompletableFuture<QmpSchema> failed) {
        schemas.remove(build, failed);
    }
}
