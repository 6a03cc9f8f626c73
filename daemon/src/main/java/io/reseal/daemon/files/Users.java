package io.reseal.daemon.files;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.reseal.qmp.NativeFunction;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.OptionalLong;

/** Users of this host by name, from wherever the C library has them, which may be a network: looking one up may block. Safe for any thread. */
public final class Users {
    /** Of {@code pw_uid} in {@code struct passwd}: behind two pointers. */
    private static final long UID = 16;

    private static final MethodHandle GETPWNAM = function("getpwnam", FunctionDescriptor.of(ADDRESS, ADDRESS));
    private static final NativeFunction GETEUID = new NativeFunction("geteuid");

    /** The number of that user, who may be named by it; empty where there is none. */
    public static OptionalLong number(String name) {
        return name.chars().allMatch(Character::isDigit) ? OptionalLong.of(Long.parseLong(name)) : named(name);
    }

    /** The C library has one answer for all threads. */
    private static synchronized OptionalLong named(String name) {
        try (var arena = Arena.ofConfined()) {
            var found = (MemorySegment) GETPWNAM.invokeExact(arena.allocateFrom(name));
            return found.address() == 0
                    ? OptionalLong.empty()
                    : OptionalLong.of(Integer.toUnsignedLong(reach(found).get(JAVA_INT, UID)));
        } catch (Throwable failure) {
            throw new IllegalStateException("a call of the C library could not be made: " + failure, failure);
        }
    }

    @SuppressWarnings("restricted") // the C library's, which has that size
    private static MemorySegment reach(MemorySegment user) {
        return user.reinterpret(UID + Integer.BYTES);
    }

    /** That of this process. */
    public static long own() {
        return Integer.toUnsignedLong(GETEUID.call());
    }

    @SuppressWarnings("restricted") // the launchers enable native access
    private static MethodHandle function(String name, FunctionDescriptor types) {
        var linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), types);
    }

    private Users() {}
}
