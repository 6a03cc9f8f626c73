package io.reseal.daemon.request;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Idempotency keys: a request that comes twice is carried out once. Safe for any thread. */
public final class IdempotencyKeys {
    private static final int KEPT = 1000;

    private record Key(String guest, String key) {}

    private final Map<Key, CompletableFuture<ResetResponse>> answers = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, CompletableFuture<ResetResponse>> eldest) {
            return size() > KEPT;
        }
    };

    /** The answer to the first request with this key; a request that began nothing frees its key. */
    public CompletableFuture<ResetResponse> once(
            ResetRequest request, Supplier<CompletableFuture<ResetResponse>> carryOut) {
        if (request.key().isEmpty()) {
            return carryOut.get();
        }
        var key = new Key(request.guest(), request.key().get());
        CompletableFuture<ResetResponse> answer;
        synchronized (this) {
            var known = answers.get(key);
            if (known != null) {
                return known;
            }
            answer = carryOut.get();
            answers.put(key, answer);
        }
        return answer.whenComplete((given, _) -> {
            if (!(given instanceof ResetResponse.Started)) {
                forget(answer);
            }
        });
    }

    /** A guest that is called otherwise keeps its keys. */
    public synchronized void renamed(Map<String, String> names) {
        var renamed = new LinkedHashMap<Key, CompletableFuture<ResetResponse>>();
        answers.forEach((key, answer) ->
                renamed.put(new Key(names.getOrDefault(key.guest(), key.guest()), key.key()), answer));
        answers.clear();
        answers.putAll(renamed);
    }

    /** Under whatever name its guest has by now. */
    private synchronized void forget(CompletableFuture<ResetResponse> answer) {
        answers.values().removeIf(answer::equals);
    }
}
