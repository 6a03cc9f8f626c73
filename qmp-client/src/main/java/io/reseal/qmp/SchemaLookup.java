package io.reseal.qmp;

import io.reseal.qmp.QmpException.ConnectionLost;
import io.reseal.qmp.QmpException.ProtocolBroken;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/**
 * The schema of the QEMU at the other end: from the cache, from another connection that reads it for the same build, or read here.
 * Confined to the event loop.
 */
final class SchemaLookup {
    /** QEMU 11.1 answers with 248 kB. */
    static final int LEAST_LINE_BYTES = 1 << 20;

    /** How long another connection's reading is waited for: that one's QEMU may be stopped. QEMU 11.1 needs some 30 ms. */
    private static final long PATIENCE_MILLIS = 1000;

    private final QmpWriter wire;
    private final Session session;
    private final Terms terms;
    private final QmpDialect dialect;

    SchemaLookup(QmpWriter wire, Session session, Terms terms, QmpDialect dialect) {
        this.wire = wire;
        this.session = session;
        this.terms = terms;
        this.dialect = dialect;
    }

    Terms terms() {
        return terms;
    }

    /** What the cache has. */
    Optional<QmpSchema> known() {
        return dialect.schemas().known(terms.version());
    }

    /** A reply beyond the limit is not read. */
    void requireRoom() {
        dialect.settings().requireReplies(LEAST_LINE_BYTES, "to read a schema");
    }

    /** Completes on this connection's event loop. */
    CompletableFuture<QmpSchema> schema() {
        assert wire.loop().inEventLoop();
        var result = new CompletableFuture<QmpSchema>();
        readOrAwait(dialect.schemas().claim(terms.version(), result), result);
        return result;
    }

    private void readOrAwait(Optional<CompletableFuture<QmpSchema>> others, CompletableFuture<QmpSchema> result) {
        others.ifPresentOrElse(reading -> await(reading, result), () -> read(result));
    }

    private void await(CompletableFuture<QmpSchema> others, CompletableFuture<QmpSchema> result) {
        var tooLong = wire.loop().schedule(() -> takeOver(others, result), PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        others.whenComplete((schema, failure) -> onLoop(result, () -> {
            if (tooLong.cancel(false)) {
                if (failure == null) {
                    result.complete(schema);
                } else {
                    takeOver(others, result);
                }
            }
        }));
    }

    /** Of all that wait for it one becomes the reader; the rest waits for that one. */
    private void takeOver(CompletableFuture<QmpSchema> others, CompletableFuture<QmpSchema> result) {
        readOrAwait(dialect.schemas().takeOver(terms.version(), others, result), result);
    }

    private void onLoop(CompletableFuture<QmpSchema> result, Runnable task) {
        try {
            wire.loop().execute(task);
        } catch (RejectedExecutionException transportClosed) {
            result.completeExceptionally(
                    new ConnectionLost(wire.socket(), "the transport was closed", transportClosed));
        }
    }

    private void read(CompletableFuture<QmpSchema> result) {
        var reply = new CompletableFuture<JsonNode>();
        session.query(OwnCommands.SCHEMA, reply);
        reply.whenComplete((value, failure) -> {
            if (failure != null) {
                result.completeExceptionally(failure);
            } else if (!value.isArray()) {
                result.completeExceptionally(new ProtocolBroken(
                        wire.socket(), "a list of definitions", "query-qmp-schema answered another value"));
            } else {
                result.complete(QmpSchema.of(value));
            }
        });
    }
}
