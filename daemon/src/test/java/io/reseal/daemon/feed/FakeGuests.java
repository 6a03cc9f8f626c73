package io.reseal.daemon.feed;

import io.reseal.daemon.guest.Guests;
import io.reseal.daemon.request.ResetRequest;
import io.reseal.daemon.request.ResetResponse;
import io.reseal.daemon.status.GuestReferences;
import io.reseal.daemon.status.GuestStatus;
import io.reseal.policy.GuestKind;
import io.reseal.policy.Level;
import io.reseal.policy.Proof;
import io.reseal.policy.RunState;
import io.reseal.policy.hazard.Hazard;
import io.reseal.policy.hazard.HazardId;
import io.reseal.policy.reset.Evidence;
import io.reseal.policy.reset.EvidenceKind;
import io.reseal.policy.reset.Origin;
import io.reseal.policy.reset.Outcome;
import io.reseal.policy.reset.Reset;
import io.reseal.policy.reset.Verdict;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** A fleet that is told what to answer, and tells the feed what it was told. */
public final class FakeGuests implements Guests {
    public static final Instant T0 = Instant.parse("2026-11-22T12:00:00.000250Z");
    public static final Hazard PAUSED =
            new Hazard(HazardId.PAUSED_SEV, "The next cont aborts QEMU.", "Let the guest run first.");

    public final Queue<ResetRequest> asked = new ConcurrentLinkedQueue<>();
    private final EventFeed feed;
    private final Map<String, GuestStatus> guests = new ConcurrentHashMap<>();
    private final List<Reset> resets = new CopyOnWriteArrayList<>();
    private volatile Function<ResetRequest, CompletableFuture<ResetResponse>> answer =
            request -> CompletableFuture.completedFuture(new ResetResponse.NoSuchGuest(request.guest()));

    public FakeGuests(EventFeed feed) {
        this.feed = feed;
    }

    public void answers(Function<ResetRequest, ResetResponse> next) {
        answer = request -> CompletableFuture.completedFuture(next.apply(request));
    }

    public void answersLater(CompletableFuture<ResetResponse> later) {
        answer = _ -> later;
    }

    public void add(GuestStatus guest) {
        guests.put(guest.name(), guest);
        feed.guestChanged(guest);
    }

    public void open(Reset reset) {
        resets.addFirst(reset);
        feed.resetOpened(reset);
    }

    public void replace(Reset reset) {
        resets.replaceAll(old -> old.id().equals(reset.id()) ? reset : old);
        if (!reset.open()) {
            feed.resetClosed(reset, Duration.ofSeconds(1));
        } else if (!reset.evidence().isEmpty()) {
            feed.evidenceFound(reset, reset.evidence().getLast());
        }
    }

    @Override
    public List<GuestStatus> guests() {
        return guests.values().stream()
                .sorted(Comparator.comparing(GuestStatus::name))
                .toList();
    }

    @Override
    public Optional<GuestStatus> guest(String name) {
        return Optional.ofNullable(guests.get(name));
    }

    @Override
    public List<GuestStatus> find(String reference) {
        return GuestReferences.find(guests(), reference, name -> name);
    }

    @Override
    public List<Reset> resets() {
        return List.copyOf(resets);
    }

    @Override
    public Optional<Reset> reset(String id) {
        return resets.stream().filter(reset -> reset.id().equals(id)).findFirst();
    }

    @Override
    public CompletableFuture<ResetResponse> request(ResetRequest request) {
        asked.add(request);
        return answer.apply(request);
    }

    public static GuestStatus guest(String name, GuestKind kind) {
        var identity = new GuestStatus.Identity(
                "6b1f7bd4-0000-4000-8000-000000000001",
                Optional.of(4711L),
                true,
                kind,
                "11.1.3",
                RunState.RUNNING,
                2,
                T0,
                Map.of("firmware", "/usr/share/OVMF.fd"));
        return new GuestStatus(
                name,
                Path.of("/run/qemu/" + name + ".qmp"),
                GuestStatus.State.WATCHING,
                "",
                Optional.of(identity),
                T0,
                true,
                List.of(),
                Optional.of("r-1"),
                new GuestStatus.Blind(1, Duration.ofMillis(1500)));
    }

    public static GuestStatus unknown(String name) {
        return new GuestStatus(
                name,
                Path.of("/run/qemu/" + name + ".qmp"),
                GuestStatus.State.OCCUPIED,
                "libvirtd (pid 99) holds the monitor",
                Optional.empty(),
                T0,
                false,
                List.of(),
                Optional.empty(),
                new GuestStatus.Blind(0, Duration.ZERO));
    }

    public static Reset opened(String id, String guest) {
        return new Reset(
                id,
                guest,
                GuestKind.SEV_SNP,
                new Reset.Request(Origin.OPERATOR, "nightly", Proof.DEFAULT, Set.of()),
                List.of(),
                List.of(),
                new Reset.Times(T0, Optional.empty(), Optional.empty(), Optional.empty()),
                Optional.empty(),
                0);
    }

    public static Reset withEvidence(Reset reset, String detail) {
        return with(
                reset,
                new Evidence(
                        T0.plusMillis(120),
                        EvidenceKind.RESET_EVENT,
                        Outcome.SUPPORTS,
                        Optional.of(Level.OBSERVED),
                        detail),
                reset.request());
    }

    /** The time allowed has run out, and it is open. */
    public static Reset late(Reset reset) {
        return with(
                reset,
                new Evidence(
                        T0.plusSeconds(30),
                        EvidenceKind.DEADLINE,
                        Outcome.INCONCLUSIVE,
                        Optional.empty(),
                        "time ran out"),
                reset.request());
    }

    public static Reset proving(Proof proof, Reset reset) {
        var request = new Reset.Request(
                reset.request().origin(),
                reset.request().by(),
                reset.request().reason(),
                proof,
                reset.request().forced());
        return with(
                reset,
                new Evidence(T0.plusMillis(1), EvidenceKind.CONNECTION, Outcome.INCONCLUSIVE, Optional.empty(), "lost"),
                request);
    }

    private static Reset with(Reset reset, Evidence more, Reset.Request request) {
        var evidence = new ArrayList<>(reset.evidence());
        evidence.add(more);
        return new Reset(
                reset.id(),
                reset.guest(),
                reset.kind(),
                request,
                reset.hazards(),
                evidence,
                new Reset.Times(T0, Optional.of(T0.plusMillis(120)), Optional.empty(), Optional.empty()),
                Optional.empty(),
                0);
    }

    public static Reset closed(Reset reset, Verdict verdict) {
        boolean proven = verdict == Verdict.PROVEN;
        var hazards = verdict == Verdict.REFUSED ? List.of(PAUSED) : reset.hazards();
        return new Reset(
                reset.id(),
                reset.guest(),
                reset.kind(),
                reset.request(),
                hazards,
                reset.evidence(),
                new Reset.Times(
                        T0,
                        reset.times().observedAt(),
                        proven ? Optional.of(T0.plusSeconds(1)) : Optional.empty(),
                        Optional.of(T0.plusSeconds(2))),
                Optional.of(new Reset.Conclusion(
                        verdict,
                        proven ? Optional.of(Level.REBUILT) : Optional.empty(),
                        "It is " + verdict.text() + ".")),
                1);
    }
}
