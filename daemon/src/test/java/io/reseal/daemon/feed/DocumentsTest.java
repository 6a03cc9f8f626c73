package io.reseal.daemon.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.reseal.daemon.api.EventDocument;
import io.reseal.daemon.api.GuestDocument;
import io.reseal.daemon.api.Json;
import io.reseal.daemon.api.PlanDocument;
import io.reseal.daemon.api.ProblemDocument;
import io.reseal.daemon.api.ReadyDocument;
import io.reseal.daemon.api.ResetDocument;
import io.reseal.daemon.api.ResetRequestDocument;
import io.reseal.daemon.api.StatusDocument;
import io.reseal.daemon.request.ResetResponse;
import io.reseal.policy.GuestKind;
import io.reseal.policy.Level;
import io.reseal.policy.launch.LaunchChange;
import io.reseal.policy.launch.LaunchPart;
import io.reseal.policy.reset.Reset;
import io.reseal.policy.reset.Verdict;
import io.reseal.policy.signal.Action;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The files beside {@code api} are what scripts read: a change of them breaks somebody. */
class DocumentsTest {
    private static final Reset OPEN = FakeGuests.withEvidence(FakeGuests.opened("r-7", "web-1"), "RESET came");
    private static final Reset CLOSED = FakeGuests.closed(OPEN, Verdict.PROVEN);

    @ParameterizedTest(name = "{0}")
    @MethodSource("documents")
    void each_document_is_written_as_its_example_and_read_back_from_it(String example, Object document)
            throws IOException {
        var expected = example(example);

        assertThat(Json.text(document)).isEqualTo(expected);
        assertThat(Json.read(expected, document.getClass())).isEqualTo(document);
    }

    static List<Object[]> documents() {
        var guest = FakeGuests.guest("web-1", GuestKind.SEV_SNP);
        var plan = new ResetResponse.Planned(
                "web-1",
                false,
                List.of(FakeGuests.PAUSED),
                List.of("query-stats", "system_reset"),
                List.of(Level.ACKNOWLEDGED, Level.OBSERVED));
        var documents = new ArrayList<Object[]>();
        documents.add(new Object[] {"guest", Documents.guest(guest)});
        documents.add(new Object[] {"guest-unknown", Documents.guest(FakeGuests.unknown("db-1"))});
        documents.add(new Object[] {"guests", Documents.guests(List.of(guest), List.of())});
        documents.add(new Object[] {"reset-open", Documents.reset(OPEN)});
        documents.add(new Object[] {"reset-closed", Documents.reset(CLOSED)});
        documents.add(new Object[] {
            "reset-refused", Documents.reset(FakeGuests.closed(FakeGuests.opened("r-8", "web-1"), Verdict.REFUSED))
        });
        documents.add(new Object[] {"resets", Documents.resets(List.of(CLOSED))});
        documents.add(new Object[] {"plan", Documents.plan(plan)});
        documents.add(new Object[] {"status", new StatusDocument("ok")});
        documents.add(new Object[] {"ready", new ReadyDocument("ready", List.of("/run/qemu cannot be looked into"))});
        documents.add(new Object[] {"event-gap", new EventDocument.Gap(1795348800000250L)});
        problems().forEach((name, problem) -> documents.add(new Object[] {name, problem}));
        documents.add(new Object[] {
            "reset-request",
            new ResetRequestDocument(
                    "drill",
                    false,
                    Optional.of("running"),
                    Optional.of("1m30s"),
                    Optional.of("k"),
                    List.of("paused-sev", "migrating"))
        });
        documents.add(new Object[] {
            "reset-request-policy",
            new ResetRequestDocument("", true, Optional.empty(), Optional.empty(), Optional.empty(), List.of())
        });
        return documents;
    }

