package io.reseal.policy.simulation;

import static io.reseal.policy.simulation.SimulationOracle.holds;

import io.reseal.policy.hazard.HazardId;
import io.reseal.policy.reset.Origin;
import io.reseal.policy.reset.Reset;
import io.reseal.policy.signal.Signal;
import io.reseal.policy.state.GuestState;
import io.reseal.policy.supervision.RequestQueue;
import io.reseal.policy.supervision.ResetBudget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;

/** A few guests, a daemon in front of them and a world that meddles, in virtual time: the same seed gives the same run. */
final class Simulation implements DaemonModel.Desk, OtherClients.Fleet {
    /** Whatever is open then ends on its own: the longest time allowed, and the longest patience, are shorter. */
    private static final Duration REST = Duration.ofSeconds(150);

    /** One run of so many folds RESETs sooner than the daemon does: no guest resets as fast as that limit. */
    private static final long FOLDING_SOON = 6;

    /** Far more than happens in any run. */
    private static final int MOST = 200_000;

    private final RandomGenerator random;
    private final VirtualTime agenda = new VirtualTime();
    private final Tally tally = new Tally();
    private final ResetBudget budget;
    private final List<GuestWorld> guests = new ArrayList<>();
    private final List<OtherClients> meddlers = new ArrayList<>();
    private final Map<Integer, Integer> answers = new HashMap<>();
    private final Set<String> ours = new HashSet<>();
    private int requests;
    private int happenings;

    /** @param shown whether it prints all that happens */
    Simulation(long seed, boolean shown) {
        tally.shown = shown;
        if (seed % FOLDING_SOON == FOLDING_SOON - 1) {
            tally.mostResets = (int) (1 + seed / FOLDING_SOON % 3);
        }
        random = new SplittableRandom(seed);
        int count = random.nextInt(8) == 0 ? random.nextInt(2, 4) : 1;
        budget = new ResetBudget(random.nextInt(1, 3));
        var common = new GuestWorld.Common(agenda, random, this, tally);
        for (int i = 0; i < count; i++) {
            var guest = new GuestWorld(common, "g" + i);
            guests.add(guest);
            meddlers.add(new OtherClients(guest, common, this));
        }
        tally.isCalm = count == 1 && guests.getFirst().scenario.calm();
    }

    Simulation(long seed, BiConsumer<Signal, GuestState> listener) {
        this(seed, false);
        tally.listener = listener;
    }

    /** Runs to the end, checking each step, then replays it. */
    Tally run() {
        guests.forEach(guest -> guest.daemon().link().open());
        meddlers.forEach(OtherClients::begin);
        var end = Duration.ofMillis(random.nextInt(4_000, 14_000));
        goOn(end);
        meddlers.forEach(OtherClients::end);
        guests.forEach(GuestWorld::fallSilent);
        goOn(end.plus(REST));
        guests.forEach(GuestWorld::atTheEnd);
        holds(budget.busy().isEmpty(), "places are kept for ever", budget.busy());
        for (int number = 1; number <= requests; number++) {
            holds(answers.getOrDefault(number, 0) == 1, "answered " + answers.get(number) + " times", number);
        }
        tally.runs = 1;
        tally.requests = requests;
        return tally;
    }

    private void goOn(Duration end) {
        while (agenda.next(end)) {
            holds(++happenings < MOST, "never comes to rest", agenda.now());
        }
    }

    @Override
    public void request(GuestWorld of) {
        int number = ++requests;
        var name = of.daemon().state().identity().name();
        if (!budget.reserve(name)) {
            answers.merge(number, 1, Integer::sum);
            return;
        }
        var forced = random.nextBoolean() ? Set.of(HazardId.values()) : Set.<HazardId>of();
        var request = new Reset.Request(Origin.OPERATOR, "request " + number, Scenario.proof(random), forced);
        var requester = new DaemonModel.Requester(number, name);
        of.daemon().awake(() -> {
            if (!of.daemon().request(request, requester)) {
                answered(new RequestQueue.Answered<>(requester, new RequestQueue.Answer.NotReachable("not watched")));
            }
        });
    }

    @Override
    public void answered(RequestQueue.Answered<DaemonModel.Requester> answered) {
        answers.merge(answered.who().number(), 1, Integer::sum);
        budget.answered(answered.who().guest());
    }

    @Override
    public void opened(Reset reset) {
        budget.opened(reset);
        if (reset.request().origin().ours()) {
            ours.add(reset.id());
        }
        holds(ours.size() <= budget.limit(), "more resets than the budget has places", ours);
    }

    @Override
    public void closed(Reset reset) {
        budget.closed(reset.id());
        ours.remove(reset.id());
    }

    @Override
    public void setClock(Duration by) {
        agenda.setWallClock(by);
    }

    @Override
    public void reload(GuestWorld of) {
        switch (random.nextInt(3)) {
            case 0 ->
                of.daemon()
                        .awake(() -> of.daemon()
                                .signal(new Signal.PolicyChanged(of.daemon().now(), Scenario.policy(random))));
            case 1 -> {
                var name = of.daemon().state().identity().name();
                var next = name.startsWith("h") ? "g" + name.substring(1) : "h" + name.substring(1);
                of.daemon().awake(() -> {
                    budget.renamed(Map.of(name, next));
                    of.daemon().signal(new Signal.Renamed(of.daemon().now(), next));
                });
            }
            default -> {
                boolean restarts = random.nextBoolean();
                of.daemon().awake(() -> {
                    if (restarts) {
                        of.restart();
                    } else {
                        of.watchAnew("Reseal no longer watches this guest");
                    }
                });
            }
        }
    }
}
