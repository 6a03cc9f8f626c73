package io.reseal.qmp;

import io.reseal.testbed.peer.PeerConnection;
import java.util.List;

/** Lines as QEMU 11.1 sends them, and some that it never sends: what a fuzzer begins with. */
public final class Samples {
    static final List<String> LINES = List.of(
            PeerConnection.GREETING,
            "{\"return\": {\"status\": \"running\", \"running\": true}, \"id\": \"a-1\"}",
            "{\"id\": \"a-1\", \"error\": {\"class\": \"CommandNotFound\", \"desc\": \"no \\u00e9\"}}",
            "{\"timestamp\": {\"seconds\": 1, \"microseconds\": 2}, \"event\": \"RESET\", \"data\": {\"guest\": true, \"reason\": \"guest-reset\"}}",
            "{\"timestamp\": {\"seconds\": -1, \"microseconds\": -1}, \"event\": \"STOP\"}{\"event\": \"GUEST_PANICKED\", \"data\": {\"action\": \"pause\", \"info\": {\"type\": \"sev\"}}}",
            "{\"return\": [{\"meta-type\": \"command\", \"name\": \"c\", \"arg-type\": \"1\", \"ret-type\": \"[1]\", \"features\": [\"deprecated\"]},"
                    + " {\"meta-type\": \"object\", \"name\": \"1\", \"members\": [{\"name\": \"m\", \"type\": \"2\", \"default\": null}],"
                    + " \"variants\": [{\"case\": \"x\", \"type\": \"1\"}]},"
                    + " {\"meta-type\": \"enum\", \"name\": \"2\", \"values\": [\"v\"]},"
                    + " {\"meta-type\": \"array\", \"name\": \"[1]\", \"element-type\": \"1\"}], \"id\": \"a-2\"}",
            "[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]",
            "}{ not JSON",
            "\u00ff");

    private Samples() {}
}
