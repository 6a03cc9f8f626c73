package io.reseal.daemon.guest;

import io.reseal.policy.QemuIdentity.ProcessId;
import io.reseal.policy.QemuIdentity.SocketId;
import io.reseal.policy.RebootAction;
import io.reseal.qmp.PeerProcess;
import io.reseal.qmp.QmpConnection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the kernel says about the process at the other end of a connection.
 *
 * @param pidfd inode of a handle on it
 * @param commandLine its arguments, with those in files of {@code -readconfig}; empty where it is not known
 * @param libvirt what libvirt does with it, where it is libvirt's
 * @param unseen why {@code /proc} does not show it, in words that go on from "QEMU's process cannot be seen: "; empty when it does
 */
record Peer(
        Optional<ProcessId> process,
        OptionalLong pidfd,
        Optional<SocketId> socket,
        List<String> commandLine,
        Optional<LibvirtStatus> libvirt,
        String unseen) {

    private static final String NO_PID = "it is in another pid namespace";
    private static final String SLOW = "/proc does not answer, which is waited for";

    /** What is known before {@code /proc} has answered. */
    static Peer unread(OptionalLong pidfd) {
        return new Peer(Optional.empty(), pidfd, Optional.empty(), List.of(), Optional.empty(), SLOW);
    }

    /** Reads {@code /proc} and the socket's file, so it may block. */
    static Peer of(QmpConnection connection, Optional<PeerProcess> handle, ProcessTable processes) {
        var pidfd = handle.map(PeerProcess::inode).orElse(OptionalLong.empty());
        var socket = SocketFile.id(connection.socket());
        var pid = connection.peer().map(peer -> (long) peer.pid()).filter(known -> known > 0);
        if (pid.isEmpty()) {
            return new Peer(Optional.empty(), pidfd, socket, List.of(), Optional.empty(), NO_PID);
        }
        var process = pid.flatMap(processes::identify);
        var commandLine = pid.map(processes::commandLine).orElse(List.of());
        var unseen = process.isEmpty() || commandLine.isEmpty()
                ? "/proc/%d of this system cannot be read".formatted(pid.get())
                : "";
        var expanded = process.map(known -> new ReadConfig(processes, known).expand(commandLine))
                .orElse(commandLine);
        var libvirt = LibvirtStatus.of(commandLine, processes.rootOf(pid.get()));
        return new Peer(process, pidfd, socket, expanded, libvirt, unseen);
    }

    /** What a reboot is, as far as is known now; reads a file of libvirt. */
    RebootAction rebootAction() {
        var started = CommandLine.rebootAction(commandLine);
        return libvirt.map(status -> status.look(started)).orElse(started);
    }

    boolean isSeen() {
        return unseen.isEmpty();
    }

    /** What is lost where the process cannot be seen, and the cure. */
    String warning() {
        return ("QEMU's process cannot be seen: %s. Its command line (-no-reboot), firmware, descriptors and bundle are unknown,"
                        + " and a QEMU that was started again may not be told from the one before: resets are refused"
                        + " (process-unseen). Run Reseal in the pid namespace of the host (hostPID, --pid=host) with the right to"
                        + " read /proc of QEMU")
                .formatted(unseen);
    }
}
