package io.reseal.daemon.cli.client;

import io.reseal.daemon.api.Json;
import io.reseal.daemon.api.Json.UnreadableException;
import io.reseal.daemon.api.ProblemDocument;
import io.reseal.daemon.cli.terminal.CliException;
import io.reseal.daemon.cli.terminal.ExitCode;

/** What the daemon answered. */
public record ApiResponse(int status, String body) {
    private boolean ok() {
        return status >= 200 && status < 300;
    }

    /** Ends the command unless it is what was asked for: with the daemon's complaint, and the exit code that goes with it. */
    void requireOk() {
        if (!ok()) {
            var problem = problem();
            throw new CliException(exit(problem), problem.detail());
        }
    }

    /** The document that was asked for. */
    public <T> T require(Class<T> document) {
        requireOk();
        return read(document);
    }

    /** Why the daemon did not do as asked. */
    ProblemDocument problem() {
        return read(ProblemDocument.class);
    }

    private <T> T read(Class<T> document) {
        try {
            return Json.read(body, document);
        } catch (UnreadableException other) {
            throw new CliException(
                    ExitCode.INTERNAL,
                    "the daemon answered " + status + " with a document that cannot be read: " + other.getMessage()
                            + ": is that socket reseal's, and of the same version as this command?");
        }
    }

    private ExitCode exit(ProblemDocument problem) {
        return problem.is("ambiguous-guest") ? ExitCode.USAGE : exit(status);
    }

    static ExitCode exit(int status) {
        return switch (status) {
            case 400, 405, 413, 414, 415, 431 -> ExitCode.USAGE;
            case 409, 429 -> ExitCode.REFUSED;
            case 403, 404, 503, 504 -> ExitCode.NOT_REACHABLE;
            default -> ExitCode.INTERNAL;
        };
    }
}
