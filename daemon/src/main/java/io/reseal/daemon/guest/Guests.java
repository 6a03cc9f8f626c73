package io.reseal.daemon.guest;

import io.reseal.daemon.request.ResetRequest;
import io.reseal.daemon.request.ResetResponse;
import io.reseal.daemon.status.GuestStatus;
import io.reseal.policy.Proof;
import io.reseal.policy.reset.Reset;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** All guests of this host, as other capabilities see them. Safe for any thread; reading never waits for a guest. */
public interface Guests {
    /** Every known guest, by name. */
    List<GuestStatus> guests();

    /** One guest. */
    Optional<GuestStatus> guest(String name);

    /**
     * The guests that {@code reference} may mean: the one of this name, else all that have it as their socket's path or file
     * name, full name, UUID or QEMU's (libvirt's) name. More than one is for the asker to tell apart.
     */
    List<GuestStatus> find(String reference);

    /** Open resets and as many closed ones as are kept, newest first. */
    List<Reset> resets();

    /** One of {@link #resets()}. */
    Optional<Reset> reset(String id);

    /**
     * Asks for a reset. The answer comes once it was judged and begun (or not), not when it is proven; while a reset is open that others
     * began, such as in a reboot loop, it waits for the end of that, up to {@link #within}.
     */
    CompletableFuture<ResetResponse> request(ResetRequest request);

    /** The time allowed to such a reset. */
    default Duration within(ResetRequest request) {
        return request.within().orElse(Proof.DEFAULT.within());
    }
}
