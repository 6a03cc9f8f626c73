package io.reseal.daemon.qemu;

import static io.reseal.testbed.junit.Requirement.QEMU;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.qmp.CommandGate;
import io.reseal.qmp.GateRule;
import io.reseal.qmp.Heartbeat;
import io.reseal.qmp.MachineKind;
import io.reseal.qmp.QmpClient;
import io.reseal.qmp.QmpCommand;
import io.reseal.qmp.QmpConnection;
import io.reseal.qmp.QmpEvent;
import io.reseal.qmp.QmpException;
import io.reseal.qmp.QmpException.OutOfBandRefused;
import io.reseal.qmp.QmpListener;
import io.reseal.qmp.QmpSettings;
import io.reseal.qmp.QmpTransport;
import io.reseal.testbed.junit.Requires;
import io.reseal.testbed.junit.Testbed;
import io.reseal.testbed.qemu.Qemu;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Out-of-band commands of qmp-client on a QEMU whose main loop hangs, as it does when an NBD server does not answer. */
@Requires(QEMU)
class OutOfBandTest {
    private static final QmpCommand WHAT_HANGS = QmpCommand.of("query-yank");

    private final QmpSettings settings = QmpSettings.defaults()
            .withHeartbeat(Heartbeat.off())
            .withOutOfBand()
            .withGate(CommandGate.standard()
                    .allowing(GateRule.allow("query-yank", "a test"), GateRule.allow("blockdev-add", "a test")));

    @Test
    void a_command_out_of_band_is_answered_while_another_hangs_and_in_band_ones_wait(Testbed testbed) throws Exception {
        var guest = testbed.own(Qemu.machineNone().start());
        var transport = testbed.own(QmpTransport.create(1));
        var client = new QmpClient(transport, settings);
        var address = UnixDomainSocketAddress.of(testbed.folder().resolve("nbd"));
        try (var nbd = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            nbd.bind(address);
            QmpConnection monitor = client.connect(guest.qmp(), new Deaf()).join();
            monitor.narrow(MachineKind.PLAIN);
            var hanging = monitor.execute(blockDevice(address));
            try (var silent = nbd.accept()) {
                assertThat(silent.isConnected()).isTrue();
                var waiting = IntStream.range(0, 10)
                        .mapToObj(_ -> monitor.execute(QmpCommand.of("query-status")))
                        .toList();

                var yanks = monitor.executeOutOfBand(WHAT_HANGS).join();

                assertThat(yanks.valueStream()
                                .map(each -> each.path("node-name").asString("")))
                        .contains("remote");
                assertThat(hanging).isNotDone();
                assertThat(waiting).noneMatch(reply -> reply.isDone());
                assertThat(monitor.executeOutOfBand(QmpCommand.of("query-status"))
                                .exceptionNow())
                        .isInstanceOf(OutOfBandRefused.class)
                        .hasMessageContaining("does not allow that");
            }
        }
    }

    /** QEMU refuses too what the schema does not allow: asked past the client, over the testbed's own monitor. */
    @Test
    void QEMUs_schema_and_QEMU_agree_on_what_is_allowed(Testbed testbed) {
        var guest = testbed.own(Qemu.machineNone().start());
        var transport = testbed.own(QmpTransport.create(1));
        var monitor = new QmpClient(transport, settings)
                .connect(guest.qmp(), new Deaf())
                .join();

        var schema = monitor.schema().join();

        assertThat(schema.commands().stream().filter(schema::allowsOutOfBand))
                .contains("migrate-pause", "migrate-recover", "yank", "query-yank");
        assertThat(monitor.executeOutOfBand(WHAT_HANGS).join().isArray()).isTrue();
        assertThat(monitor.execute(WHAT_HANGS).join().isArray()).isTrue();
    }

    @Test
    void without_the_setting_nothing_changes(Testbed testbed) {
        var guest = testbed.own(Qemu.machineNone().start());
        var transport = testbed.own(QmpTransport.create(1));
        var monitor = new QmpClient(transport, QmpSettings.defaults())
                .connect(guest.qmp(), new Deaf())
                .join();

        assertThat(monitor.outOfBand()).isFalse();
        assertThat(monitor.executeOutOfBand(WHAT_HANGS).exceptionNow()).isInstanceOf(OutOfBandRefused.class);
    }

    private static QmpCommand blockDevice(UnixDomainSocketAddress server) {
        JsonNode address = JsonMapper.shared()
                .valueToTree(Map.of("type", "unix", "path", server.getPath().toString()));
        return QmpCommand.action("blockdev-add")
                .with("driver", "nbd")
                .with("node-name", "remote")
                .with("server", address);
    }

    private static final class Deaf implements QmpListener {
        @Override
        public void onEvent(QmpEvent event) {}

        @Override
        public void onClosed(QmpException cause) {}
    }
}
