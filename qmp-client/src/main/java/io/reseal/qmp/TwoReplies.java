package io.reseal.qmp;

import java.util.concurrent.CompletableFuture;
import tools.jackson.databind.JsonNode;

/** The replies to two commands of one write; each may fail independently. */
public record TwoReplies(CompletableFuture<JsonNode> first, CompletableFuture<JsonNode> second) {
    TwoReplies() {
        this(new CompletableFuture<>(), new CompletableFuture<>());
    }

    void fail(Throwable cause) {
        first.completeExceptionally(cause);
        second.completeExceptionally(cause);
    }
}
