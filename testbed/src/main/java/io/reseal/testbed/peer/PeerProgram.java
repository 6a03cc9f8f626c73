package io.reseal.testbed.peer;

import java.nio.file.Path;

/** Scripted guests in a process of their own, until it is ended: a plain one at the first socket, one of SEV-SNP at the second. */
public final class PeerProgram {
    private PeerProgram() {}

    public static void main(String[] sockets) throws InterruptedException {
        try (var plain = ScriptedPeer.listen(Path.of(sockets[0]));
                var snp = ScriptedPeer.listen(Path.of(sockets[1]))) {
            plain.named("plain").property("/machine", "x-change-vmfd-on-reset", true);
            snp.named("snp").confidential("sev-snp-guest");
            Thread.currentThread().join();
        }
    }
}
