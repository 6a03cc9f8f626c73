package io.reseal.testbed.bench;

/** A measurement cannot be made; the message is for the one at the terminal. */
final class BenchException extends RuntimeException {
    BenchException(String message) {
        super(message);
    }
}
