package io.reseal.daemon.http;

/** The server cannot listen; the message is one sentence for the operator, with a cure. */
public final class HttpServerException extends RuntimeException {
    HttpServerException(String message, Throwable cause) {
        super(message, cause);
    }

    HttpServerException(String message) {
        super(message);
    }
}
