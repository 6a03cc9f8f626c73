package io.reseal.daemon.http;

import static io.netty.handler.codec.http.HttpResponseStatus.CONFLICT;
import static io.netty.handler.codec.http.HttpResponseStatus.NOT_FOUND;

import io.reseal.config.Suggestion;
import io.reseal.daemon.feed.Json;
import io.reseal.daemon.guest.Guests;
import io.reseal.daemon.status.GuestStatus;
import io.reseal.qmp.SocketPath;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/** The guest that a request is about: by its name, or by something else that only one guest has. Safe for any thread. */
final class GuestReference {
    /** @throws ProblemException if there is none, or more than one */
    static GuestStatus one(Guests fleet, String reference) {
        return find(fleet, reference).orElseThrow(() -> new ProblemException(none(fleet, reference)));
    }

    /**
     * What the guest is called; what is no guest now is taken for the name of one that was.
     *
     * @throws ProblemException if there is more than one
     */
    static String name(Guests fleet, String reference) {
        return find(fleet, reference).map(GuestStatus::name).orElse(reference);
    }

    private static Optional<GuestStatus> find(Guests fleet, String reference) {
        var found = fleet.find(reference);
        if (found.size() > 1) {
            throw new ProblemException(ambiguous(reference, found));
        }
        return found.stream().findFirst();
    }

    static Problem none(Guests fleet, String reference) {
        var names = fleet.guests().stream().map(GuestStatus::name).toList();
        var problem = Problem.of(
                NOT_FOUND,
                "no-such-guest",
                "No such guest",
                "no guest `" + reference + "` is known" + Suggestion.hint(reference, names)
                        + (Suggestion.to(reference, names).isPresent()
                                ? ""
                                : ": `reseal guests` lists those that are"));
        return Suggestion.to(reference, names)
                .map(meant -> problem.with("didYouMean", StringNode.valueOf(meant)))
                .orElse(problem);
    }

    private static Problem ambiguous(String reference, List<GuestStatus> guests) {
        var told = guests.stream()
                .map(guest -> guest.name() + " (" + SocketPath.text(guest.socket()) + ")")
                .collect(Collectors.joining(", "));
        return Problem.of(
                        CONFLICT,
                        "ambiguous-guest",
                        "More than one guest",
                        "`" + reference + "` means " + guests.size() + " guests: " + told + ": give the name of one")
                .with("candidates", Json.array(guests, GuestReference::candidate));
    }

    private static ObjectNode candidate(GuestStatus guest) {
        var json = Json.object().put("name", guest.name()).put("socket", SocketPath.text(guest.socket()));
        guest.identity().ifPresent(identity -> json.put("uuid", identity.uuid()));
        return json;
    }

    private GuestReference() {}
}
