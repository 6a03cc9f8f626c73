package io.reseal.daemon.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.daemon.files.Users;
import io.reseal.daemon.status.Hindrances.Hindrance;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The search runs as a user without rights: root reads everything. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class UnreadableFolderTest {
    private static final int NOBODY = 65_534;

    @TempDir
    private Path folder;

    private Sockets sockets;

    @BeforeEach
    void begin() throws IOException {
        sockets = new Sockets(folder);
        sockets.make("vms/a/qmp.sock");
        allow(folder, "rwxr-xr-x");
        allow(folder.resolve("vms"), "rwxr-xr-x");
        allow(folder.resolve("vms/a"), "rwxr-xr-x");
    }

    @AfterEach
    void end() throws IOException {
        allow(folder.resolve("vms"), "rwxr-xr-x");
        allow(folder.resolve("vms/a"), "rwxr-xr-x");
        sockets.close();
    }

    @Test
    void a_folder_that_cannot_be_read_is_told_with_the_permission_that_is_missing() throws IOException {
        allow(folder.resolve("vms"), "--x--x--x");
        assertThat(hindrances("vms/*/qmp.sock"))
                .singleElement()
                .asString()
                .startsWith(folder + "/vms cannot be looked into: the user of this process (uid ")
                .contains("lacks read permission (r)");
    }

    @Test
    void a_folder_that_cannot_be_entered_is_told_with_the_permission_that_is_missing() throws IOException {
        allow(folder.resolve("vms/a"), "r--r--r--");
        assertThat(hindrances("vms/a/*.sock"))
                .singleElement()
                .asString()
                .startsWith(folder + "/vms/a cannot")
                .contains("lacks search permission (x)");
    }

    @Test
    void a_folder_above_that_cannot_be_entered_is_the_one_that_is_told() throws IOException {
        allow(folder.resolve("vms"), "r--r--r--");
        assertThat(hindrances("vms/a/*.sock"))
                .singleElement()
                .asString()
                .startsWith(folder + "/vms cannot")
                .contains("lacks search permission (x)");
    }

    @Test
    void a_folder_that_is_not_there_yet_hinders_nothing() {
        assertThat(hindrances("later/*.sock")).isEmpty();
    }

    private List<String> hindrances(String glob) {
        var search = SocketGlob.of(folder + "/" + glob);
        return asNobody(() -> GlobSearch.find(search, new SocketOwners(List.of()))).hindrances().stream()
                .map(Hindrance::text)
                .toList();
    }

    private static void allow(Path path, String permissions) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }

    /** On a thread of its own: Linux has users for threads, and root that becomes another for files has no capabilities for them either. */
    private static <T> T asNobody(Supplier<T> work) {
        var result = new CompletableFuture<T>();
        Thread.ofPlatform().daemon().start(() -> {
            try {
                if (Users.own() == 0) {
                    becomeNobody();
                }
                result.complete(work.get());
            } catch (Throwable failure) {
                result.completeExceptionally(failure);
            }
        });
        return result.join();
    }

    @SuppressWarnings("restricted")
    private static void becomeNobody() throws Throwable {
        var linker = Linker.nativeLinker();
        var types = FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
        var setfsuid = linker.downcallHandle(linker.defaultLookup().findOrThrow("setfsuid"), types);
        int _ = (int) setfsuid.invokeExact(NOBODY);
    }
}
