package io.reseal.daemon.work;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;

/**
 * The nice value of one thread, setpriority(2). On a host whose guests take every processor a thread with little to do waits as long as
 * one that computes: what a guest waits for at QEMU's monitor would be read late.
 */
@SuppressWarnings("restricted") // native access is what this class is for
public final class ThreadPriority {
    /** Weighs as much as nine threads of guests where processors are scarce; takes nothing where they are not. */
    private static final int HIGH = -10;
    /** Takes what others leave. */
    private static final int LOW = 19;

    private static final int PRIO_PROCESS = 0;
    /** Linux has a nice value for each thread, and 0 means the calling one. */
    private static final int THIS_THREAD = 0;

    private static final MethodHandle SETPRIORITY = Linker.nativeLinker()
            .downcallHandle(
                    Linker.nativeLinker().defaultLookup().findOrThrow("setpriority"),
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));

    /** Raises that of the calling thread. False without the right to (CAP_SYS_NICE, or RLIMIT_NICE of 30 and more). */
    public static boolean raise() {
        return set(HIGH);
    }

    /** Lowers that of the calling thread; everyone may. */
    public static void lower() {
        set(LOW);
    }

    private static boolean set(int nice) {
        try {
            return (int) SETPRIORITY.invokeExact(PRIO_PROCESS, THIS_THREAD, nice) == 0;
        } catch (Throwable failure) {
            throw new IllegalStateException("setpriority cannot be called", failure);
        }
    }

    private ThreadPriority() {}
}
