package io.reseal.testbed.hostile;

import io.reseal.testbed.TestbedException;
import io.reseal.testbed.peer.ScriptedPeer;
import io.reseal.testbed.process.HangingMount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A file system that stops and goes on, with the firmware of some guests and the socket of another. */
final class HangingFiles extends Attack {
    private static final int GUESTS = 4;
    private static final Duration HANGS = Duration.ofSeconds(10);
    private static final Duration ANSWERS = Duration.ofSeconds(4);

    private final HangingMount mount;
    private final List<ScriptedPeer> peers = new ArrayList<>();

    /** @param point where the daemon looks for sockets, too */
    HangingFiles(Path folder, Path point) {
        super(Sight.of("a file system that hangs", "times", "reseal_looks_hanging\\{pool=\"files\"\\} .*"));
        var source = folder.resolve("source");
        this.mount = HangingMount.of(source, point);
        for (int i = 0; i < GUESTS; i++) {
            var firmware = write(source.resolve("firmware-" + i));
            peers.add(ScriptedPeer.listen(folder.resolve("hung-" + i + ".qmp"))
                    .confidential("sev-snp-guest")
                    .property(
                            "/machine",
                            "firmware",
                            point.resolve(firmware.getFileName()).toString()));
        }
        peers.add(ScriptedPeer.listen(source.resolve("there.qmp")));
    }

    private static Path write(Path file) {
        try {
            return Files.write(file, new byte[64 << 10]);
        } catch (IOException refused) {
            throw new TestbedException("no firmware can be written: " + refused.getMessage(), refused);
        }
    }

    @Override
    void strike() throws InterruptedException {
        mount.hang();
        count(1);
        // connected again, they are looked at wholly
        peers.forEach(ScriptedPeer::hangUp);
        Thread.sleep(HANGS);
        mount.goOn();
        Thread.sleep(ANSWERS);
    }

    @Override
    void release() {
        Stream.concat(peers.stream(), Stream.of(mount)).forEach(HangingFiles::close);
    }

    private static void close(AutoCloseable each) {
        try {
            each.close();
        } catch (Exception failed) {
            throw new TestbedException("the attack by files leaves something behind: " + failed.getMessage(), failed);
        }
    }
}
