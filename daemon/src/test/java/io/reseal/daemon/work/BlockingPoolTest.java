package io.reseal.daemon.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BlockingPoolTest {
    private static final Place LOCAL = new Place("disk", "the file system ext4 at /", true);
    private static final Place FUSE = new Place("fuse", "the file system fuse at /mnt", false);
    private static final Place NFS = new Place("nfs", "the file system nfs4 at /net", false);

    private final BlockingPool pool = new BlockingPool("files", 2, 3);
    private final CountDownLatch back = new CountDownLatch(1);

    @AfterEach
    void end() {
        back.countDown();
        pool.close();
    }

    @Test
    void a_pool_runs_no_more_tasks_at_once_than_it_has_threads() {
        var running = new CountDownLatch(2);
        var third = new CompletableFuture<Void>();
        for (int i = 0; i < 2; i++) {
            pool.execute(() -> {
                running.countDown();
                pass(back);
            });
        }
        pass(running);
        pool.execute(() -> third.complete(null));
        assertThat(third).isNotDone();
        back.countDown();
        third.join();
    }

    @Test
    void a_place_that_hangs_holds_one_thread_and_other_places_are_looked_at_as_before() {
        var hung = looks("web-1", FUSE);
        awaitHang();
        for (int i = 0; i < 20; i++) {
            look("web-2", LOCAL).join();
        }
        assertThat(hung).isNotDone();
        assertThat(pool.threads()).containsEntry("blocked", 1);
    }

    @Test
    void a_look_where_another_one_hangs_is_not_begun_but_told_with_guest_and_path() {
        var hung = looks("web-1", FUSE);
        awaitHang();
        assertThatThrownBy(() -> look("web-2", FUSE).join())
                .isInstanceOf(CompletionException.class)
                .hasRootCauseInstanceOf(HangingException.class)
                .hasRootCauseMessage("/fw/web-2 cannot be looked at: the file system fuse at /mnt does not answer");
        assertThat(pool.hangs())
                .extracting(Hang::subject, Hang::begun)
                .containsExactly(
                        tuple(new Subject("web-1", "/fw/web-1"), true),
                        tuple(new Subject("web-2", "/fw/web-2"), false));
        assertThat(hung).isNotDone();
    }

    @Test
    void a_place_that_answers_again_is_looked_at_again_and_nothing_is_told_of_it_any_more() {
        var hung = looks("web-1", FUSE);
        awaitHang();
        look("web-2", FUSE).exceptionally(_ -> null).join();
        back.countDown();
        hung.join();
        look("web-2", FUSE).join();
        assertThat(pool.hangs()).isEmpty();
        Awaitility.await().until(() -> pool.threads().getOrDefault("blocked", -1) == 0);
    }

    @Test
    void looks_that_begin_before_a_place_is_known_to_hang_do_not_hold_more_than_one_thread_there() {
        var looks = new ArrayList<CompletableFuture<Void>>();
        for (int i = 0; i < 3; i++) {
            looks.add(looks("web-" + i, FUSE));
        }
        awaitHang();
        Awaitility.await()
                .until(() -> looks.stream().filter(CompletableFuture::isDone).count() == 2);
        assertThat(pool.threads()).containsEntry("blocked", 1);
        assertThat(pool.hangs()).hasSize(3);
        look("web-4", LOCAL).join();
    }

    @Test
    void a_look_that_waits_for_its_turn_at_a_place_gives_its_thread_to_others() {
        var first = looks("web-1", FUSE);
        var second = looks("web-2", FUSE);
        look("web-3", LOCAL).join();
        assertThat(List.of(first, second)).noneMatch(CompletableFuture::isDone);
        back.countDown();
        first.join();
        second.join();
    }

    @Test
    void many_places_that_hang_hold_no_more_threads_than_the_pool_allows_and_local_files_are_read_all_the_same() {
        for (int i = 0; i < 3; i++) {
            looks("web-" + i, new Place("fuse-" + i, "the file system fuse at /mnt/" + i, false));
        }
        Awaitility.await().until(() -> watched() == 3);
        assertThatThrownBy(() -> look("web-3", NFS).join()).hasRootCauseInstanceOf(HangingException.class);
        look("web-4", LOCAL).join();
        assertThat(pool.threads()).containsEntry("blocked", 3);
    }

    @Test
    void a_task_that_computes_for_long_is_not_said_to_hang() {
        var computing = CompletableFuture.runAsync(
                () -> {
                    Looks.enter(FUSE, "/fw");
                    Looks.leave();
                    pass(back);
                },
                pool.on(new Subject("web-1", "/fw")));
        looks("web-2", FUSE);
        awaitHang();
        assertThat(pool.hangs()).extracting(hang -> hang.subject().guest()).containsExactly("web-2");
        assertThat(computing).isNotDone();
    }

    private CompletableFuture<Void> looks(String guest, Place place) {
        return CompletableFuture.runAsync(
                () -> {
                    Looks.enter(place, "/fw/" + guest);
                    pass(back);
                },
                pool.on(new Subject(guest, "/fw/" + guest)));
    }

    private CompletableFuture<Void> look(String guest, Place place) {
        return CompletableFuture.runAsync(
                () -> Looks.enter(place, "/fw/" + guest), pool.on(new Subject(guest, "/fw/" + guest)));
    }

    private void awaitHang() {
        Awaitility.await().until(() -> watched() == 1);
    }

    private long watched() {
        pool.watch();
        return pool.hangs().stream().filter(Hang::begun).count();
    }

    private static void pass(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
