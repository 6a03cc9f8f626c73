package io.reseal.daemon;

import java.lang.reflect.Proxy;

/**
 * Signals of the operating system. The JDK has no supported API for them; the class that {@code jdk.unsupported} exports is
 * called by reflection, since javac warns of it in a way that cannot be switched off for one class.
 */
final class ProcessSignals {
    /** Does {@code work} when the signal comes, on a thread of the JVM; must be quick. */
    static void on(String name, Runnable work) {
        try {
            var signal = Class.forName("sun.misc.Signal");
            var handler = Class.forName("sun.misc.SignalHandler");
            var handle = Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, (_, _, _) -> {
                work.run();
                return null;
            });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), handle);
        } catch (ReflectiveOperationException notThisJdk) {
            throw new IllegalStateException(
                    "this JDK cannot handle SIG" + name + ": use one with jdk.unsupported", notThisJdk);
        }
    }

    private ProcessSignals() {}
}
