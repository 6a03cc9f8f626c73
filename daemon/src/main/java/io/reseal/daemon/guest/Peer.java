package io.reseal.daemon.guest;

import io.reseal.policy.GuestKind;
import io.reseal.policy.QemuIdentity.ProcessId;
import io.reseal.policy.QemuIdentity.SocketId;
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
    private static final String FILES = "its files cannot be looked at (/proc/%d/root)";
    private static final String SLOW = "/proc does not answer, which is waited for";

    /** What is known before {@code /proc} has answered. */
    static Peer unread(OptionalLong pidfd) {
        return new Peer(Optional.empty(), pidfd, Optional.empty(), List.of(), Optional.empty(), SLOW);
    }

    /** Reads {@code /proc} and the socket's file, so it may block. */
    static Peer of(QmpConnection connection, Optional<PeerProcess> handle, ProcessTable processes) {
        var pidfd = handle.map(PeerProcess::inode).orElse(OptionalLong.empty());
        // the socket that it dialled is ours, and tells nothing of its process
        var socket = connection.isAccepted() ? Optional.<SocketId>empty() : SocketFile.id(connection.socket());
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

    /** What is known now; reads files. */
    Outside outside(GuestKind kind, ProcessTable processes) {
        var started = CommandLine.rebootAction(commandLine);
        return new Outside(libvirt.map(status -> status.look(started)).orElse(started), unseen(kind, processes));
    }

    /** What is known while looking hangs. */
    Outside unlooked(GuestKind kind) {
        var started = CommandLine.rebootAction(commandLine);
        return new Outside(
                libvirt.map(_ -> LibvirtStatus.unknown(started)).orElse(started),
                isSeen() && kind.alwaysRebuilt() ? FILES.formatted(pid()) : unseen);
    }

    /** A rebuild depends on files and descriptors, so those have to be seen, too. */
    private String unseen(GuestKind kind, ProcessTable processes) {
        boolean hidden = isSeen() && kind.alwaysRebuilt() && !processes.showsFilesOf(pid());
        return hidden ? FILES.formatted(pid()) : unseen;
    }

    private long pid() {
        return process.map(ProcessId::pid).orElse(0L);
    }

    boolean isSeen() {
        return unseen.isEmpty();
    }

    /** What is lost where the process cannot be seen, and the cure. */
    static String warning(String unseen) {
        return ("QEMU's process cannot be seen: %s. Its command line (-no-reboot), firmware, descriptors and bundle are unknown,"
                        + " and a QEMU that was started again may not be told from the one before: resets are refused"
                        + " (process-unseen). Run Reseal in the pid namespace of the host (hostPID, --pid=host) with the right to"
                        + " read /proc of QEMU")
                .formatted(unseen);
    }
}
