package io.reseal.daemon.guest;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.reseal.policy.Reset;
import io.reseal.policy.ResetPolicy;
import io.reseal.qmp.QmpClient;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The guests of this host: who is watched, and the limits that they share. Safe for any thread. */
public final class LiveFleet implements Fleet {
    private final List<EventLoop> loops;
    private final Context context;
    private final Board board = new Board();
    private final Budget budget;
    private final Keys keys = new Keys();
    private final Map<String, GuestSupervisor> supervisors = new ConcurrentHashMap<>();
    private final AtomicLong begun = new AtomicLong();
    private volatile ResetPolicy policy;

    /**
     * What the fleet is made of.
     *
     * @param client connects to monitors, on {@code loops}
     * @param loops the event loops of the guests
     * @param blocking runs what may block
     * @param listeners told what happens to any guest, in order
     * @param sample how often vCPU counters are read
     * @param misc directory of the root control group, whose {@code misc} controller counts ASIDs
     * @param run differs between runs of Reseal, so that reset ids do too; letters and digits
     */
    public record Parts(
            QmpClient client,
            EventLoopGroup loops,
            Executor blocking,
            List<FleetListener> listeners,
            Duration sample,
            Path misc,
            String run) {}

    public LiveFleet(Parts parts, ResetPolicy policy, int concurrentResets) {
        this.loops = StreamSupport.stream(parts.loops().spliterator(), false)
                .map(EventLoop.class::cast)
                .toList();
        this.policy = policy;
        this.budget = new Budget(concurrentResets);
        this.context = new Context(
                parts.client(),
                Clock.systemUTC(),
                new Host(
                        new ProcessTable(Path.of("/proc"), Clock.systemUTC()),
                        new Fingerprints(Clock.systemUTC()),
                        new HostRoom(parts.misc()),
                        new LaunchDigests(parts.blocking())),
                parts.blocking(),
                new Listeners(Stream.concat(Stream.of(budget), parts.listeners().stream())
                        .toList()),
                board,
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
            if (known != null && known.serves(name)) {
                known.socketAppeared();
                return known;
            }
            if (known != null) {
                stop(known);
            }
            var supervisor = new GuestSupervisor(context, name, loopOf(name.name()));
            supervisor.start();
            return supervisor;
        });
    }

    /** Connects at once to a guest that is watched and has lost its connection; its socket was made anew. */
    public void socketAppeared(GuestName name) {
        var supervisor = supervisors.get(name.name());
        if (supervisor != null && supervisor.serves(name)) {
            supervisor.socketAppeared();
        }
    }

    /** Always the same for a name, so that a guest begins after its predecessor was let go of. */
    private EventLoop loopOf(String name) {
        return loops.get(Math.floorMod(name.hashCode(), loops.size()));
    }

    /**
     * Watches that guest no longer, if it is watched; another guest that has its name by now stays. The future tells of the
     * reset that stays open, if there is one.
     */
    public CompletableFuture<Optional<Reset>> forget(GuestName name) {
        return forgetIf(name.name(), known -> known.serves(name));
    }

    /** Forgets a guest whose socket has gone, if there is no connection to it either and no socket has come since. */
    public void socketGone(GuestName name) {
        var supervisor = supervisors.get(name.name());
        if (supervisor != null && supervisor.serves(name)) {
            int sockets = supervisor.sockets();
            supervisor.lost().thenAccept(lost -> {
                if (lost) {
                    forgetIf(name.name(), known -> known == supervisor && known.sockets() == sockets);
                }
            });
        }
    }

    private CompletableFuture<Optional<Reset>> forgetIf(String name, Predicate<GuestSupervisor> condition) {
        var stopped = new AtomicReference<>(CompletableFuture.completedFuture(Optional.<Reset>empty()));
        supervisors.computeIfPresent(name, (_, known) -> {
            if (!condition.test(known)) {
                return known;
            }
            stopped.set(stop(known));
            return null;
        });
        return stopped.get();
    }

    private CompletableFuture<Optional<Reset>> stop(GuestSupervisor supervisor) {
        return supervisor.stop().whenComplete((open, _) -> {
            if (open != null) {
                open.ifPresent(budget::abandon);
                open.ifPresent(board::abandon);
            }
        });
    }

    /** Puts another policy and limit in force; connections and open resets stay as they are. */
    public void reconfigure(ResetPolicy changed, int concurrentResets) {
        policy = changed;
        budget.limit(concurrentResets);
        supervisors.values().forEach(GuestSupervisor::policyChanged);
    }

    /** Stops watching all guests and tells of the resets that stay open. */
    public CompletableFuture<List<Reset>> stop() {
        var stopped = new ArrayList<>(supervisors.keySet())
                .stream().map(name -> forgetIf(name, _ -> true)).toList();
        return CompletableFuture.allOf(stopped.toArray(CompletableFuture[]::new))
                .thenApply(_ ->
                        stopped.stream().flatMap(done -> done.join().stream()).toList());
    }

    @Override
    public List<GuestView> guests() {
        return board.guests();
    }

    @Override
    public Optional<GuestView> guest(String name) {
        return board.guest(name);
    }

    @Override
    public List<GuestView> find(String reference) {
        return References.find(
                board.guests(),
                reference,
                name -> Optional.ofNullable(supervisors.get(name))
                        .map(supervisor -> supervisor.name().full())
                        .orElse(name));
    }

    @Override
    public List<Reset> resets() {
        return board.resets();
    }

    @Override
    public Optional<Reset> reset(String id) {
        return board.reset(id);
    }

    @Override
    public CompletableFuture<ResetAnswer> ask(ResetAsk ask) {
        var supervisor = supervisors.get(ask.guest());
        if (supervisor == null) {
            return CompletableFuture.completedFuture(new ResetAnswer.NoSuchGuest(ask.guest()));
        }
        if (ask.dryRun()) {
            return supervisor.ask(ask);
        }
        return keys.once(ask, () -> budgeted(ask, supervisor)).thenApply(this::newest);
    }

    private CompletableFuture<ResetAnswer> budgeted(ResetAsk ask, GuestSupervisor supervisor) {
        if (!budget.reserve(ask.guest())) {
            return CompletableFuture.completedFuture(new ResetAnswer.TooMany(budget.limit()));
        }
        return supervisor.ask(ask).whenComplete((answer, _) -> {
            if (!(answer instanceof ResetAnswer.Started)) {
                budget.release(ask.guest());
            }
        });
    }

    private ResetAnswer newest(ResetAnswer answer) {
        return answer instanceof ResetAnswer.Started(var reset)
                ? new ResetAnswer.Started(board.reset(reset.id()).orElse(reset))
                : answer;
    }
}
