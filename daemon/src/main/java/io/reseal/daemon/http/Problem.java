package io.reseal.daemon.http;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.reseal.daemon.api.Json;
import io.reseal.daemon.api.ProblemDocument;
import java.util.Map;

/** A request that cannot be answered as asked: what is told in place of an answer. */
record Problem(HttpResponseStatus status, ProblemDocument document) {
    /**
     * A problem.
     *
     * @param type last part of the type's URN
     * @param detail one sentence: what, where, cure
     */
    static Problem of(HttpResponseStatus status, String type, String title, String detail) {
        return new Problem(status, ProblemDocument.of(type, title, status.code(), detail));
    }

    static Problem badRequest(String type, String title, String detail) {
        return of(HttpResponseStatus.BAD_REQUEST, type, title, detail);
    }

    Response.Document response() {
        return new Response.Document(status, ProblemDocument.MEDIA_TYPE, Json.text(document), Map.of());
    }

    /** Thrown out of a handler; the client is told the problem. */
    static final class ProblemException extends RuntimeException {
        private final transient Problem problem;

        ProblemException(Problem problem) {
            super(problem.document().detail(), null, false, false);
            this.problem = problem;
        }

        Problem problem() {
            return problem;
        }
    }
}
