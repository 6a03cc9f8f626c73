package io.reseal.daemon.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.reseal.daemon.files.Users;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nothing is told of a file that QEMU's user could not read: else a QEMU would learn it from Reseal. */
class CredentialsTest {
    private static final int USER = 4_242_001;
    private static final int GROUP = 4_242_002;
    private static final int OTHER = 4_242_003;

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void begin() throws IOException {
        assumeTrue(Users.own() == 0, "only root may give a file to another user");
        allow(folder, "rwxr-xr-x");
        file = Files.writeString(folder.resolve("fw.bin"), "x");
    }

    @Test
    void the_owner_reads_by_the_permissions_of_the_owner_alone() throws IOException {
        give(USER, GROUP);
        allow(file, "r--------");
        assertThat(mayRead(user(USER, OTHER))).isTrue();
        assertThat(mayRead(user(OTHER, GROUP))).isFalse();
        allow(file, "---r--r--");
        assertThat(mayRead(user(USER, GROUP))).isFalse();
    }

    @Test
    void a_member_of_the_group_reads_by_the_permissions_of_the_group_be_it_a_supplementary_one() throws IOException {
        give(OTHER, GROUP);
        allow(file, "rw-r-----");
        assertThat(mayRead(user(USER, GROUP))).isTrue();
        assertThat(mayRead(user(USER, USER, GROUP))).isTrue();
        assertThat(mayRead(user(USER, USER))).isFalse();
        allow(file, "rw----r--");
        assertThat(mayRead(user(USER, GROUP))).isFalse();
        assertThat(mayRead(user(USER, USER))).isTrue();
    }

    @Test
    void a_file_below_a_directory_that_may_not_be_searched_cannot_be_read() throws IOException {
        allow(file, "rw-r--r--");
        assertThat(mayRead(user(USER, GROUP))).isTrue();
        allow(folder, "rwxr--r--");
        assertThat(mayRead(user(USER, GROUP))).isFalse();
    }

    @Test
    void a_process_with_the_capability_reads_everything_unless_it_is_that_of_another_user_namespace()
            throws IOException {
        allow(file, "---------");
        assertThat(mayRead(Credentials.of(status(0, "000001ffffffffff", 0), true)))
                .isTrue();
        assertThat(mayRead(Credentials.of(status(0, "000001ffffffffff", 0), false)))
                .isFalse();
        assertThat(mayRead(Credentials.of(status(0, "0000000000000004", 0), true)))
                .isTrue();
        assertThat(mayRead(Credentials.of(status(0, "0000000000000000", 0), true)))
                .isFalse();
    }

    private boolean mayRead(Credentials user) throws IOException {
        try (var found = new ProcessFiles(folder, folder).find(Path.of("/fw.bin"))) {
            return user.mayRead(found);
        }
    }

    private static Credentials user(int user, int group, int... more) {
        return Credentials.of(status(user, "0000000000000000", group, more), true);
    }

    private static List<String> status(int user, String capabilities, int group, int... more) {
        var groups = new StringBuilder();
        for (int each : more) {
            groups.append(each).append(' ');
        }
        return List.of(
                "Name:\tqemu",
                "Uid:\t0\t0\t0\t" + user,
                "Gid:\t0\t0\t0\t" + group,
                "Groups:\t" + groups,
                "CapEff:\t" + capabilities);
    }

    private void give(int user, int group) throws IOException {
        Files.setAttribute(file, "unix:uid", user);
        Files.setAttribute(file, "unix:gid", group);
    }

    private static void allow(Path path, String permissions) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }
}
