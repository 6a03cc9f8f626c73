package io.reseal.daemon;

import io.reseal.daemon.metrics.Meters;
import io.reseal.qmp.QmpTransport;
import java.util.Map;

/** Loads libraries beside other work of the start, and tells them what they would search for. */
final class Preload {
    /** What is named here is not looked for in every library on the class path. */
    private static final Map<String, String> IMPLEMENTATIONS = Map.of(
            "slf4j.provider", "io.reseal.daemon.log.LoggingProvider",
            // else SLF4J tells of that name, and of lines of one thread while another one sets it up
            "slf4j.internal.verbosity", "ERROR",
            // the JDK's own on Linux
            "java.nio.channels.spi.SelectorProvider", "sun.nio.ch.EPollSelectorProvider");

    private Preload() {}

    /** Before anything is logged and any socket is opened; what the command line names stays. */
    static void nameImplementations() {
        IMPLEMENTATIONS.forEach((key, name) -> {
            if (System.getProperty(key) == null) {
                System.setProperty(key, name);
            }
        });
    }

    /** What the daemon needs before it is ready, but not for its configuration and its log, which are read at the same time. */
    static void start() {
        Thread.ofPlatform().daemon().name("preload").start(() -> {
            QmpTransport.preload();
            Meters.preload();
        });
    }
}
