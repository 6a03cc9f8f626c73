package io.reseal.testbed.peer;

import java.util.List;
import java.util.Map;

/** What a scripted peer does unless told otherwise on commands that do something, as seen of QEMU 11.1.3. */
final class PeerDefaults {
    private final ScriptedPeer peer;

    PeerDefaults(ScriptedPeer peer) {
        this.peer = peer;
    }

    void install() {
        peer.onCommand("qom-get", this::qomGet);
        peer.onCommand("qom-set", this::qomSet);
        peer.onCommand("qom-list-get", this::qomListGet);
        peer.onCommand("system_reset", this::reset);
        peer.onCommand("stop", command -> runState(command, "paused", "STOP"));
        peer.onCommand("cont", command -> runState(command, "running", "RESUME"));
        peer.onCommand("query-sev", this::sev);
    }

    private void qomGet(PeerCommand command) {
        var path = command.arguments().path("path").asString("");
        var property = command.arguments().path("property").asString("");
        if (!peer.model(m -> m.hasObject(path))) {
            command.fail("DeviceNotFound", "Device '" + path + "' not found");
            return;
        }
        peer.model(m -> m.valueOf(path, property))
                .ifPresentOrElse(command::reply, () -> command.fail("GenericError", notFound(path, property)));
    }

    /** QEMU 10.1 and newer. */
    private void qomListGet(PeerCommand command) {
        var path = command.arguments().path("paths").path(0).asString("");
        if (peer.model(m -> m.hasObject(path))) {
            command.reply(List.of(Map.of("properties", peer.model(m -> m.valuesOf(path)))));
        } else {
            command.fail("DeviceNotFound", "Device '" + path + "' not found");
        }
    }

    private String notFound(String path, String property) {
        return "Property '" + peer.model(m -> m.valueOf(path, "type")).orElse("object") + "." + property
                + "' not found";
    }

    private void qomSet(PeerCommand command) {
        var arguments = command.arguments();
        peer.property(
                arguments.path("path").asString(""), arguments.path("property").asString(""), arguments.path("value"));
        command.reply();
    }

    /** The event comes before the reply, and a reset of a stopped guest leaves it in prelaunch. */
    private void reset(PeerCommand command) {
        peer.model(m -> {
            if (m.rebuildsOnReset()) {
                m.rebuild();
            }
            if (!m.runState().equals("running")) {
                m.runState("prelaunch");
            }
            return m;
        });
        command.event("RESET", Map.of("guest", false, "reason", "host-qmp-system-reset"));
        command.reply();
    }

    private void runState(PeerCommand command, String runState, String event) {
        if (!peer.model(PeerModel::runState).equals(runState)) {
            peer.runState(runState);
            command.event(event, Map.of());
        }
        command.reply();
    }

    /** On a TDX guest this command brings QEMU 11.1.3 down. */
    private void sev(PeerCommand command) {
        if (peer.model(PeerModel::isTdx)) {
            command.hangUp();
        } else {
            peer.model(m -> m.answer(command)).ifPresent(command::reply);
        }
    }
}
