package io.reseal.daemon.host;

import io.reseal.daemon.files.FoundFile;
import io.reseal.policy.QemuIdentity.ProcessId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Files as one QEMU sees them, and whether its paths still lead to those that it has read. It reads files, so call it on a thread that may block, never on an
 * event loop.
 *
 * @param commandLine as QEMU was given it
 * @param socket that QEMU made when it started; empty where that cannot be looked at
 */
public record QemuFiles(
        ProcessTable processes, ProcessId process, List<String> commandLine, Optional<OwnSocket> socket) {
    /** The times of files, of processes and since boot are each told to 10 ms only. */
    private static final Duration CLEARLY = Duration.ofMillis(50);

    /** Where {@code path} leads now; the caller closes it. */
    public FoundFile find(Path path) throws IOException {
        return files().find(path, socket);
    }

    /** Whether QEMU's user may read that file, so that what is in it is no secret to QEMU. */
    public boolean mayRead(FoundFile file) {
        return processes
                .credentials(process.pid())
                .filter(user -> user.mayRead(file))
                .isPresent();
    }

    /** When {@code path} can last have begun to lead where it does now; the end of time where QEMU has it lead elsewhere. */
    public Instant since(Path path, FoundFile found) {
        if (QemuCommandLine.moves(commandLine, path)) {
            return Instant.MAX;
        }
        return new ResolvedPath(found.steps()).since();
    }

    public boolean visible() {
        return files().visible();
    }

    /**
     * When QEMU started, by the wall clock of then. The kernel keeps the time since boot, so a clock that was set since has the start look later or
     * earlier than it was: later than the socket that QEMU made. Empty then.
     */
    public Optional<Instant> started() {
        var made = socket.filter(OwnSocket::isAskedFor)
                .map(own -> Instant.EPOCH.plusNanos(own.id().bornNanos()));
        return processes
                .started(process)
                .filter(started ->
                        made.map(at -> at.isAfter(started.minus(CLEARLY))).orElse(true));
    }

    private ProcessFiles files() {
        return processes.filesOf(process.pid());
    }
}
