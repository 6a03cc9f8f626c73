package io.reseal.policy.codec;

import io.reseal.policy.GuestKind;
import io.reseal.policy.Level;
import io.reseal.policy.hazard.Hazard;
import io.reseal.policy.hazard.HazardId;
import io.reseal.policy.reset.Evidence;
import io.reseal.policy.reset.EvidenceKind;
import io.reseal.policy.reset.Origin;
import io.reseal.policy.reset.Outcome;
import io.reseal.policy.reset.Reset;
import io.reseal.policy.reset.Reset.Conclusion;
import io.reseal.policy.reset.Reset.Loop;
import io.reseal.policy.reset.Reset.Request;
import io.reseal.policy.reset.Reset.Times;
import io.reseal.policy.reset.Verdict;
import java.util.Map;
import java.util.Set;

/** What is published of a reset. */
final class ResetCodec {
    static Map<String, Object> write(Reset reset) {
        return new TreeWriter()
                .text("id", reset.id())
                .text("guest", reset.guest())
                .word("kind", reset.kind())
                .tree("request", write(reset.request()))
                .list("hazards", reset.hazards(), ResetCodec::write)
                .list("evidence", reset.evidence(), ResetCodec::write)
                .tree("times", write(reset.times()))
                .tree("conclusion", reset.conclusion(), ResetCodec::write)
                .number("echoes", reset.echoes())
                .tree("loop", reset.loop(), ResetCodec::write)
                .done();
    }

    static Reset read(TreeReader tree) {
        return new Reset(
                tree.text("id"),
                tree.text("guest"),
                tree.word("kind", GuestKind.class),
                tree.tree("request", ResetCodec::request),
                tree.list("hazards", ResetCodec::hazard),
                tree.list("evidence", ResetCodec::evidence),
                tree.tree("times", ResetCodec::times),
                tree.maybeTree("conclusion", ResetCodec::conclusion),
                tree.has("echoes") ? tree.smallNumber("echoes") : 0,
                tree.maybeTree("loop", ResetCodec::loop));
    }

    private static Map<String, Object> write(Loop loop) {
        return new TreeWriter()
                .number("count", loop.count())
                .instant("first", loop.first())
                .instant("last", loop.last())
                .done();
    }

    private static Loop loop(TreeReader tree) {
        return new Loop(tree.number("count"), tree.instant("first"), tree.instant("last"));
    }

    static Map<String, Object> write(Request request) {
        return new TreeWriter()
                .word("origin", request.origin())
                .text("by", request.by())
                .text("reason", request.reason())
                .tree("proof", PolicyCodec.write(request.proof()))
                .words("forced", request.forced())
                .done();
    }

    static Request request(TreeReader tree) {
        return new Request(
                tree.word("origin", Origin.class),
                tree.maybeText("by"),
                tree.text("reason"),
                tree.tree("proof", PolicyCodec::proof),
                Set.copyOf(tree.words("forced", HazardId.class)));
    }

    private static Map<String, Object> write(Hazard hazard) {
        return new TreeWriter()
                .word("id", hazard.id())
                .text("consequence", hazard.consequence())
                .text("cure", hazard.cure())
                .flag("stops", hazard.stops())
                .flag("forceable", hazard.forceable())
                .done();
    }

    private static Hazard hazard(TreeReader tree) {
        return new Hazard(
                tree.word("id", HazardId.class),
                tree.text("consequence"),
                tree.text("cure"),
                tree.flag("stops"),
                tree.flag("forceable"));
    }

    private static Map<String, Object> write(Evidence evidence) {
        return new TreeWriter()
                .instant("at", evidence.at())
                .word("kind", evidence.kind())
                .word("outcome", evidence.outcome())
                .word("level", evidence.level())
                .text("detail", evidence.detail())
                .done();
    }

    private static Evidence evidence(TreeReader tree) {
        return new Evidence(
                tree.instant("at"),
                tree.word("kind", EvidenceKind.class),
                tree.word("outcome", Outcome.class),
                tree.maybeWord("level", Level.class),
                tree.text("detail"));
    }

    private static Map<String, Object> write(Times times) {
        return new TreeWriter()
                .instant("requestedAt", times.requestedAt())
                .instant("observedAt", times.observedAt())
                .instant("provenAt", times.provenAt())
                .instant("closedAt", times.closedAt())
                .done();
    }

    private static Times times(TreeReader tree) {
        return new Times(
                tree.instant("requestedAt"),
                tree.maybeInstant("observedAt"),
                tree.maybeInstant("provenAt"),
                tree.maybeInstant("closedAt"));
    }

    private static Map<String, Object> write(Conclusion conclusion) {
        return new TreeWriter()
                .word("verdict", conclusion.verdict())
                .word("level", conclusion.level())
                .text("summary", conclusion.summary())
                .done();
    }

    private static Conclusion conclusion(TreeReader tree) {
        return new Conclusion(
                tree.word("verdict", Verdict.class), tree.maybeWord("level", Level.class), tree.text("summary"));
    }

    private ResetCodec() {}
}
