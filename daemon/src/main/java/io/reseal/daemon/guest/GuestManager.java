package io.reseal.daemon.guest;

import io.netty.channel.EventLoopGroup;
import io.reseal.daemon.host.FileDigestCache;
import io.reseal.daemon.host.MiscController;
import io.reseal.daemon.host.ProcessTable;
import io.reseal.daemon.launch.HostFacts;
import io.reseal.daemon.launch.LaunchDigestCache;
import io.reseal.daemon.request.HostResetBudget;
import io.reseal.daemon.request.IdempotencyKeys;
import io.reseal.daemon.request.ResetRequest;
import io.reseal.daemon.request.ResetResponse;
import io.reseal.daemon.status.GuestListener;
import io.reseal.daemon.status.GuestListeners;
import io.reseal.daemon.status.GuestName;
import io.reseal.daemon.status.GuestReferences;
import io.reseal.daemon.status.GuestStatus;
import io.reseal.daemon.status.StatusStore;
import io.reseal.daemon.work.Hang;
import io.reseal.daemon.work.Pools;
import io.reseal.policy.GuestKind;
import io.reseal.policy.ResetPolicy;
import io.reseal.policy.reset.Reset;
import io.reseal.policy.supervision.GuestDiff;
import io.reseal.qmp.SocketPath;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The guests of this host: who is watched, and the limits that they share. Safe for any thread. */
public final class GuestManager implements Guests {
    private static final String NOT_WATCHED = "no longer watched: ";
    private static final String NAME_TAKEN = NOT_WATCHED + "another guest has its name";
    private static final String SOCKET_GONE = NOT_WATCHED + "its socket is gone";
    private static final String NOT_NAMED = "the configuration does not name or cover it any more";
    private static final String STOPPED = "Reseal was stopped";

    private final EventLoopGroup loops;
    private final Supplier<List<Hang>> hangs;
    private final GuestContext context;
    private final StatusStore store = new StatusStore();
    private final HostResetBudget budget;
    private final IdempotencyKeys keys = new IdempotencyKeys();
    private final Map<String, GuestSupervisor> supervisors = new ConcurrentHashMap<>();
    /** Guests whose supervision is being ended, by name: the next guest of that name is watched after that. */
    private final Map<String, CompletableFuture<Void>> leaving = new ConcurrentHashMap<>();

    private final AtomicLong begun = new AtomicLong();
    private volatile boolean stopped;
    private volatile ResetPolicy policy;

    /**
     * What the manager is made of.
     *
     * @param monitors connects to monitors, on {@code loops}
     * @param loops the event loops of the guests
     * @param pools where what may block is done
     * @param listeners told what happens to any guest, in order
     * @param sample how often vCPU counters are read
     * @param misc directory of the root control group, whose {@code misc} controller counts ASIDs
     * @param run differs between runs of Reseal, so that reset ids do too; letters and digits
     */
    public record Parts(
            Monitors monitors,
            EventLoopGroup loops,
            Pools pools,
            List<GuestListener> listeners,
            Duration sample,
            Path misc,
            String run) {}

    public GuestManager(Parts parts, ResetPolicy policy, int concurrentResets) {
        this(parts, policy, concurrentResets, new ProcessTable(Path.of("/proc"), Clock.systemUTC()));
    }

    GuestManager(Parts parts, ResetPolicy policy, int concurrentResets, ProcessTable processes) {
        this.loops = parts.loops();
        this.hangs = parts.pools()::hangs;
        this.policy = policy;
        this.budget = new HostResetBudget(concurrentResets);
        this.context = new GuestContext(
                parts.monitors(),
                Clock.systemUTC(),
                new HostFacts(
                        processes,
                        new FileDigestCache(Clock.systemUTC()),
                        new MiscController(parts.misc()),
                        new LaunchDigestCache(parts.pools().digests())),
                parts.pools(),
                new GuestListeners(Stream.concat(Stream.of(budget), parts.listeners().stream())
                        .toList()),
                store,
                RandomGenerator.getDefault(),
                parts.sample(),
                () -> this.policy,
                guest -> "%s.%s-%d".formatted(guest, parts.run(), begun.incrementAndGet()));
    }

