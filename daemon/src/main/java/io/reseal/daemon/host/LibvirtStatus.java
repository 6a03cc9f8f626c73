package io.reseal.daemon.host;

import io.reseal.policy.RebootAction;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * What libvirt has made of a reboot of its domain. It keeps that in the domain's status, a file that changes at run time
 * ({@code virsh set-lifecycle-action}), and tells QEMU over QMP (libvirt 9.0). Looking reads files.
 *
 * @param files as QEMU's process sees them
 * @param status the file
 */
record LibvirtStatus(ProcessFiles files, Path status) {
    private static final String FOLDER = "/run/libvirt/qemu";

    /** Of libvirt's own monitor ({@code qemu_command.c}). */
    private static final String MONITOR = "id=charmonitor";

    private static final int MOST_BYTES = 16 << 20;

    /** Empty for a QEMU that libvirt has not started. */
    static Optional<LibvirtStatus> of(List<String> arguments, ProcessFiles files) {
        boolean ours = QemuCommandLine.values(arguments, "chardev")
                .anyMatch(chardev -> List.of(chardev.split(",", -1)).contains(MONITOR));
        return ours
                ? QemuCommandLine.values(arguments, "name")
                        .findFirst()
                        .flatMap(LibvirtStatus::domain)
                        .map(name -> new LibvirtStatus(files, Path.of(FOLDER, name + ".xml")))
                : Optional.empty();
    }

    /** Of {@code guest=NAME,debug-threads=on}; a comma is written twice in a value. */
    private static Optional<String> domain(String name) {
        return List.of(name.replace(",,", "\0").split(",", -1)).stream()
                .filter(part -> part.startsWith("guest="))
                .map(part -> part.substring("guest=".length()).replace('\0', ','))
                .filter(domain -> !domain.contains("/"))
                .findFirst();
    }

    /** What is known of {@code started} with what the status says now. */
    RebootAction look(RebootAction started) {
        try (var found = files.find(status);
                var file = found.open()) {
            var action = onReboot(new ByteArrayInputStream(file.bytes(MOST_BYTES)));
            return action.filter("restart"::equals).isPresent()
                    ? started
                    : new RebootAction(started.shutdown(), Optional.of(sentence(action)));
        } catch (IOException | XMLStreamException | RuntimeException _) {
            return unknown(started);
        }
    }

    /** What is known where the status cannot be read. */
    static RebootAction unknown(RebootAction started) {
        return new RebootAction(
                started.shutdown(),
                Optional.of(
                        "libvirt, whose status of this domain cannot be read, may have set over QMP what a reboot is"));
    }

    private static String sentence(Optional<String> action) {
        return "libvirt has on_reboot=%s for this domain and sets over QMP what a reboot is"
                .formatted(action.orElse("unknown"));
    }

    private static Optional<String> onReboot(InputStream status) throws XMLStreamException {
        var factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        var xml = factory.createXMLStreamReader(status);
        int depth = 0;
        while (xml.hasNext()) {
            switch (xml.next()) {
                case XMLStreamReader.START_ELEMENT -> {
                    // domstatus, domain, on_reboot; what others have put into the metadata lies deeper
                    if (++depth == 3 && xml.getLocalName().equals("on_reboot")) {
                        return Optional.of(xml.getElementText());
                    }
                }
                case XMLStreamReader.END_ELEMENT -> depth--;
                default -> {}
            }
        }
        return Optional.empty();
    }
}
