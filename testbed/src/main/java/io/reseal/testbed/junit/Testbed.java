package io.reseal.testbed.junit;

import io.reseal.testbed.TestbedPaths;
import io.reseal.testbed.peer.ScriptedPeer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a test may take as argument: all that it makes here is ended after the test. Confined to the test's thread. */
public final class Testbed {
    private final Path folder = TestbedPaths.socketFolder();
    private final List<AutoCloseable> owned = new ArrayList<>();

    Testbed() {}

    /** A folder for sockets, with a short path; gone after the test. */
    public Path folder() {
        return folder;
    }

    /** A peer on a socket of that name in {@link #folder()}. */
    public ScriptedPeer peer(String name) {
        return own(ScriptedPeer.listen(folder.resolve(name + ".qmp")));
    }

    /** Has something else closed after the test too, in reverse order and before the guests end. */
    public <T extends AutoCloseable> T own(T resource) {
        owned.add(resource);
        return resource;
    }

    /** Closes everything; what fails doing so does not hinder the rest. */
    List<Exception> close() {
        var failures = new ArrayList<Exception>();
        for (var resource : owned.reversed()) {
            try {
                resource.close();
            } catch (Exception failed) {
                failures.add(failed);
            }
        }
        return failures;
    }

    void deleteFolder() {
        TestbedPaths.deleteFolder(folder);
    }
}