    /**
     * Watches a guest, or connects at once to one that is watched already and has lost its connection. A guest of the same
     * name at another socket is let go of.
     */
    public void watch(GuestName name) {
        supervisors.compute(name.name(), (_, known) -> {
            if (stopped) {
                return known;
            }
            if (known != null && known.serves(name)) {
                known.socketAppeared();
                return known;
            }
            if (known != null) {
                leaves(name.name(), known.stop(NAME_TAKEN));
            }
            var supervisor = new GuestSupervisor(context, name, loops.next());
            afterPredecessor(name.name()).thenRun(supervisor::start);
            return supervisor;
        });
    }

    private CompletableFuture<Void> afterPredecessor(String name) {
        return leaving.getOrDefault(name, CompletableFuture.completedFuture(null));
    }

    private CompletableFuture<Void> leaves(String name, CompletableFuture<Void> left) {
        leaving.put(name, left);
        left.whenComplete((_, _) -> leaving.remove(name, left));
        return left;
    }

    /** Connects at once to a guest that is watched and has lost its connection; its socket was recreated. */
    public void socketAppeared(GuestName name) {
        var supervisor = supervisors.get(name.name());
        if (supervisor != null && supervisor.serves(name)) {
            supervisor.socketAppeared();
        }
    }

    /** How many are watched. */
    public int count() {
        return supervisors.size();
    }

    public boolean watches(String name) {
        return supervisors.containsKey(name);
    }

    /** Who is watched. */
    public List<GuestName> watched() {
        return supervisors.values().stream().map(GuestSupervisor::name).toList();
    }

    /** Watches that guest no longer, if it is watched; another guest that has its name by now stays. Its open reset is closed. */
    public CompletableFuture<Void> forget(GuestName name) {
        return forget(name, NOT_NAMED);
    }

    /** The same for another reason, which follows a colon. */
    public CompletableFuture<Void> forget(GuestName name, String why) {
        return forgetIf(name.name(), known -> known.serves(name), known -> known.stop(NOT_WATCHED + why));
    }

    /** Applies the guests that another configuration names; done when those that left are no longer supervised. */
    public CompletableFuture<Void> change(GuestDiff<GuestName> diff) {
        var done = new ArrayList<CompletableFuture<Void>>();
        diff.removed().forEach(guest -> done.add(forget(guest)));
        done.addAll(rename(diff.renamed()));
        diff.added().forEach(this::watch);
        return CompletableFuture.allOf(done.toArray(CompletableFuture[]::new));
    }

    /** All leave their names before any takes its new one: two may exchange theirs. */
    private List<CompletableFuture<Void>> rename(List<GuestDiff.Rename<GuestName>> renames) {
        var names = new HashMap<String, String>();
        var renamed = new ArrayList<GuestSupervisor>();
        for (var rename : renames) {
            var before = rename.before().name();
            var supervisor = supervisors.get(before);
            if (supervisor != null && supervisor.serves(rename.before()) && supervisors.remove(before, supervisor)) {
                names.put(before, rename.after().name());
                leaves(before, supervisor.leaveName(rename.after()));
                renamed.add(supervisor);
            }
        }
        budget.renamed(names);
        keys.renamed(names);
        return renamed.stream().map(this::enter).toList();
    }

    private CompletableFuture<Void> enter(GuestSupervisor renamed) {
        var name = renamed.name().name();
        var displaced = supervisors.put(name, renamed);
        if (displaced != null) {
            leaves(name, displaced.stop(NAME_TAKEN));
        }
        return afterPredecessor(name).thenCompose(_ -> renamed.takeName());
    }

    /** Forgets a guest whose socket has gone, if there is no connection to it either and no socket has come since. */
    public void socketGone(GuestName name) {
        var supervisor = supervisors.get(name.name());
        if (supervisor != null && supervisor.serves(name)) {
            int sockets = supervisor.sockets();
            supervisor.lost().thenAccept(lost -> {
                if (lost) {
                    forgetIf(
                            name.name(),
                            known -> known == supervisor && known.sockets() == sockets,
                            known -> known.socketGone(SOCKET_GONE));
                }
            });
        }
    }

