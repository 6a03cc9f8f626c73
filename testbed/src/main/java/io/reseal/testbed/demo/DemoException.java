package io.reseal.testbed.demo;

/** The demo cannot go on; the message is for the one at the terminal. */
final class DemoException extends RuntimeException {
    DemoException(String message) {
        super(message);
    }
}
