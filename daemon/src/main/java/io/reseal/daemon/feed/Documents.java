package io.reseal.daemon.feed;

import io.reseal.daemon.api.EventDocument;
import io.reseal.daemon.api.EvidenceDocument;
import io.reseal.daemon.api.GuestDocument;
import io.reseal.daemon.api.HazardDocument;
import io.reseal.daemon.api.Json;
import io.reseal.daemon.api.PlanDocument;
import io.reseal.daemon.api.ResetDocument;
import io.reseal.daemon.request.ResetResponse;
import io.reseal.daemon.status.GuestStatus;
import io.reseal.daemon.status.GuestStatus.Identity;
import io.reseal.policy.Durations;
import io.reseal.policy.Level;
import io.reseal.policy.RunState;
import io.reseal.policy.Spelled;
import io.reseal.policy.hazard.Hazard;
import io.reseal.policy.launch.LaunchChange;
import io.reseal.policy.reset.Evidence;
import io.reseal.policy.reset.Reset;
import io.reseal.policy.reset.Reset.Conclusion;
import io.reseal.policy.signal.Action;
import io.reseal.qmp.SocketPath;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** The one place where guests and resets become documents, for HTTP and for the feed. Safe for any thread. */
public final class Documents {
    private Documents() {}

    /** Guests. */
    public static GuestDocument.Listing guests(List<GuestStatus> guests, List<String> hindrances) {
        return new GuestDocument.Listing(guests.stream().map(Documents::guest).toList(), hindrances(hindrances));
    }

    /** What keeps guests from being found; left out where there is nothing. */
    public static Optional<List<String>> hindrances(List<String> all) {
        return Optional.of(all).filter(some -> !some.isEmpty());
    }

    /** A guest. */
    public static GuestDocument guest(GuestStatus guest) {
        var identity = guest.identity();
        return new GuestDocument(
                guest.name(),
                identity.map(Identity::uuid),
                identity.flatMap(Identity::pid),
                identity.map(Identity::processSeen),
                guest.kind().map(Spelled::text),
                guest.state().text(),
                Optional.of(guest.stateDetail()).filter(detail -> !detail.isEmpty()),
                identity.map(Identity::runState).map(RunState::text),
                identity.map(Identity::qemu),
                SocketPath.text(guest.socket()),
                identity.map(Identity::incarnation),
                identity.map(Identity::incarnationSince),
                guest.since(),
                guest.resettable(),
                hazards(guest.hazards()),
                identity.map(Identity::launch),
                guest.lastReset(),
                new GuestDocument.Blind(
                        guest.blind().intervals(), Json.seconds(guest.blind().total())));
    }

    private static List<HazardDocument> hazards(List<Hazard> hazards) {
        return hazards.stream()
                .map(hazard -> new HazardDocument(
                        hazard.id().text(),
                        hazard.affected().text(),
                        hazard.consequence(),
                        hazard.cure(),
                        hazard.stops(),
                        hazard.forceable()))
                .toList();
    }

    /** Resets. */
    public static ResetDocument.Listing resets(List<Reset> resets) {
        return new ResetDocument.Listing(resets.stream().map(Documents::reset).toList());
    }

    /** A reset. */
    public static ResetDocument reset(Reset reset) {
        var request = reset.request();
        var conclusion = reset.conclusion();
        var times = reset.times();
        return new ResetDocument(
                reset.id(),
                reset.guest(),
                reset.kind().text(),
                request.origin().text(),
                request.by(),
                request.reason(),
                reset.open() ? ResetDocument.OPEN : ResetDocument.CLOSED,
                conclusion.map(Conclusion::verdict).map(Spelled::text),
                conclusion.flatMap(Conclusion::level).map(Spelled::text),
                request.proof().prove().text(),
                Durations.text(request.proof().within()),
                conclusion.map(Conclusion::summary),
                reset.echoes(),
                reset.loop().map(loop -> new ResetDocument.Loop(loop.count(), loop.first(), loop.last())),
                texts(request.forced().stream().sorted().toList()),
                hazards(reset.hazards()),
                reset.evidence().stream().map(Documents::evidence).toList(),
                times.requestedAt(),
                times.observedAt(),
                times.provenAt(),
                times.closedAt());
    }

    private static EvidenceDocument evidence(Evidence evidence) {
        return new EvidenceDocument(
                evidence.at(),
                evidence.kind().text(),
                evidence.outcome().text(),
                evidence.level().map(Spelled::text),
                evidence.detail());
    }

    /** What a reset would do. */
    public static PlanDocument plan(ResetResponse.Planned plan) {
        return new PlanDocument(
                plan.guest(), true, plan.resettable(), hazards(plan.hazards()), plan.sends(), texts(plan.shows()));
    }

    static EventDocument.GuestEnded ended(String guest, Action.Ended end) {
        return new EventDocument.GuestEnded(guest, end.how().text(), end.detail());
    }

    static EventDocument.EvidenceFound evidenceOf(Reset reset, Evidence evidence) {
        return new EventDocument.EvidenceFound(
                reset.id(), reset.guest(), reset.kind().text(), evidence(evidence));
    }

    /** A level shown, {@code afterEvent} after the RESET event. */
    static EventDocument.LevelProven levelProven(Reset reset, Level level, Duration afterEvent) {
        return new EventDocument.LevelProven(
                reset.id(), reset.guest(), reset.kind().text(), level.text(), Json.seconds(afterEvent));
    }

    static EventDocument.LaunchChanged launchChanged(String guest, Optional<String> reset, List<LaunchChange> changes) {
        return new EventDocument.LaunchChanged(
                guest,
                reset,
                changes.stream()
                        .map(change -> new EventDocument.LaunchChanged.Change(
                                change.what().text(), change.detail()))
                        .toList());
    }

    private static List<String> texts(Collection<? extends Spelled> words) {
        return words.stream().map(Spelled::text).toList();
    }
}