    private static Map<String, ProblemDocument> problems() {
        var candidates = List.of(
                new ProblemDocument.Candidate(
                        "web-1", "/run/qemu/web-1.qmp", Optional.of("6b1f7bd4-0000-4000-8000-000000000001")),
                new ProblemDocument.Candidate("web-9", "/run/qemu/web-9.qmp", Optional.empty()));
        return new TreeMap<>(Map.of(
                "problem",
                ProblemDocument.of(
                        "bad-parameter",
                        "Bad parameter",
                        HttpResponseStatus.BAD_REQUEST.code(),
                        "`limit` must be a whole number from 1 to 999999, but is `0`"),
                "problem-no-such-guest",
                ProblemDocument.of(
                                "no-such-guest",
                                "No such guest",
                                404,
                                "no guest `web-2` is known; did you mean `web-1`?")
                        .meaning("web-1"),
                "problem-ambiguous-guest",
                ProblemDocument.of("ambiguous-guest", "More than one guest", 409, "`web` means 2 guests")
                        .among(candidates),
                "problem-reset-in-flight",
                ProblemDocument.of(
                                "reset-in-flight",
                                "Another reset is open",
                                409,
                                "web-1: reset r-7 (operator) is open: wait for its verdict at /v1/resets/r-7")
                        .about(Documents.reset(OPEN))));
    }

    @Test
    void each_event_is_written_as_its_example_and_read_back_from_it() throws IOException {
        var written = feed().subscribe(0, () -> {}).poll(100).events();
        var examples = List.of(
                "guest-changed",
                "guest-forgotten",
                "guest-ended",
                "reset-opened",
                "evidence",
                "level-proven",
                "reset-closed",
                "launch-changed",
                "launch-changed-unobserved",
                "qmp-event",
                "qmp-event-with-detail");

        assertThat(written).hasSameSizeAs(examples);
        for (int i = 0; i < written.size(); i++) {
            var expected = example("event-" + examples.get(i));
            assertThat(written.get(i).json()).isEqualTo(expected);
            var read = Json.read(expected, EventDocument.class);
            assertThat(Json.text(read)).isEqualTo(expected);
            assertThat(Json.text(read.payload(payload(read)))).isEqualTo(read.payload());
        }
    }

    private static EventFeed feed() {
        var feed = new EventFeed(Clock.fixed(FakeGuests.T0, ZoneOffset.UTC));
        var guest = FakeGuests.guest("web-1", GuestKind.SEV_SNP);
        feed.guestChanged(guest);
        feed.guestForgotten(guest);
        feed.guestEnded("web-1", new Action.Ended(Action.Ended.How.CRASH, "exit code 1"));
        feed.resetOpened(OPEN);
        feed.evidenceFound(OPEN, OPEN.evidence().getFirst());
        feed.levelProven(OPEN, Level.REBUILT, Duration.ofNanos(1500));
        feed.resetClosed(CLOSED, Duration.ofSeconds(1));
        var change = new LaunchChange(LaunchPart.POLICY, "more \"vCPUs\"");
        feed.launchChanged("web-1", Optional.of("r-7"), List.of(change));
        feed.launchChanged("web-1", Optional.empty(), List.of());
        feed.eventSeen("web-1", "RESET", "");
        feed.eventSeen("web-1", "SHUTDOWN", "guest asked");
        return feed;
    }

    private static Class<?> payload(EventDocument event) {
        return switch (event.knownType().orElseThrow()) {
            case GUEST_CHANGED, GUEST_FORGOTTEN -> GuestDocument.class;
            case GUEST_ENDED -> EventDocument.GuestEnded.class;
            case RESET_OPENED, RESET_CLOSED -> ResetDocument.class;
            case EVIDENCE -> EventDocument.EvidenceFound.class;
            case LEVEL_PROVEN -> EventDocument.LevelProven.class;
            case LAUNCH_CHANGED -> EventDocument.LaunchChanged.class;
            case QMP_EVENT -> EventDocument.QmpEvent.class;
        };
    }

    @Test
    void a_dry_run_is_always_marked_as_one() throws IOException {
        assertThat(Json.read(example("plan"), PlanDocument.class).dryRun()).isTrue();
    }

    private static String example(String name) throws IOException {
        try (var file = Json.class.getResourceAsStream(name + ".json")) {
            assertThat(file).as(name).isNotNull();
            return new String(file.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8).strip();
        }
    }
}
