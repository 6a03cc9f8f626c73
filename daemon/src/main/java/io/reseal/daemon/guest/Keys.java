package io.reseal.daemon.guest;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Idempotency keys: an ask that comes twice is carried out once. Safe for any thread. */
final class Keys {
    private static final int KEPT = 1000;

    private record Key(String guest, String key) {}

    private final Map<Key, CompletableFuture<ResetAnswer>> answers = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, CompletableFuture<ResetAnswer>> eldest) {
            return size() > KEPT;
        }
    };

    /** The answer to the first ask with this key; an ask that began nothing frees its key. */
    CompletableFuture<ResetAnswer> once(ResetAsk ask, Supplier<CompletableFuture<ResetAnswer>> carryOut) {
        if (ask.key().isEmpty()) {
            return carryOut.get();
        }
        var key = new Key(ask.guest(), ask.key().get());
        CompletableFuture<ResetAnswer> answer;
        synchronized (this) {
            var known = answers.get(key);
            if (known != null) {
                return known;
            }
            answer = carryOut.get();
            answers.put(key, answer);
        }
        return answer.whenComplete((given, _) -> {
            if (!(given instanceof ResetAnswer.Started)) {
                forget(answer);
            }
        });
    }

    /** A guest that is called otherwise keeps its keys. */
    synchronized void renamed(Map<String, String> names) {
        var renamed = new LinkedHashMap<Key, CompletableFuture<ResetAnswer>>();
        answers.forEach((key, answer) ->
                renamed.put(new Key(names.getOrDefault(key.guest(), key.guest()), key.key()), answer));
        answers.clear();
        answers.putAll(renamed);
    }

    /** Under whatever name its guest has by now. */
    private synchronized void forget(CompletableFuture<ResetAnswer> answer) {
        answers.values().removeIf(answer::equals);
    }
}
