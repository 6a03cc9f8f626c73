package io.reseal.daemon.health;

import io.reseal.policy.Spelled;

/** What a client of the HTTP server was not given, or why its connection was ended. */
public enum HttpIncident implements Spelled {
    /** All connections are taken, or all that the client may have. */
    NO_CONNECTION("connections"),
    /** All event streams are taken, or all that the client may have. */
    NO_STREAM("streams"),
    /** Too many requests are not answered yet. */
    NO_REQUEST("requests"),
    /** Too many bytes of answers wait for clients that do not read them. */
    NO_ANSWER("answers"),
    /** The request's host is foreign, missing, or told twice. */
    HOST("host"),
    /** Its place was given to another client; it asked nothing. */
    DISPLACED("displaced"),
    /** The client of an event stream took nothing. */
    UNREAD_STREAM("unread-stream"),
    /** The client did not take its answer. */
    UNREAD_ANSWER("unread-answer");

    private final String text;

    HttpIncident(String text) {
        this.text = text;
    }

    @Override
    public String text() {
        return text;
    }
}