    private CompletableFuture<Void> forgetIf(
            String name,
            Predicate<GuestSupervisor> condition,
            Function<GuestSupervisor, CompletableFuture<Void>> letGo) {
        var left = new AtomicReference<>(CompletableFuture.<Void>completedFuture(null));
        supervisors.computeIfPresent(name, (_, known) -> {
            if (!condition.test(known)) {
                return known;
            }
            left.set(leaves(name, letGo.apply(known)));
            return null;
        });
        return left.get();
    }

    /** Puts another policy and limit in force; connections and open resets stay as they are. */
    public void reconfigure(ResetPolicy changed, int concurrentResets) {
        policy = changed;
        budget.limit(concurrentResets);
        supervisors.values().forEach(GuestSupervisor::policyChanged);
    }

    /** Watches nobody any more; open resets are closed, so that all who wait for them hear of that. */
    public CompletableFuture<Void> stop() {
        stopped = true;
        return CompletableFuture.allOf(supervisors.keySet().stream()
                .map(name -> forgetIf(name, _ -> true, known -> known.stop(STOPPED)))
                .toArray(CompletableFuture[]::new));
    }

    @Override
    public List<GuestStatus> guests() {
        var hangs = hangs();
        return hangs.isEmpty()
                ? store.guests()
                : store.guests().stream().map(guest -> with(hangs, guest)).toList();
    }

    /** What cannot be looked at now, by guest or, where the guest is not known to who looks, by its socket. */
    private Map<String, String> hangs() {
        return hangs.get().stream()
                .collect(Collectors.toMap(
                        hang -> hang.subject().guest().isEmpty()
                                ? hang.subject().path()
                                : hang.subject().guest(),
                        Hang::text,
                        (first, _) -> first));
    }

    private static GuestStatus with(Map<String, String> hangs, GuestStatus guest) {
        return Stream.of(guest.name(), SocketPath.text(guest.socket()))
                .flatMap(key -> Optional.ofNullable(hangs.get(key)).stream())
                .reduce(guest, GuestStatus::with, (_, later) -> later);
    }

    @Override
    public Optional<GuestStatus> guest(String name) {
        return store.guest(name).map(guest -> with(hangs(), guest));
    }

    @Override
    public List<GuestStatus> find(String reference) {
        return GuestReferences.find(
                guests(),
                reference,
                name -> Optional.ofNullable(supervisors.get(name))
                        .map(supervisor -> supervisor.name().full())
                        .orElse(name));
    }

    @Override
    public List<Reset> resets() {
        return store.resets();
    }

    @Override
    public Optional<Reset> reset(String id) {
        return store.reset(id);
    }

    @Override
    public CompletableFuture<ResetResponse> request(ResetRequest request) {
        var supervisor = supervisors.get(request.guest());
        if (supervisor == null && stopped) {
            return CompletableFuture.completedFuture(new ResetResponse.NotReachable(request.guest(), STOPPED));
        }
        if (supervisor == null) {
            return CompletableFuture.completedFuture(new ResetResponse.NoSuchGuest(request.guest()));
        }
        if (request.dryRun()) {
            return supervisor.request(request);
        }
        return keys.once(request, () -> budgeted(request, supervisor)).thenApply(this::newest);
    }

    @Override
    public Duration within(ResetRequest request) {
        var kind = store.guest(request.guest()).flatMap(GuestStatus::kind).orElse(GuestKind.PLAIN);
        return request.within()
                .orElseGet(() -> policy.proofFor(request.guest(), kind).within());
    }

    private CompletableFuture<ResetResponse> budgeted(ResetRequest request, GuestSupervisor supervisor) {
        if (!budget.reserve(request.guest())) {
            return CompletableFuture.completedFuture(new ResetResponse.TooMany(budget.limit()));
        }
        return supervisor.request(request).whenComplete((_, _) -> budget.answered(request.guest()));
    }

    private ResetResponse newest(ResetResponse answer) {
        return answer instanceof ResetResponse.Started(var reset)
                ? new ResetResponse.Started(store.reset(reset.id()).orElse(reset))
                : answer;
    }
}
