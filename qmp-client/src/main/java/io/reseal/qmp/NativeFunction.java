package io.reseal.qmp;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;

/**
 * A function of the C library that takes up to five whole numbers or addresses. All are called with five registers of 64 bits, of which a
 * function reads those that it has: the JVM makes code for each list of types, which takes longer at the start than all calls together.
 */
@SuppressWarnings("restricted") // the launchers enable native access
final class NativeFunction {
    private static final FunctionDescriptor TYPES =
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);

    private final MethodHandle handle;

    NativeFunction(String name) {
        var linker = Linker.nativeLinker();
        handle = linker.downcallHandle(linker.defaultLookup().findOrThrow(name), TYPES);
    }

    int call(long one) {
        return call(one, 0, 0);
    }

    int call(long one, long two) {
        return call(one, two, 0);
    }

    int call(long one, long two, long three) {
        return call(one, two, three, 0, 0);
    }

    /** The upper half of the register is not part of an {@code int}. */
    int call(long one, long two, long three, long four, long five) {
        try {
            return (int) (long) handle.invokeExact(one, two, three, four, five);
        } catch (Throwable fault) {
            throw new IllegalStateException("a function of the C library could not be called: " + fault, fault);
        }
    }
}
