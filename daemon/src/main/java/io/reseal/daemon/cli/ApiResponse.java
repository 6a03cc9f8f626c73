package io.reseal.daemon.cli;

import io.reseal.daemon.feed.Json;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** What the daemon answered. */
record ApiResponse(int status, String body) {
    boolean ok() {
        return status >= 200 && status < 300;
    }

    JsonNode json() {
        try {
            return Json.MAPPER.readTree(body);
        } catch (JacksonException notJson) {
            throw new CliException(
                    ExitCode.INTERNAL,
                    "the daemon answered " + status + " with something that is not JSON: is that socket reseal's?");
        }
    }

    /** The document; or the daemon's complaint, with the exit code that goes with it. */
    JsonNode require() {
        if (!ok()) {
            throw new CliException(exit(), Text.maybe(json(), "detail").orElse("the daemon answered " + status));
        }
        return json();
    }

    ExitCode exit() {
        if (status == 409 && json().path("type").asString("").endsWith(":ambiguous-guest")) {
            return ExitCode.USAGE;
        }
        return switch (status) {
            case 400, 405, 413, 414, 415, 431 -> ExitCode.USAGE;
            case 409, 429 -> ExitCode.REFUSED;
            case 403, 404, 503, 504 -> ExitCode.NOT_REACHABLE;
            default -> ExitCode.INTERNAL;
        };
    }
}
