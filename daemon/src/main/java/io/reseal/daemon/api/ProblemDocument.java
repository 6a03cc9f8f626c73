package io.reseal.daemon.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import java.util.List;
import java.util.Optional;

/**
 * An error as RFC 9457 wants it.
 *
 * @param detail one sentence: what, where, cure
 * @param didYouMean name of the guest that was probably meant
 * @param candidates guests that a reference means, where it means more than one
 * @param reset the reset that was refused, or that is in the way
 */
public record ProblemDocument(
        String type,
        String title,
        int status,
        String detail,
        @JsonInclude(Include.NON_ABSENT) Optional<String> didYouMean,
        @JsonInclude(Include.NON_ABSENT) Optional<List<Candidate>> candidates,
        @JsonInclude(Include.NON_ABSENT) Optional<ResetDocument> reset) {

    /** Media type of such a document. */
    public static final String MEDIA_TYPE = "application/problem+json";

    private static final String URN = "urn:reseal:problem:";

    /** A guest that may have been meant. */
    public record Candidate(
            String name,
            String socket,
            @JsonInclude(Include.NON_ABSENT) Optional<String> uuid) {}

    /**
     * A problem without more members.
     *
     * @param name last part of the type's URN
     */
    public static ProblemDocument of(String name, String title, int status, String detail) {
        return new ProblemDocument(
                URN + name, title, status, detail, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** Whether it is the problem of that name. */
    public boolean is(String name) {
        return type.equals(URN + name);
    }

    /** The same with the guest that was probably meant. */
    public ProblemDocument meaning(String guest) {
        return new ProblemDocument(type, title, status, detail, Optional.of(guest), candidates, reset);
    }

    /** The same with the guests that may have been meant. */
    public ProblemDocument among(List<Candidate> guests) {
        return new ProblemDocument(type, title, status, detail, didYouMean, Optional.of(guests), reset);
    }

    /** The same with the reset that it is about. */
    public ProblemDocument about(ResetDocument one) {
        return new ProblemDocument(type, title, status, detail, didYouMean, candidates, Optional.of(one));
    }
}
