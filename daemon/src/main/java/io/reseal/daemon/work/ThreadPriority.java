package io.reseal.daemon.work;

import io.reseal.qmp.NativeFunction;

/**
 * The nice value of one thread, setpriority(2). On a host whose guests take every processor a thread with little to do waits as long as
 * one that computes: what a guest waits for at QEMU's monitor would be read late.
 */
public final class ThreadPriority {
    /** Weighs as much as nine threads of guests where processors are scarce; takes nothing where they are not. */
    private static final int HIGH = -10;
    /** Takes what others leave. */
    private static final int LOW = 19;

    private static final int PRIO_PROCESS = 0;
    /** Linux has a nice value for each thread, and 0 means the calling one. */
    private static final int THIS_THREAD = 0;

    private static final NativeFunction SETPRIORITY = new NativeFunction("setpriority");

    /** Raises that of the calling thread. False without the right to (CAP_SYS_NICE, or RLIMIT_NICE of 30 and more). */
    public static boolean raise() {
        return set(HIGH);
    }

    /** Lowers that of the calling thread; everyone may. */
    public static void lower() {
        set(LOW);
    }

    private static boolean set(int nice) {
        return SETPRIORITY.call(PRIO_PROCESS, THIS_THREAD, nice) == 0;
    }

    private ThreadPriority() {}
}
