package io.reseal.policy.codec;

import io.reseal.policy.signal.Signal;
import io.reseal.policy.signal.SignalType;
import java.util.Map;

/** A signal. */
public final class SignalCodec {
    /** A signal as a tree. */
    public static Map<String, Object> write(Signal signal) {
        var tree = new TreeWriter()
                .number(Version.MEMBER, Version.CURRENT)
                .word("signal", SignalType.of(signal))
                .instant("at", signal.at());
        switch (signal) {
            case Signal.ClockSet set -> tree.duration("offset", set.offset());
            case Signal.PolicyChanged changed -> tree.tree("policy", PolicyCodec.write(changed.policy()));
            case Signal.Renamed renamed -> tree.text("name", renamed.name());
            case Signal.Restored restored ->
                tree.tree("known", StateCodec.write(restored.known())).instant("knownAt", restored.knownAt());
            case Signal.Forgotten forgotten ->
                tree.text("why", forgotten.why()).flag("socketGone", forgotten.socketGone());
            case Signal.Attached attached ->
                tree.tree("facts", FactsCodec.write(attached.facts()))
                        .tree("reading", ReadingCodec.write(attached.situation()));
            case Signal.FactsRead read -> tree.tree("facts", FactsCodec.write(read.facts()));
            case Signal.Detached detached -> tree.text("why", detached.why());
            case Signal.ProcessSeen seen -> tree.word("process", seen.state());
            case Signal.Requested requested -> tree.tree("request", ResetCodec.write(requested.request()));
            case Signal.SituationRead read ->
                tree.tree("reading", ReadingCodec.write(read.situation())).flag("steady", read.steady());
            case Signal.CountersRead read -> tree.tree("counters", ReadingCodec.write(read.counters()));
            case Signal.RunStateRead read ->
                tree.text("runState", read.runState().text());
            case Signal.ReadFailed failed -> tree.text("why", failed.why());
            case Signal.Acknowledged reply -> tree.text("reset", reply.reset());
            case Signal.Rejected reply -> tree.text("reset", reply.reset()).text("why", reply.why());
            case Signal.ReplyLost reply -> tree.text("reset", reply.reset()).text("why", reply.why());
            case Signal.RebootActionSet reply -> tree.text("reset", reply.reset());
            case Signal.RebootActionRejected reply ->
                tree.text("reset", reply.reset()).text("why", reply.why());
            case Signal.BeforeContRead read ->
                tree.text("reset", read.reset())
                        .text("runState", read.runState().text())
                        .tree("counters", ReadingCodec.write(read.counters()));
            case Signal.Continued reply -> tree.text("reset", reply.reset());
            case Signal.ContRejected reply -> tree.text("reset", reply.reset()).text("why", reply.why());
            case Signal.ContLost reply -> tree.text("reset", reply.reset()).text("why", reply.why());
            case Signal.ResetSeen reset ->
                tree.instant("emittedAt", reset.emittedAt())
                        .flag("byGuest", reset.byGuest())
                        .text("reason", reset.reason());
            case Signal.ResetsRepeated resets ->
                tree.number("count", resets.count())
                        .instant("first", resets.first())
                        .instant("last", resets.last())
                        .flag("byGuest", resets.byGuest())
                        .text("reason", resets.reason());
            case Signal.ShutdownSeen shutdown -> tree.text("reason", shutdown.reason());
            case Signal.StateInDoubt doubt -> tree.text("event", doubt.event());
            case Signal.MemoryFailureSeen failure -> tree.text("detail", failure.detail());
            case Signal.PanicSeen panic -> tree.text("action", panic.action()).text("detail", panic.detail());
            case Signal.StopSeen _, Signal.ResumeSeen _, Signal.SuspendSeen _, Signal.WakeupSeen _, Signal.Tick _ -> {}
        }
        return tree.done();
    }

    /**
     * The same, read back.
     *
     * @throws CodecException when it is no such tree, or one of a newer version
     */
    public static Signal read(Map<String, ?> tree) {
        var reader = TreeReader.of(tree, "");
        Version.of(reader);
        return SignalReader.read(reader);
    }

    private SignalCodec() {}
}
