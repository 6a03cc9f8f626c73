package io.reseal.qmp;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;

/** Functions of the C library. */
@SuppressWarnings("restricted") // the launchers enable native access
final class NativeFunction {
    static MethodHandle of(String name, FunctionDescriptor types, Linker.Option... options) {
        var linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), types, options);
    }

    private NativeFunction() {}
}
