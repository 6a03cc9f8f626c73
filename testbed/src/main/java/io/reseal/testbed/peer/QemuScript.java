package io.reseal.testbed.peer;

import io.reseal.testbed.peer.ScriptedPeer.Script;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/** What a scripted peer does with a client unless another script is played: what QEMU 11.1 does, or its handlers say. */
final class QemuScript implements Script {
    private final ScriptedPeer peer;
    private final Map<String, Consumer<PeerCommand>> handlers = new ConcurrentHashMap<>();
    private volatile boolean greets = true;

    QemuScript(ScriptedPeer peer) {
        this.peer = peer;
    }

    void greets(boolean greets) {
        this.greets = greets;
    }

    void onCommand(String command, Consumer<PeerCommand> handler) {
        handlers.put(command, handler);
    }

    @Override
    public void play(PeerConnection client) {
        if (greets) {
            client.greet(peer.model(PeerModel::version));
        }
        for (var message = client.receive(); message.isPresent(); message = client.receive()) {
            peer.note(message.get());
            obey(client, message.get());
        }
    }

    private void obey(PeerConnection client, JsonNode message) {
        if (!greets) {
            return;
        }
        var command = new PeerCommand(message, client);
        var handler = handlers.get(command.name());
        if (command.name().equals("qmp_capabilities") && handler == null) {
            negotiate(client, command);
        } else if (!client.isNegotiated()) {
            command.fail("CommandNotFound", "Expecting capabilities negotiation with 'qmp_capabilities'");
        } else if (handler != null) {
            handler.accept(command);
        } else {
            answer(command);
        }
    }

    private void answer(PeerCommand command) {
        peer.model(m -> m.answer(command))
                .ifPresentOrElse(
                        command::reply,
                        () -> command.fail("CommandNotFound", "The command " + command.name() + " has not been found"));
    }

    private static void negotiate(PeerConnection client, PeerCommand command) {
        if (client.isNegotiated()) {
            command.fail("CommandNotFound", "Capabilities negotiation is already complete, command ignored");
        } else {
            client.negotiate();
            command.reply();
        }
    }
}
