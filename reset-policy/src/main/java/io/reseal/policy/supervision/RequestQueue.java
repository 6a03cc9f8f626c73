package io.reseal.policy.supervision;

import io.reseal.policy.machine.GuestMachine;
import io.reseal.policy.reset.Reset;
import io.reseal.policy.reset.Verdict;
import io.reseal.policy.signal.Action;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Requests for resets of one guest: one is judged at a time, the others wait for their turn, and each gets the answer that is its
 * own.
 *
 * @param <W> who waits for an answer
 */
public final class RequestQueue<W> {
    /** Behind the one that is judged; a client that requests more often than that is at fault. */
    public static final int MOST_WAITING = 64;

    /** What became of a request. */
    public sealed interface Answer {
        /** This reset was begun for it. */
        record Started(Reset reset) implements Answer {}

        /** A hazard stopped it before anything was sent. */
        record Refused(Reset reset) implements Answer {}

        /** This reset is open. */
        record Busy(Reset open) implements Answer {}

        /** Nothing was sent. */
        record NotReachable(String why) implements Answer {}
    }

    /** An answer, and whom it is for. */
    public record Answered<W>(W who, Answer answer) {}

    private record Waiting<W>(Reset.Request request, W who) {}

    private final ArrayDeque<Waiting<W>> waiting = new ArrayDeque<>();
    private Optional<Waiting<W>> judged = Optional.empty();
    private Optional<String> resetOfJudged = Optional.empty();

    public boolean full() {
        return waiting.size() >= MOST_WAITING;
    }

    public void add(Reset.Request request, W who) {
        waiting.add(new Waiting<>(request, who));
    }

    /** The request to be judged now, by a {@code Signal.Requested}; empty while another one is, or when there is none. */
    public Optional<Reset.Request> next() {
        if (judged.isPresent() || waiting.isEmpty()) {
            return Optional.empty();
        }
        judged = Optional.of(waiting.remove());
        return judged.map(Waiting::request);
    }

    /**
     * Who is answered by a step of the core. While one request waits for the end of a reset that others began, those behind it
     * are refused: they would wait longer than they allow.
     */
    public List<Answered<W>> after(GuestMachine.Step step) {
        var answers = new ArrayList<Answered<W>>();
        for (var action : step.actions()) {
            answer(action).ifPresent(answer -> answerJudged(answer).ifPresent(answers::add));
        }
        if (step.state()
                .resets()
                .pending()
                .filter(pending -> !pending.reading())
                .isPresent()) {
            step.state()
                    .resets()
                    .open()
                    .ifPresent(open -> answers.addAll(answerWaiting(new Answer.Busy(open.reset()))));
        }
        return answers;
    }

    private Optional<Answer> answer(Action action) {
        return switch (action) {
            case Action.Opened(var reset) -> {
                if (judged.filter(request -> request.request().equals(reset.request()))
                        .isPresent()) {
                    resetOfJudged = Optional.of(reset.id());
                }
                yield Optional.empty();
            }
            case Action.SendSystemReset(var reset) -> ofJudged(reset, new Answer.Started(reset));
            case Action.SendRebootAction(var reset) -> ofJudged(reset, new Answer.Started(reset));
            case Action.Closed(var reset) ->
                ofJudged(reset, isRefused(reset) ? new Answer.Refused(reset) : new Answer.Started(reset));
            case Action.Busy(var open) -> Optional.of(new Answer.Busy(open));
            case Action.NotReachable(var why) -> Optional.of(new Answer.NotReachable(why));
            default -> Optional.empty();
        };
    }

    private Optional<Answer> ofJudged(Reset reset, Answer answer) {
        return resetOfJudged.filter(reset.id()::equals).map(_ -> answer);
    }

    private static boolean isRefused(Reset reset) {
        return reset.conclusion()
                .filter(conclusion -> conclusion.verdict() == Verdict.REFUSED)
                .isPresent();
    }

    /** The core failed on the request that is judged. */
    public Optional<Answered<W>> fault(String why) {
        return answerJudged(new Answer.NotReachable(why));
    }

    /** Nobody judges any more: all get this answer. */
    public List<Answered<W>> abandon(String why) {
        var answers = new ArrayList<Answered<W>>();
        answerJudged(new Answer.NotReachable(why)).ifPresent(answers::add);
        answers.addAll(answerWaiting(new Answer.NotReachable(why)));
        return answers;
    }

    private Optional<Answered<W>> answerJudged(Answer answer) {
        var answered = judged.map(request -> new Answered<>(request.who(), answer));
        judged = Optional.empty();
        resetOfJudged = Optional.empty();
        return answered;
    }

    private List<Answered<W>> answerWaiting(Answer answer) {
        var answers = waiting.stream()
                .map(request -> new Answered<>(request.who(), answer))
                .toList();
        waiting.clear();
        return answers;
    }
}
