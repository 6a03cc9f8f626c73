package io.reseal.qmp;

import java.util.List;
import tools.jackson.databind.node.JsonNodeFactory;

/** Commands that the client itself sends. None of them changes a guest, so no gate applies. */
final class OwnCommands {
    static final QmpCommand NEGOTIATE = QmpCommand.of("qmp_capabilities");

    static final QmpCommand NEGOTIATE_OUT_OF_BAND =
            NEGOTIATE.with("enable", JsonNodeFactory.instance.arrayNode().add("oob"));

    /** Cheap, and allowed to every guest. */
    static final QmpCommand HEARTBEAT = QmpCommand.of("query-status");

    /** Since QEMU 2.5. */
    static final QmpCommand SCHEMA = QmpCommand.of("query-qmp-schema");

    static final List<QmpCommand> ALL = List.of(NEGOTIATE, NEGOTIATE_OUT_OF_BAND, HEARTBEAT, SCHEMA);

    private OwnCommands() {}
}
