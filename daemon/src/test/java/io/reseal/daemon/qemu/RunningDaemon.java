package io.reseal.daemon.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reseal.config.ResealConfig;
import io.reseal.daemon.Daemon;
import io.reseal.daemon.api.Json;
import io.reseal.daemon.qemu.AdminClient.Answer;
import io.reseal.testbed.junit.Testbed;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/** A daemon, in this JVM or in one of its own, and what its users see of it. Everything is asked for through its admin socket. */
final class RunningDaemon implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

    private final Runnable ending;
    private final Consumer<ResealConfig> reconfiguring;
    private final AdminClient client;
    private final SocketChannel feed;
    private final List<JsonNode> events = new CopyOnWriteArrayList<>();

    private RunningDaemon(Runnable ending, Consumer<ResealConfig> reconfiguring, AdminClient client) {
        this.ending = ending;
        this.reconfiguring = reconfiguring;
        this.client = client;
        this.feed = client.open();
        Thread.ofVirtual().name("feed").start(() -> client.follow(feed, events::add));
    }

    /** With the sockets of {@link Testbed#folder()}; ended after the test. */
    static RunningDaemon start(Testbed testbed) {
        return start(testbed, TestConfig.in(testbed.folder()));
    }

    /** The same with one key of the configuration set. */
    static RunningDaemon start(Testbed testbed, String key, String value) {
        return start(testbed, TestConfig.in(testbed.folder()).with(key, value));
    }

    static RunningDaemon start(Testbed testbed, TestConfig config) {
        var daemon = new Daemon(config.load(), "test");
        var running = new RunningDaemon(daemon::close, daemon::reconfigure, new AdminClient(config.adminSocket()));
        daemon.start();
        return testbed.own(running);
    }

    /** One that does not see the processes of this system. */
    static RunningDaemon unseeing(Testbed testbed, DaemonProcess.Sight sight) {
        var process = DaemonProcess.start(testbed, TestConfig.in(testbed.folder()), sight);
        return testbed.own(new RunningDaemon(process::close, _ -> {}, process.client()));
    }

    /** This daemon, once it watches these guests. */
    RunningDaemon watching(String... guests) {
        for (var guest : guests) {
            awaitState(guest, "watching");
        }
        return this;
    }

    AdminClient client() {
        return client;
    }

    void reconfigure(TestConfig changed) {
        reconfiguring.accept(changed.load());
    }

    SeenGuest guest(String name) {
        return new SeenGuest(client.get("/v1/guests/" + name).json());
    }

    List<SeenGuest> guests() {
        return SeenGuest.all(client);
    }

    SeenGuest awaitGuest(String name, Predicate<SeenGuest> condition) {
        return await("guest " + name).atMost(PATIENCE).pollInterval(LOOK_AGAIN).until(() -> guest(name), condition);
    }

    SeenGuest awaitState(String name, String state) {
        return awaitGuest(name, guest -> guest.state().equals(state));
    }

    /** Asks for a reset; {@code members} are those of the request's body. */
    Answer request(String guest, Map<String, ?> members) {
        return client.post("/v1/guests/" + guest + "/resets", Json.MAPPER.valueToTree(members));
    }

    /** Asks for a reset that is taken on. */
    SeenReset begin(String guest, Map<String, ?> members) {
        var answer = request(guest, members);
        assertThat(answer.status()).as(answer.body()).isEqualTo(202);
        return new SeenReset(answer.json());
    }

    /** Asks for a reset and waits for its verdict. */
    SeenReset reset(String guest) {
        return awaitClosed(begin(guest, Map.of()).id());
    }

    SeenReset awaitClosed(String id) {
        return await("verdict of " + id)
                .atMost(PATIENCE.multipliedBy(2))
                .pollDelay(Duration.ZERO)
                .until(
                        () -> new SeenReset(
                                client.get("/v1/resets/" + id + "?wait=30s").json()),
                        SeenReset::closed);
    }

    /** The resets of a guest, oldest first. */
    List<SeenReset> resets(String guest) {
        return client.get("/v1/resets?guest=" + guest)
                .json()
                .path("resets")
                .valueStream()
                .map(SeenReset::new)
                .toList()
                .reversed();
    }

    /** Waits until so many resets of a guest have a verdict and none is open. */
    List<SeenReset> awaitResets(String guest, int closed) {
        return await(closed + " verdicts for " + guest)
                .atMost(PATIENCE)
                .pollInterval(LOOK_AGAIN)
                .until(
                        () -> resets(guest),
                        resets -> resets.size() >= closed && resets.stream().allMatch(SeenReset::closed));
    }

    Metrics metrics() {
        return Metrics.of(client.get("/metrics").body());
    }

    /** The payloads of the events of a type so far. */
    List<JsonNode> events(String type) {
        return events.stream()
                .filter(event -> event.path("type").asString().equals(type))
                .map(event -> event.path("payload"))
                .toList();
    }

    /**
     * Each reset was counted once, by each meter: {@code counts} has them by kind, origin and verdict, such as
     * {@code plain operator proven}.
     */
    void assertCounted(Map<String, Integer> counts) {
        int all = counts.values().stream().mapToInt(Integer::intValue).sum();
        await("events").atMost(PATIENCE).until(() -> events("reset-closed").size() >= all);
        var metrics = metrics();
        assertThat(metrics.counts("reseal_resets_total")).containsExactlyInAnyOrderEntriesOf(counts);
        assertThat(metrics.sum("reseal_reset_seconds_count")).isEqualTo(all);
        assertThat(ids("reset-opened")).doesNotHaveDuplicates().hasSize(all);
        assertThat(ids("reset-closed")).containsExactlyInAnyOrderElementsOf(ids("reset-opened"));
        assertThat(events("evidence")).hasSize(evidence());
        assertThat(metrics.sum("reseal_guests")).isEqualTo(guests().size());
    }

    private int evidence() {
        return events("reset-closed").stream()
                .mapToInt(reset -> reset.path("evidence").size())
                .sum();
    }

    private List<String> ids(String type) {
        return events(type).stream().map(reset -> reset.path("id").asString()).toList();
    }

    @Override
    public void close() throws IOException {
        ending.run();
        feed.close();
    }
}
