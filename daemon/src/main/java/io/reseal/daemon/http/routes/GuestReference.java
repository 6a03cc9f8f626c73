package io.reseal.daemon.http.routes;

import static io.netty.handler.codec.http.HttpResponseStatus.CONFLICT;
import static io.netty.handler.codec.http.HttpResponseStatus.NOT_FOUND;

import io.reseal.config.Suggestion;
import io.reseal.daemon.api.ProblemDocument;
import io.reseal.daemon.guest.Guests;
import io.reseal.daemon.http.message.Problem;
import io.reseal.daemon.status.GuestStatus;
import io.reseal.qmp.SocketPath;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The guest that a request is about: by its name, or by something else that only one guest has. Safe for any thread. */
final class GuestReference {
    /** @throws Problem.ProblemException if there is none, or more than one */
    static GuestStatus one(Guests guests, String reference) {
        return find(guests, reference).orElseThrow(() -> new Problem.ProblemException(none(guests, reference)));
    }

    /**
     * What the guest is called; what is no guest now is taken for the name of one that was.
     *
     * @throws Problem.ProblemException if there is more than one
     */
    static String name(Guests guests, String reference) {
        return find(guests, reference).map(GuestStatus::name).orElse(reference);
    }

    private static Optional<GuestStatus> find(Guests guests, String reference) {
        var found = guests.find(reference);
        if (found.size() > 1) {
            throw new Problem.ProblemException(ambiguous(reference, found));
        }
        return found.stream().findFirst();
    }

    static Problem none(Guests guests, String reference) {
        var names = guests.guests().stream().map(GuestStatus::name).toList();
        var meant = Suggestion.to(reference, names);
        var document = ProblemDocument.of(
                "no-such-guest",
                "No such guest",
                NOT_FOUND.code(),
                "no guest `" + reference + "` is known" + Suggestion.hint(reference, names)
                        + (meant.isPresent() ? "" : ": `reseal guests` lists those that are"));
        return new Problem(NOT_FOUND, meant.map(document::meaning).orElse(document));
    }

    private static Problem ambiguous(String reference, List<GuestStatus> guests) {
        var told = guests.stream()
                .map(guest -> guest.name() + " (" + SocketPath.text(guest.socket()) + ")")
                .collect(Collectors.joining(", "));
        var document = ProblemDocument.of(
                "ambiguous-guest",
                "More than one guest",
                CONFLICT.code(),
                "`" + reference + "` means " + guests.size() + " guests: " + told + ": give the name of one");
        return new Problem(
                CONFLICT,
                document.among(guests.stream().map(GuestReference::candidate).toList()));
    }

    private static ProblemDocument.Candidate candidate(GuestStatus guest) {
        return new ProblemDocument.Candidate(
                guest.name(), SocketPath.text(guest.socket()), guest.identity().map(GuestStatus.Identity::uuid));
    }

    private GuestReference() {}
}
