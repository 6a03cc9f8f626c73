package io.reseal.daemon.discovery.libvirt;

import io.reseal.daemon.discovery.libvirt.Virsh.Domain;
import io.reseal.daemon.qmp.QemuCommand;
import io.reseal.qmp.QmpCommand;
import io.reseal.qmp.QmpText;
import io.reseal.qmp.SocketPath;
import java.nio.file.Path;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * A second QMP monitor that a running QEMU is given beside libvirt's, and that QEMU deletes when its client disconnects
 * ({@code close-action: delete} of {@code monitor-qmp}, QEMU 11.1).
 */
public record HotAttachedMonitor(Virsh virsh) {
    private static final String CHARDEV = "reseal";
    private static final String MONITOR = "reseal-monitor";

    /** Has QEMU listen at that socket. What an earlier Reseal asked for and never used is replaced. */
    public void attach(Domain domain, Path socket) {
        chardev(domain).ifPresent(filename -> {
            if (!filename.startsWith("disconnected:")) {
                throw new LibvirtException("another client, perhaps another reseal, uses the monitor " + MONITOR
                        + " of the domain: end it, or keep the domain from one of them");
            }
            detach(domain);
        });
        expect(domain, QemuCommand.listen(CHARDEV, SocketPath.text(socket)));
        addMonitor(domain);
    }

    /** Takes away what {@link #attach} gave; what is gone already is no fault. */
    void detach(Domain domain) {
        virsh.qmp(domain, QemuCommand.deleteObject(MONITOR));
        virsh.qmp(domain, QemuCommand.removeChardev(CHARDEV));
    }

    /** Which QEMU can do it no version tells: it is tried (11.1 can, and 11.0.92 before it). */
    private void addMonitor(Domain domain) {
        var answer = virsh.qmp(domain, QemuCommand.monitor(MONITOR, CHARDEV));
        if (!answer.has("return")) {
            virsh.qmp(domain, QemuCommand.removeChardev(CHARDEV));
            throw new NoMonitorException(
                    "QEMU cannot be given another monitor (it says: " + reason(answer)
                            + "): QEMU 11.1 and newer can; start the domain with a -qmp option of its own and name that socket under guests");
        }
    }

    /** A QEMU that will not take a monitor, however often it is asked. */
    public static final class NoMonitorException extends LibvirtException {
        private static final long serialVersionUID = 1L;

        NoMonitorException(String message) {
            super(message);
        }
    }

    /** Its file name, which begins with "disconnected:" while it has no client. */
    private Optional<String> chardev(Domain domain) {
        return expect(domain, QemuCommand.CHARDEVS.command())
                .valueStream()
                .filter(chardev -> chardev.path("label").asString("").equals(CHARDEV))
                .map(chardev -> chardev.path("filename").asString(""))
                .findFirst();
    }

    private JsonNode expect(Domain domain, QmpCommand command) {
        var answer = virsh.qmp(domain, command);
        if (answer.has("return")) {
            return answer.path("return");
        }
        throw new LibvirtException("QEMU refuses " + command.name() + ": " + reason(answer));
    }

    private static String reason(JsonNode answer) {
        return QmpText.cut(answer.path("error").path("desc").asString("no reason given"));
    }
}
