package io.reseal.benchmarks.host;

/** The least that a JVM can do, as a reference for its start. */
public final class Hello {
    private Hello() {}

    public static void main(String[] arguments) {
        System.out.println("hello");
    }
}
