package io.reseal.daemon.host;

import io.reseal.policy.QemuIdentity.SocketId;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Who is connected to a listening Unix socket, as the kernel reports over netlink: {@code sock_diag(7)}, since Linux 3.3. It reports the sockets of this
 * network namespace only. Its calls block until the kernel has answered.
 */
public final class UnixSockets {
    private static final int AF_UNIX = 1;
    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW_CLOEXEC = 3 | 0x80000;
    private static final int NETLINK_SOCK_DIAG = 4;
    private static final short SOCK_DIAG_BY_FAMILY = 20;
    private static final short REQUEST_DUMP = 0x301;
    private static final int ESTABLISHED = 1;
    private static final int SHOW_VFS_AND_PEER = 2 | 4;
    private static final int ATTRIBUTE_VFS = 1;
    private static final int ATTRIBUTE_PEER = 2;
    private static final int HEADER = 16;
    private static final int MESSAGE = 16;
    private static final int ANSWER = 1 << 16;

    /** {@code sun_path}'s socket file, and who is at the other end. */
    private record Accepted(int inode, int device, int peer) {}

    /**
     * The inodes of the clients' sockets whose connections the listener has accepted; those that only wait in its queue, and
     * those that have left, are not among them. Empty also where the kernel does not tell.
     */
    public static List<Long> served(Path socket) {
        try {
            var file = SocketFile.id(socket);
            return file.isPresent() ? served(file.get()) : List.of();
        } catch (IOException _) {
            return List.of();
        }
    }

    private static List<Long> served(SocketId file) throws IOException {
        int inode = (int) file.inode();
        int device = kernelDevice(file.device());
        return dump().stream()
                .filter(each -> each.inode() == inode && each.device() == device && each.peer() != 0)
                .map(each -> Integer.toUnsignedLong(each.peer()))
                .toList();
    }

    /** {@code st_dev} as stat(2) tells it (new_encode_dev) is another encoding than the kernel's own (MKDEV). */
    private static int kernelDevice(long device) {
        int major = (int) ((device >>> 8) & 0xfff);
        int minor = (int) ((device & 0xff) | ((device >>> 12) & 0xfff00));
        return (major << 20) | minor;
    }

    private static List<Accepted> dump() throws IOException {
        try (var arena = Arena.ofConfined()) {
            int netlink = (int) Calls.SOCKET.invokeExact(AF_NETLINK, SOCK_RAW_CLOEXEC, NETLINK_SOCK_DIAG);
            if (netlink < 0) {
                return List.of();
            }
            try {
                return exchange(netlink, arena);
            } finally {
                int _ = (int) Calls.CLOSE.invokeExact(netlink);
            }
        } catch (RuntimeException | Error fault) {
            throw fault;
        } catch (Throwable refused) {
            throw new IOException(refused);
        }
    }

    private static List<Accepted> exchange(int netlink, Arena arena) throws Throwable {
        var request = arena.allocate(HEADER + 24);
        request.asByteBuffer()
                .order(ByteOrder.nativeOrder())
                .putInt(HEADER + 24)
                .putShort(SOCK_DIAG_BY_FAMILY)
                .putShort(REQUEST_DUMP)
                .putLong(1)
                .put((byte) AF_UNIX)
                .put(new byte[3])
                .putInt(1 << ESTABLISHED)
                .putInt(0)
                .putInt(SHOW_VFS_AND_PEER)
                .putLong(-1);
        long sent = (long) Calls.SEND.invokeExact(netlink, request, request.byteSize(), 0);
        var answer = arena.allocate(ANSWER);
        var accepted = new ArrayList<Accepted>();
        boolean more = sent == request.byteSize();
        while (more) {
            long length = (long) Calls.RECV.invokeExact(netlink, answer, (long) ANSWER, 0);
            more = length > 0
                    && read(answer.asSlice(0, length).asByteBuffer().order(ByteOrder.nativeOrder()), accepted);
        }
        return accepted;
    }

    /** Whether more is to come. */
    private static boolean read(ByteBuffer answer, List<Accepted> into) {
        while (answer.remaining() >= HEADER) {
            int start = answer.position();
            int length = answer.getInt(start);
            if (answer.getShort(start + 4) != SOCK_DIAG_BY_FAMILY || length < HEADER + MESSAGE) {
                return false; // NLMSG_DONE or NLMSG_ERROR
            }
            into.add(accepted(answer.slice(start + HEADER + MESSAGE, length - HEADER - MESSAGE)
                    .order(ByteOrder.nativeOrder())));
            answer.position(Math.min(answer.limit(), start + aligned(length)));
        }
        return true;
    }

    private static Accepted accepted(ByteBuffer attributes) {
        Map<Integer, Integer> at = new HashMap<>();
        for (int i = 0; i + 4 <= attributes.limit(); i += aligned(Math.max(4, attributes.getShort(i)))) {
            at.put((int) attributes.getShort(i + 2), i + 4);
        }
        var file = at.get(ATTRIBUTE_VFS);
        var peer = at.get(ATTRIBUTE_PEER);
        return new Accepted(
                file == null ? 0 : attributes.getInt(file),
                file == null ? 0 : attributes.getInt(file + 4),
                peer == null ? 0 : attributes.getInt(peer));
    }

    private static int aligned(int length) {
        return (length + 3) & ~3;
    }

    /** The C library's. */
    private static final class Calls {
        private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
        private static final ValueLayout.OfLong SIZE = ValueLayout.JAVA_LONG;

        static final MethodHandle SOCKET = call("socket", FunctionDescriptor.of(INT, INT, INT, INT));
        static final MethodHandle CLOSE = call("close", FunctionDescriptor.of(INT, INT));
        static final MethodHandle SEND = call("send", FunctionDescriptor.of(SIZE, INT, ValueLayout.ADDRESS, SIZE, INT));
        static final MethodHandle RECV = call("recv", FunctionDescriptor.of(SIZE, INT, ValueLayout.ADDRESS, SIZE, INT));

        @SuppressWarnings("restricted")
        private static MethodHandle call(String name, FunctionDescriptor types) {
            var linker = Linker.nativeLinker();
            return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), types);
        }

        private Calls() {}
    }

    private UnixSockets() {}
}
