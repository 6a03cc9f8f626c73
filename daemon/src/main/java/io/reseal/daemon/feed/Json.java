package io.reseal.daemon.feed;

import io.reseal.daemon.request.ResetResponse;
import io.reseal.daemon.status.GuestStatus;
import io.reseal.daemon.status.GuestStatus.Identity;
import io.reseal.policy.Durations;
import io.reseal.policy.Level;
import io.reseal.policy.Spelled;
import io.reseal.policy.hazard.Hazard;
import io.reseal.policy.launch.LaunchChange;
import io.reseal.policy.reset.Evidence;
import io.reseal.policy.reset.Reset;
import io.reseal.policy.reset.Reset.Conclusion;
import io.reseal.policy.signal.Action;
import io.reseal.qmp.SocketPath;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The one place where guests and resets become JSON: for HTTP, for the feed and for the command line. What is not known is
 * {@code null}, never absent. Safe for any thread.
 */
public final class Json {
    /** Reads and writes JSON as this daemon speaks it. */
    public static final JsonMapper MAPPER = JsonMapper.builder().build();

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final DateTimeFormatter MICROSECONDS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private Json() {}

    /** An empty object. */
    public static ObjectNode object() {
        return NODES.objectNode();
    }

    /** On one line. */
    public static String text(JsonNode json) {
        return MAPPER.writeValueAsString(json);
    }

    /** ISO-8601 in UTC, to the microsecond, as QEMU's own event times are. */
    public static String time(Instant at) {
        return MICROSECONDS.format(at);
    }

    /** In seconds, to the microsecond. */
    public static BigDecimal seconds(Duration duration) {
        return BigDecimal.valueOf(duration.toNanos() / 1000, 6);
    }

    /** Such as {@code {"guests": [...]}}. */
    public static <T> ObjectNode list(String name, Collection<T> items, Function<T, ? extends JsonNode> item) {
        var json = object();
        json.set(name, array(items, item));
        return json;
    }

    /** A guest. */
    public static ObjectNode guest(GuestStatus guest) {
        var identity = guest.identity();
        var json = object();
        put(json, "name", Optional.of(guest.name()));
        put(json, "uuid", identity.map(Identity::uuid));
        json.put("pid", identity.flatMap(Identity::pid).orElse(null));
        json.put("processSeen", identity.map(Identity::processSeen).orElse(null));
        put(json, "kind", guest.kind().map(Spelled::text));
        put(json, "state", Optional.of(guest.state().text()));
        put(json, "stateDetail", Optional.of(guest.stateDetail()).filter(detail -> !detail.isEmpty()));
        put(json, "runState", identity.map(Identity::runState));
        put(json, "qemu", identity.map(Identity::qemu));
        put(json, "socket", Optional.of(SocketPath.text(guest.socket())));
        json.put("incarnation", identity.map(Identity::incarnation).orElse(null));
        put(json, "incarnationSince", identity.map(Identity::incarnationSince).map(Json::time));
        put(json, "since", Optional.of(time(guest.since())));
        json.put("resettable", guest.resettable());
        json.set("hazards", array(guest.hazards(), Json::hazard));
        json.set("launch", identity.<JsonNode>map(Json::launch).orElseGet(NODES::nullNode));
        put(json, "lastReset", guest.lastReset());
        json.set("blind", blind(guest.blind()));
        return json;
    }

    private static ObjectNode launch(Identity identity) {
        var json = object();
        identity.launch().forEach(json::put);
        return json;
    }

    private static ObjectNode blind(GuestStatus.Blind blind) {
        return object().put("intervals", blind.intervals()).put("seconds", seconds(blind.total()));
    }

    /** A hazard. */
    public static ObjectNode hazard(Hazard hazard) {
        return object().put("id", hazard.id().text())
                .put("affected", hazard.affected().text())
                .put("consequence", hazard.consequence())
                .put("cure", hazard.cure())
                .put("stops", hazard.stops())
                .put("forceable", hazard.forceable());
    }

