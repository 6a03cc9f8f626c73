package io.reseal.daemon.host;

import io.reseal.daemon.work.HangingException;
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
 * @param made the socket, which the process has made
 * @param commandLine its arguments, with those in files of {@code -readconfig}; empty where it is not known
 * @param libvirt what libvirt does with it, where it is libvirt's
 * @param unseen why {@code /proc} does not show it, in words that go on from "QEMU's process cannot be seen: "; empty when it does
 */
public record QemuProcess(
        Optional<ProcessId> process,
        OptionalLong pidfd,
        Optional<OwnSocket> made,
        List<String> commandLine,
        Optional<LibvirtStatus> libvirt,
        String unseen) {

    private static final String NO_PID = "it is in another pid namespace";
    private static final String FILES = "its files cannot be looked at (/proc/%d/root)";
    private static final String SLOW = "/proc does not answer, which is waited for";

    /** What is known before {@code /proc} has answered. */
    public static QemuProcess unread(OptionalLong pidfd) {
        return new QemuProcess(Optional.empty(), pidfd, Optional.empty(), List.of(), Optional.empty(), SLOW);
    }

    /** What {@code /proc} tells, which is read; of files nothing is known yet, so that each may say anything. */
    public static QemuProcess of(QmpConnection connection, Optional<PeerProcess> handle, ProcessTable processes) {
        var pidfd = handle.map(PeerProcess::inode).orElse(OptionalLong.empty());
        var pid = connection.peer().map(peer -> (long) peer.pid()).filter(known -> known > 0);
        if (pid.isEmpty()) {
            return new QemuProcess(Optional.empty(), pidfd, Optional.empty(), List.of(), Optional.empty(), NO_PID);
        }
        var process = pid.flatMap(processes::identify);
        var commandLine = pid.map(processes::commandLine).orElse(List.of());
        var unseen = process.isEmpty() || commandLine.isEmpty()
                ? "/proc/%d of this system cannot be read".formatted(pid.get())
                : "";
        var libvirt = LibvirtStatus.of(commandLine, processes.filesOf(pid.get()));
        return new QemuProcess(process, pidfd, Optional.empty(), commandLine, libvirt, unseen);
    }

    /** The same while files cannot be looked at. */
    public QemuProcess withoutFiles() {
        var unread = process.isPresent() ? ReadConfig.unread(commandLine) : commandLine;
        return new QemuProcess(process, pidfd, made, unread, libvirt, unseen);
    }

    /**
     * The same with what files tell: the socket's and those that QEMU has read. They may be on a file system that hangs.
     *
     * @throws HangingException if that is known
     */
    public QemuProcess withFiles(QmpConnection connection, ProcessTable processes) {
        // the socket that it dialled is ours, and tells nothing of its process
        var socket = connection.isAccepted() ? Optional.<SocketId>empty() : SocketFile.id(connection.socket());
        var name = connection.socket().getFileName().toString();
        var found = made(socket, name, commandLine);
        var expanded = process.map(known ->
                        new ReadConfig(new QemuFiles(processes, known, commandLine, found)).expand(commandLine))
                .orElse(commandLine);
        return new QemuProcess(process, pidfd, found, expanded, libvirt, unseen);
    }

    private static Optional<OwnSocket> made(Optional<SocketId> socket, String name, List<String> commandLine) {
        return socket.map(id -> new OwnSocket(id, name, commandLine));
    }

    public Optional<SocketId> socket() {
        return made.map(OwnSocket::id);
    }

    /** Empty where the process is not known. */
    public Optional<QemuFiles> files(ProcessTable processes) {
        return process.map(known -> new QemuFiles(processes, known, commandLine, made));
    }

    /**
     * The same if it is the QEMU that runs vCPU 0 in that thread. Otherwise the peer is a relay, and its facts say nothing about
     * QEMU. Reads files.
     */
    public QemuProcess ifRuns(OptionalLong thread, ProcessTable processes) {
        if (process.isEmpty()) {
            return this;
        }
        var why = notRunning(thread, processes);
        return why.isEmpty()
                ? this
                : new QemuProcess(
                        Optional.empty(), OptionalLong.empty(), Optional.empty(), List.of(), Optional.empty(), why);
    }

    /** Why the process is not known to be QEMU; empty when it is. */
    private String notRunning(OptionalLong thread, ProcessTable processes) {
        var name = "pid %d (%s)".formatted(pid(), processes.nameOf(pid()));
        if (thread.isEmpty()) {
            return "QEMU tells no thread of vCPU 0, so that it cannot be told whether %s is QEMU".formatted(name);
        }
        return processes
                .hasThread(pid(), thread.getAsLong())
                .map(runs -> runs ? "" : relays(name, thread.getAsLong()))
                .orElseGet(() -> "the threads of %s cannot be read (/proc/%d/task)".formatted(name, pid()));
    }

    private static String relays(String name, long thread) {
        return "%s is not QEMU: it has no thread %d of vCPU 0; a relay is in between, or QEMU runs in another pid namespace"
                .formatted(name, thread);
    }

    /** Whether the process can be observed: by a handle on it, or by the file of its socket. */
    public boolean isKnown() {
        return process.isPresent() || pidfd.isPresent() || made.isPresent();
    }

    /** What is known now; reads files. */
    public OutsideFacts outside(GuestKind kind, ProcessTable processes) {
        var started = QemuCommandLine.rebootAction(commandLine);
        return new OutsideFacts(libvirt.map(status -> status.look(started)).orElse(started), unseen(kind, processes));
    }

    /** What is known while looking hangs. */
    public OutsideFacts unlooked(GuestKind kind) {
        var started = QemuCommandLine.rebootAction(commandLine);
        return new OutsideFacts(
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

    public boolean isSeen() {
        return unseen.isEmpty();
    }

    /** What is lost where the process cannot be seen, and the cure. */
    public static String warning(String unseen) {
        return ("QEMU's process cannot be seen: %s. Its command line (-no-reboot), firmware, descriptors and bundle are unknown,"
                        + " and a QEMU started again may not be told from the one before: resets are refused (process-unseen)."
                        + " Run Reseal in the host's pid namespace (hostPID, --pid=host), with the right to read /proc of QEMU,"
                        + " on QEMU's own socket")
                .formatted(unseen);
    }
}
