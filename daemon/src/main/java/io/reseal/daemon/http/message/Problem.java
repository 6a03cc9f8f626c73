package io.reseal.daemon.http.message;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.reseal.daemon.api.Json;
import io.reseal.daemon.api.ProblemDocument;
import java.util.Map;

/** A request that cannot be answered as asked: what is told in place of an answer. */
public record Problem(HttpResponseStatus status, ProblemDocument document) {
    /**
     * A problem.
     *
     * @param type last part of the type's URN
     * @param detail one sentence: what, where, cure
     */
    public static Problem of(HttpResponseStatus status, String type, String title, String detail) {
        return new Problem(status, ProblemDocument.of(type, title, status.code(), detail));
    }

    public static Problem badRequest(String type, String title, String detail) {
        return of(HttpResponseStatus.BAD_REQUEST, type, title, detail);
    }

    public Response.Document response() {
        return new Response.Document(status, ProblemDocument.MEDIA_TYPE, Json.text(document), Map.of());
    }

    /** Thrown out of a handler; the client is told the problem. */
    public static final class ProblemException extends RuntimeException {
        private final transient Problem problem;

        public ProblemException(Problem problem) {
            super(problem.document().detail(), null, false, false);
            this.problem = problem;
        }

        public Problem problem() {
            return problem;
        }
    }
}