    /** A reset. */
    public static ObjectNode reset(Reset reset) {
        var conclusion = reset.conclusion();
        var json = object();
        json.put("id", reset.id())
                .put("guest", reset.guest())
                .put("kind", reset.kind().text());
        json.put("origin", reset.request().origin().text());
        put(json, "by", reset.request().by());
        json.put("reason", reset.request().reason());
        json.put("state", reset.open() ? "open" : "closed");
        put(json, "verdict", conclusion.map(Conclusion::verdict).map(Spelled::text));
        put(json, "level", conclusion.flatMap(Conclusion::level).map(Spelled::text));
        json.put("wanted", reset.request().proof().prove().text());
        json.put("within", Durations.text(reset.request().proof().within()));
        put(json, "summary", conclusion.map(Conclusion::summary));
        json.put("echoes", reset.echoes());
        json.set("forced", words(reset.request().forced().stream().sorted().toList()));
        json.set("hazards", array(reset.hazards(), Json::hazard));
        json.set("evidence", array(reset.evidence(), Json::evidence));
        putTimes(json, reset.times());
        return json;
    }

    private static void putTimes(ObjectNode json, Reset.Times times) {
        put(json, "requestedAt", Optional.of(time(times.requestedAt())));
        put(json, "observedAt", times.observedAt().map(Json::time));
        put(json, "provenAt", times.provenAt().map(Json::time));
        put(json, "closedAt", times.closedAt().map(Json::time));
    }

    /** One piece of evidence. */
    public static ObjectNode evidence(Evidence evidence) {
        var json = object().put("at", time(evidence.at()))
                .put("kind", evidence.kind().text())
                .put("outcome", evidence.outcome().text());
        put(json, "level", evidence.level().map(Spelled::text));
        return json.put("detail", evidence.detail());
    }

    /** The end of a QEMU process. */
    static ObjectNode ended(String guest, Action.Ended end) {
        return object().put("guest", guest).put("how", end.how().text()).put("detail", end.detail());
    }

    /** What a reset would do. */
    public static ObjectNode planned(ResetResponse.Planned plan) {
        var json = object().put("guest", plan.guest()).put("dryRun", true).put("resettable", plan.resettable());
        json.set("hazards", array(plan.hazards(), Json::hazard));
        json.set("sends", array(plan.sends(), NODES::stringNode));
        json.set("shows", words(plan.shows()));
        return json;
    }

    /** A level shown, {@code afterEvent} after the RESET event. */
    static ObjectNode levelProven(Reset reset, Level level, Duration afterEvent) {
        return about(reset).put("level", level.text()).put("seconds", seconds(afterEvent));
    }

    /** Evidence, with the reset it belongs to. */
    static ObjectNode evidenceOf(Reset reset, Evidence evidence) {
        var json = about(reset);
        json.set("evidence", evidence(evidence));
        return json;
    }

    /** What a reset launched a guest from that the launch before was not launched from. */
    static ObjectNode launchChanged(String guest, Optional<String> reset, List<LaunchChange> changes) {
        var json = object().put("guest", guest);
        put(json, "reset", reset);
        json.set(
                "changes",
                array(
                        changes,
                        change -> object().put("what", change.what().text()).put("detail", change.detail())));
        return json;
    }

    private static ObjectNode about(Reset reset) {
        return object().put("reset", reset.id())
                .put("guest", reset.guest())
                .put("kind", reset.kind().text());
    }

    private static ArrayNode words(List<? extends Spelled> words) {
        return array(words, word -> NODES.stringNode(word.text()));
    }

    /** The items in order. */
    public static <T> ArrayNode array(Collection<T> items, Function<T, ? extends JsonNode> item) {
        var array = NODES.arrayNode();
        items.forEach(each -> array.add(item.apply(each)));
        return array;
    }

    private static void put(ObjectNode json, String name, Optional<String> value) {
        json.put(name, value.orElse(null));
    }
}
