package io.reseal.daemon.discovery;

import io.reseal.daemon.discovery.Virsh.Domain;
import java.nio.file.Path;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A second QMP monitor that a running QEMU is given beside libvirt's, and that QEMU deletes by itself when its client goes
 * ({@code close-action: delete} of {@code monitor-qmp}, QEMU 11.1).
 */
record HotMonitor(Virsh virsh) {
    private static final String CHARDEV = "reseal";
    private static final String MONITOR = "reseal-monitor";
    private static final JsonMapper JSON = JsonMapper.shared();

    /** Has QEMU listen at that socket. What an earlier Reseal asked for and never used is replaced. */
    void attach(Domain domain, Path socket) {
        requireMonitorObjects(domain);
        chardev(domain).ifPresent(filename -> {
            if (!filename.startsWith("disconnected:")) {
                throw new LibvirtException("another client, perhaps another reseal, uses the monitor " + MONITOR
                        + " of the domain: end it, or keep the domain from one of them");
            }
            detach(domain);
        });
        expect(domain, "chardev-add", listening(socket));
        var monitor = JSON.createObjectNode()
                .put("qom-type", "monitor-qmp")
                .put("id", MONITOR)
                .put("chardev", CHARDEV)
                .put("close-action", "delete");
        expect(domain, "object-add", monitor);
    }

    /** Takes away what {@link #attach} gave; what is gone already is no fault. */
    void detach(Domain domain) {
        virsh.qmp(domain, command("object-del", JSON.createObjectNode().put("id", MONITOR)));
        virsh.qmp(domain, command("chardev-remove", JSON.createObjectNode().put("id", CHARDEV)));
    }

    private void requireMonitorObjects(Domain domain) {
        var qemu = expect(domain, "query-version", JSON.createObjectNode()).path("qemu");
        int major = qemu.path("major").asInt(0);
        int minor = qemu.path("minor").asInt(0);
        if (major < 11 || (major == 11 && minor < 1)) {
            throw new LibvirtException(
                    "QEMU %d.%d cannot be given another monitor, 11.1 can: start the domain with a -qmp option of its own and name that socket under guests"
                            .formatted(major, minor));
        }
    }

    /** Its file name, which begins with "disconnected:" while it has no client. */
    private Optional<String> chardev(Domain domain) {
        return expect(domain, "query-chardev", JSON.createObjectNode())
                .valueStream()
                .filter(chardev -> chardev.path("label").asString("").equals(CHARDEV))
                .map(chardev -> chardev.path("filename").asString(""))
                .findFirst();
    }

    private static ObjectNode listening(Path socket) {
        var arguments = JSON.createObjectNode().put("id", CHARDEV);
        var backend = arguments.putObject("backend").put("type", "socket");
        var data = backend.putObject("data").put("server", true).put("wait", false);
        data.putObject("addr").put("type", "unix").putObject("data").put("path", socket.toString());
        return arguments;
    }

    private JsonNode expect(Domain domain, String name, ObjectNode arguments) {
        var answer = virsh.qmp(domain, command(name, arguments));
        if (answer.has("return")) {
            return answer.path("return");
        }
        throw new LibvirtException(
                "QEMU refuses " + name + ": " + answer.path("error").path("desc").asString("no reason given"));
    }

    private static ObjectNode command(String name, ObjectNode arguments) {
        var command = JSON.createObjectNode().put("execute", name);
        if (!arguments.isEmpty()) {
            command.set("arguments", arguments);
        }
        return command;
    }
}
