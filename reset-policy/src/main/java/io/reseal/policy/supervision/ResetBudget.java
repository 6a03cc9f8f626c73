package io.reseal.policy.supervision;

import io.reseal.policy.reset.EvidenceKind;
import io.reseal.policy.reset.Outcome;
import io.reseal.policy.reset.Reset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * How many guests Reseal may have resets of its own under way for: each rebuild of a confidential guest needs a spare ASID or TDX key
 * id, as the old VM lives until its last vCPU is closed. A request holds a place from {@link #reserve} to {@link #answered}, a
 * reset from {@link #opened} to {@link #closed}, by its id: what closes it, and with which verdict, does not matter; or to the
 * time when QEMU is given up to answer.
 */
public final class ResetBudget {
    private final Map<String, Integer> requests = new HashMap<>();
    private final Map<String, String> guestsOfResets = new HashMap<>();
    private int limit;

    public ResetBudget(int limit) {
        this.limit = limit;
    }

    public int limit() {
        return limit;
    }

    /** Places that are taken stay taken, also those beyond a smaller limit. */
    public void limit(int changed) {
        limit = changed;
    }

    /** Takes a place for a request; a guest that has one already may be requested again, to hear that its reset is under way. */
    public boolean reserve(String guest) {
        var busy = busy();
        if (busy.size() >= limit && !busy.contains(guest)) {
            return false;
        }
        requests.merge(guest, 1, Integer::sum);
        return true;
    }

    /** Gives back the place of a request, whatever the answer: a reset that was begun has a place of its own by now. */
    public void answered(String guest) {
        requests.computeIfPresent(guest, (_, count) -> count > 1 ? count - 1 : null);
    }

    /** A reset of ours takes a place; others' resets are nothing that could be put off. */
    public void opened(Reset reset) {
        if (reset.request().origin().ours()) {
            guestsOfResets.put(reset.id(), reset.guest());
        }
    }

    /**
     * Evidence was added to an open reset. A QEMU that has answered neither in the time allowed nor in that of the reply may never do so: it
     * must not keep the other guests from being reset.
     */
    public void found(Reset reset) {
        boolean late = reset.has(EvidenceKind.DEADLINE);
        boolean unanswered = reset.evidence().stream()
                .anyMatch(
                        said -> said.kind() == EvidenceKind.ACKNOWLEDGEMENT && said.outcome() == Outcome.INCONCLUSIVE);
        if (late && unanswered) {
            closed(reset.id());
        }
    }

    public void closed(String reset) {
        guestsOfResets.remove(reset);
    }

    /**
     * Guests are called otherwise from now on, all at once. Their resets under way stay theirs; a request that is being judged is
     * given back under the name it was made for.
     *
     * @param names the new ones, by the old ones
     */
    public void renamed(Map<String, String> names) {
        guestsOfResets.replaceAll((_, guest) -> names.getOrDefault(guest, guest));
    }

    /** The guests that have a place. */
    public Set<String> busy() {
        var busy = new HashSet<>(requests.keySet());
        busy.addAll(guestsOfResets.values());
        return Set.copyOf(busy);
    }
}
