package io.reseal.daemon.discovery.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.reseal.config.ResealConfig;
import io.reseal.config.ResealConfig.NamedGuest;
import io.reseal.daemon.discovery.Discovery;
import io.reseal.daemon.discovery.RecordedScope;
import io.reseal.daemon.discovery.libvirt.Virsh.Domain;
import io.reseal.daemon.status.GuestName;
import io.reseal.policy.ResetPolicy.Glob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LibvirtDomainsTest {
    private static final Domain DOMAIN = new Domain("5c1e9d1c-6a5f-4c7e-9a3b-2f6f0c8f1a01", "7", "cvm-1");
    private static final String QEMU_11_1 = "{\"return\":{\"qemu\":{\"major\":11,\"minor\":1,\"micro\":3}}}";
    private static final String DONE = "{\"return\":{}}";

    @TempDir
    private Path folder;

    private final RecordedScope told = new RecordedScope();
    private String version = QEMU_11_1;
    private String objectAdded = DONE;
    private String chardevs = "{\"return\":[]}";
    private Discovery.Scope scope = new Discovery.Scope(List.of(), List.of(), Duration.ofHours(1));
    private LibvirtDomains domains;

    @BeforeEach
    void begin() throws IOException {
        domains = new LibvirtDomains(settings("*"), () -> scope, told, virsh());
    }

    @AfterEach
    void end() {
        domains.close();
    }

    @Test
    void domains_of_libvirt_are_found_with_a_socket_in_the_directory() {
        domains.start();
        told.next("found cvm-1");
        assertThat(told.guest("cvm-1")).isEqualTo(new GuestName("cvm-1", folder.resolve("cvm-1.qmp")));
    }

    @Test
    void domains_of_libvirt_are_called_otherwise_where_the_configuration_gives_their_name_to_another_guest() {
        scope = new Discovery.Scope(
                List.of(), List.of(new NamedGuest("cvm-1", folder.resolve("x.qmp"))), Duration.ofHours(1));
        domains.start();
        assertThat(told.found()).matches("found cvm-1-[0-9a-f]{8}");
    }

    @Test
    void domains_of_libvirt_are_read_with_names_that_have_spaces() throws IOException {
        assertThat(virsh().running()).containsExactly(DOMAIN, new Domain("ffff", "8", "my vm"));
    }

    @Test
    void domains_of_libvirt_whose_QEMU_takes_no_monitor_are_refused_with_the_cure_and_left_as_they_were()
            throws IOException {
        objectAdded =
                "{\"error\":{\"class\":\"GenericError\",\"desc\":\"Parameter qom-type does not accept value monitor-qmp\"}}";
        assertThatThrownBy(() -> new HotAttachedMonitor(virsh()).attach(DOMAIN, folder.resolve("a.qmp")))
                .hasMessage(
                        "QEMU cannot be given another monitor (it says: Parameter qom-type does not accept value monitor-qmp):"
                                + " QEMU 11.1 and newer can; start the domain with a -qmp option of its own and name that"
                                + " socket under guests");
        assertThat(asked()).endsWith("chardev-add", "object-add", "chardev-remove");
    }

    @Test
    void domains_of_libvirt_whose_QEMU_takes_no_monitor_are_asked_once() throws IOException {
        objectAdded = "{\"error\":{\"class\":\"GenericError\",\"desc\":\"no\"}}";
        scope = new Discovery.Scope(List.of(), List.of(), Duration.ofMillis(50));
        domains = new LibvirtDomains(settings("cvm-*"), () -> scope, told, virsh());
        domains.start();
        await("looks at libvirt").until(() -> lists() > 3);
        assertThat(asked()).containsOnlyOnce("object-add");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"major\":11,\"minor\":0,\"micro\":92", "\"major\":9,\"minor\":2,\"micro\":0"})
    void domains_of_libvirt_are_tried_whatever_version_their_QEMU_tells(String version) throws IOException {
        this.version = "{\"return\":{\"qemu\":{" + version + "}}}";
        new HotAttachedMonitor(virsh()).attach(DOMAIN, folder.resolve("a.qmp"));
        assertThat(asked()).endsWith("chardev-add", "object-add");
    }

    @Test
    void domains_of_libvirt_whose_monitor_another_client_uses_are_left_alone() throws IOException {
        chardevs = "{\"return\":[{\"label\":\"reseal\",\"filename\":\"unix:/x.qmp\",\"frontend-open\":true}]}";
        assertThatThrownBy(() -> new HotAttachedMonitor(virsh()).attach(DOMAIN, folder.resolve("a.qmp")))
                .hasMessageStartingWith("another client, perhaps another reseal, uses the monitor");
        assertThat(asked()).doesNotContain("object-del", "chardev-remove", "chardev-add");
    }

    @Test
    void domains_of_libvirt_with_a_monitor_that_nobody_came_for_are_given_another() throws IOException {
        chardevs = "{\"return\":[{\"label\":\"reseal\",\"filename\":\"disconnected:unix:/x.qmp\"}]}";
        new HotAttachedMonitor(virsh()).attach(DOMAIN, folder.resolve("a.qmp"));
        assertThat(asked()).containsSubsequence("object-del", "chardev-remove", "chardev-add", "object-add");
    }

    @Test
    void domains_of_a_libvirt_that_does_not_answer_are_an_error_that_says_so() throws IOException {
        var failing = script("echo 'error: failed to connect to the hypervisor' >&2; exit 1");
        assertThatThrownBy(() -> new Virsh(failing.toString(), "qemu:///system").running())
                .hasMessage("virsh list failed: failed to connect to the hypervisor");
    }

    @Test
    void domains_of_libvirt_without_virsh_are_an_error_with_the_cure() {
        assertThatThrownBy(() -> new Virsh(folder.resolve("none").toString(), "qemu:///system").running())
                .hasMessageStartingWith("virsh cannot be run: install the package libvirt-clients");
    }

    private ResealConfig.Libvirt settings(String glob) {
        return new ResealConfig.Libvirt(List.of(new Glob(glob)), "qemu:///system", folder);
    }

    private long lists() throws IOException {
        var lists = folder.resolve("lists");
        return Files.exists(lists) ? Files.size(lists) : 0;
    }

    private List<String> asked() throws IOException {
        return Files.readAllLines(folder.resolve("asked"));
    }

    /** Answers like virsh 9.0 and notes the QMP commands. */
    private Virsh virsh() throws IOException {
        return new Virsh(
                script("""
                        case "$4" in
                        list) echo >> '%s/lists'; echo '%s 7 cvm-1'; echo 'ffff 8 my vm'; echo; exit;;
                        event) exec sleep 60;;
                        esac
                        command=$(printf %%s "$7" | sed -E 's/.*"execute":"([a-z-]*)".*/\\1/')
                        echo "$command" >> '%s/asked'
                        case "$command" in
                        query-version) echo '%s';;
                        query-chardev) echo '%s';;
                        object-add) echo '%s';;
                        *) echo '%s';;
                        esac
                        """.formatted(folder, DOMAIN.uuid(), folder, version, chardevs, objectAdded, DONE))
                        .toString(),
                "qemu:///system");
    }

    private Path script(String text) throws IOException {
        var file = Files.createTempFile(folder, "virsh", "");
        Files.writeString(file, "#!/bin/sh\n" + text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }
}
