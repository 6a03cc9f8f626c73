package io.reseal.daemon.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.policy.RebootAction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LibvirtStatusTest {
    private static final List<String> COMMAND = List.of(
            "qemu-system-x86_64",
            "-name",
            "guest=cvm,,1,debug-threads=on",
            "-chardev",
            "socket,id=charmonitor,fd=25,server=on,wait=off");

    @TempDir
    private Path root;

    @Test
    void the_libvirt_status_of_a_domain_is_looked_for_only_where_libvirt_has_its_monitor() {
        assertThat(LibvirtStatus.of(List.of("qemu", "-name", "guest=a"), files()))
                .isEmpty();
        assertThat(LibvirtStatus.of(COMMAND, files()))
                .contains(new LibvirtStatus(files(), Path.of("/run/libvirt/qemu/cvm,1.xml")));
    }

    @Test
    void the_libvirt_status_of_a_domain_with_on_reboot_restart_changes_nothing() throws IOException {
        status("<on_reboot>restart</on_reboot>");
        assertThat(look(RebootAction.RESET)).isEqualTo(RebootAction.RESET);
        assertThat(look(RebootAction.SHUTDOWN)).isEqualTo(RebootAction.SHUTDOWN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"destroy", "preserve"})
    void the_libvirt_status_of_a_domain_with_another_on_reboot_tells_of_a_manager(String action) throws IOException {
        status("<on_reboot>" + action + "</on_reboot>");
        var found = look(RebootAction.RESET);
        assertThat(found.manager())
                .contains("libvirt has on_reboot=" + action + " for this domain and sets over QMP what a reboot is");
    }

    @Test
    void the_libvirt_status_of_a_domain_is_read_anew_each_time() throws IOException {
        status("<on_reboot>destroy</on_reboot>");
        assertThat(look(RebootAction.RESET)).isNotEqualTo(RebootAction.RESET);
        status("<on_reboot>restart</on_reboot>");
        assertThat(look(RebootAction.RESET)).isEqualTo(RebootAction.RESET);
    }

    @Test
    void the_libvirt_status_of_a_domain_is_not_taken_from_what_others_have_put_into_it() throws IOException {
        status("<metadata><on_reboot>restart</on_reboot></metadata><on_reboot>destroy</on_reboot>");
        assertThat(look(RebootAction.RESET).manager()).isPresent();
    }

    @Test
    void the_libvirt_status_of_a_domain_that_cannot_be_read_leaves_it_open() throws IOException {
        assertThat(look(RebootAction.RESET).manager()).isPresent();
        status("<on_reboot>restart");
        assertThat(look(RebootAction.RESET).manager()).isPresent();
        status("");
        assertThat(look(RebootAction.RESET).manager()).isPresent();
    }

    private ProcessFiles files() {
        return new ProcessFiles(root, root);
    }

    private RebootAction look(RebootAction started) {
        return LibvirtStatus.of(COMMAND, files()).orElseThrow().look(started);
    }

    private void status(String inside) throws IOException {
        var folder = Files.createDirectories(root.resolve("run/libvirt/qemu"));
        Files.writeString(
                folder.resolve("cvm,1.xml"),
                "<domstatus state='running'><domain type='kvm'>" + inside + "</domain></domstatus>");
    }
}
