package io.reseal.daemon.http;

/** Told to a connection when the server is about to close. */
enum Leaving {
    /** It ends once what was asked is answered. */
    LAST_ANSWER
}
