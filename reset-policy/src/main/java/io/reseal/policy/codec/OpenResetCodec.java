package io.reseal.policy.codec;

import io.reseal.policy.Finding;
import io.reseal.policy.Level;
import io.reseal.policy.Spelled;
import io.reseal.policy.reset.EvidenceKind;
import io.reseal.policy.reset.Verdict;
import io.reseal.policy.state.EvidenceLog;
import io.reseal.policy.state.Findings;
import io.reseal.policy.state.OpenReset;
import io.reseal.policy.state.OpenReset.Baseline;
import io.reseal.policy.state.OpenReset.Command;
import io.reseal.policy.state.OpenReset.Reply;
import io.reseal.policy.state.OpenReset.Schedule;
import io.reseal.policy.state.Phase;
import io.reseal.policy.state.Phase.Observation;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Collectors;

/** A reset under way. */
final class OpenResetCodec {
    static Map<String, Object> write(OpenReset open) {
        return new TreeWriter()
                .tree("log", write(open.log()))
                .map("findings", texts(open.findings().byLevel()))
                .tree("baseline", write(open.baseline()))
                .tree("command", write(open.command()))
                .tree("schedule", write(open.schedule()))
                .tree("phase", write(open.phase()))
                .done();
    }

    static OpenReset read(TreeReader tree) {
        return new OpenReset(
                tree.tree("log", OpenResetCodec::log),
                new Findings(tree.tree("findings", OpenResetCodec::findings)),
                tree.tree("baseline", OpenResetCodec::baseline),
                tree.tree("command", OpenResetCodec::command),
                tree.tree("schedule", OpenResetCodec::schedule),
                tree.tree("phase", OpenResetCodec::phase));
    }

    private static Map<String, String> texts(Map<Level, Finding> findings) {
        return findings.entrySet().stream()
                .collect(Collectors.toMap(
                        finding -> finding.getKey().text(),
                        finding -> finding.getValue().text()));
    }

    private static Map<Level, Finding> findings(TreeReader tree) {
        var findings = new EnumMap<Level, Finding>(Level.class);
        for (var level : Level.values()) {
            tree.maybeWord(level.text(), Finding.class).ifPresent(finding -> findings.put(level, finding));
        }
        return findings;
    }

    private static Map<String, Object> write(EvidenceLog log) {
        Map<String, Long> leftOut = log.leftOut().entrySet().stream()
                .collect(Collectors.toMap(kind -> kind.getKey().text(), kind -> (long) kind.getValue()));
        return new TreeWriter()
                .tree("reset", ResetCodec.write(log.reset()))
                .duration("offset", log.offset())
                .map("leftOut", leftOut)
                .done();
    }

    private static EvidenceLog log(TreeReader tree) {
        var leftOut = new EnumMap<EvidenceKind, Integer>(EvidenceKind.class);
        tree.numberMap("leftOut")
                .forEach((text, count) -> Spelled.find(EvidenceKind.class, text)
                        .ifPresent(kind -> leftOut.put(kind, Math.toIntExact(count))));
        return new EvidenceLog(tree.tree("reset", ResetCodec::read), tree.duration("offset"), leftOut);
    }

    private static Map<String, Object> write(Baseline baseline) {
        return new TreeWriter()
                .tree("counters", baseline.counters(), ReadingCodec::write)
                .tree("launches", LaunchCodec.write(baseline.launches()))
                .flag("ran", baseline.ran())
                .flag("rebuildExpected", baseline.rebuildExpected())
                .done();
    }

    private static Baseline baseline(TreeReader tree) {
        return new Baseline(
                tree.maybeTree("counters", ReadingCodec::counters),
                tree.tree("launches", LaunchCodec::history),
                tree.flag("ran"),
                tree.flag("rebuildExpected"));
    }

    private static Map<String, Object> write(Command command) {
        return new TreeWriter()
                .word("reply", command.reply())
                .flag("late", command.late())
                .flag("contDue", command.contDue())
                .done();
    }

    private static Command command(TreeReader tree) {
        return new Command(tree.word("reply", Reply.class), tree.flag("late"), tree.flag("contDue"));
    }

    private static Map<String, Object> write(Schedule schedule) {
        return new TreeWriter()
                .instant("deadline", schedule.deadline())
                .instant("wakeAt", schedule.wakeAt())
                .done();
    }

    private static Schedule schedule(TreeReader tree) {
        return new Schedule(tree.instant("deadline"), tree.maybeInstant("wakeAt"));
    }

    private static Map<String, Object> write(Phase phase) {
        var tree = new TreeWriter().text("name", phase.text());
        if (phase instanceof Phase.AfterReset after) {
            tree.tree("seen", write(after.seen()));
        }
        if (phase instanceof Phase.Unobserved unobserved) {
            tree.flag("suspect", unobserved.suspect());
        }
        if (phase instanceof Phase.Concluded concluded) {
            tree.word("verdict", concluded.verdict());
        }
        return tree.done();
    }

    private static Phase phase(TreeReader tree) {
        var name = tree.text("name");
        return switch (name) {
            case "setting-reboot-action" -> new Phase.SettingRebootAction();
            case "awaiting-reset" -> new Phase.AwaitingReset();
            case "settling" -> new Phase.Settling(seen(tree));
            case "suspect" -> new Phase.Suspect(seen(tree));
            case "unobserved" -> new Phase.Unobserved(seen(tree), tree.flag("suspect"));
            case "checking-before-cont" -> new Phase.CheckingBeforeCont(seen(tree));
            case "continuing" -> new Phase.Continuing(seen(tree));
            case "concluded" -> new Phase.Concluded(tree.word("verdict", Verdict.class));
            default -> throw tree.fault("name", "\"%s\" is no phase of a reset".formatted(name));
        };
    }

    private static Map<String, Object> write(Observation seen) {
        return new TreeWriter()
                .instant("settledAt", seen.settledAt())
                .flag("ranBefore", seen.ranBefore())
                .flag("ranSince", seen.ranSince())
                .flag("undated", seen.undated())
                .done();
    }

    private static Observation seen(TreeReader tree) {
        return tree.tree(
                "seen",
                seen -> new Observation(
                        seen.instant("settledAt"),
                        seen.flag("ranBefore"),
                        seen.flag("ranSince"),
                        seen.flag("undated")));
    }

    private OpenResetCodec() {}
}
