package io.reseal.qmp;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;

/**
 * A function of the C library that takes up to five whole numbers or addresses. All are called with five registers of 64 bits, of which a
 * function reads those that it has: the JVM makes code for each list of types, which takes longer at the start than all calls together.
 */
@SuppressWarnings("restricted") // the launchers enable native access
public final class NativeFunction {
    private static final FunctionDescriptor TYPES =
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);

    private final MethodHandle handle;

    /** The function of this name; it captures no {@code errno}. */
    public NativeFunction(String name) {
        var linker = Linker.nativeLinker();
        handle = linker.downcallHandle(linker.defaultLookup().findOrThrow(name), TYPES);
    }

    /** Calls it, and answers what it returns as an {@code int}: the upper half of the register is not part of one. */
    public int call(long... values) {
        var all = Arrays.copyOf(values, TYPES.argumentLayouts().size());
        try {
            return (int) (long) handle.invokeExact(all[0], all[1], all[2], all[3], all[4]);
        } catch (Throwable fault) {
            throw new IllegalStateException("a function of the C library could not be called: " + fault, fault);
        }
    }
}
