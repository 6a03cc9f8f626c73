package io.reseal.policy.codec;

import io.reseal.policy.RunState;
import io.reseal.policy.state.Connection;
import io.reseal.policy.state.Connection.Link;
import io.reseal.policy.state.Echo;
import io.reseal.policy.state.Execution;
import io.reseal.policy.state.Execution.Shutdown;
import io.reseal.policy.state.Execution.Stop;
import io.reseal.policy.state.GuestState;
import io.reseal.policy.state.GuestState.Header;
import io.reseal.policy.state.Identity;
import io.reseal.policy.state.Identity.ResetIds;
import io.reseal.policy.state.Incarnation;
import io.reseal.policy.state.ResetLoop;
import io.reseal.policy.state.Resets;
import io.reseal.policy.state.Resets.LastReset;
import io.reseal.policy.state.Resets.Pending;
import java.util.Map;

/** The state of a guest, and what must be known before its first signal. */
public final class StateCodec {
    /** A state as a tree. */
    public static Map<String, Object> write(GuestState guest) {
        return new TreeWriter()
                .number(Version.MEMBER, Version.CURRENT)
                .tree("identity", write(guest.identity()))
                .tree("connection", write(guest.connection()))
                .tree("execution", write(guest.execution()))
                .tree("incarnation", write(guest.incarnation()))
                .tree("resets", write(guest.resets()))
                .done();
    }

    /**
     * The same, read back.
     *
     * @throws CodecException when it is no such tree, or one of a newer version
     */
    public static GuestState read(Map<String, ?> tree) {
        return state(TreeReader.of(tree, ""));
    }

    static GuestState state(TreeReader tree) {
        Version.of(tree);
        return new GuestState(
                tree.tree("identity", StateCodec::identity),
                tree.tree("connection", StateCodec::connection),
                tree.tree("execution", StateCodec::execution),
                tree.tree("incarnation", StateCodec::incarnation),
                tree.tree("resets", StateCodec::resets));
    }

    /** A header as a tree. */
    public static Map<String, Object> write(Header header) {
        return new TreeWriter()
                .number(Version.MEMBER, Version.CURRENT)
                .text("name", header.name())
                .text("idPrefix", header.idPrefix())
                .tree("policy", PolicyCodec.write(header.policy()))
                .instant("at", header.at())
                .done();
    }

    /**
     * The same, read back.
     *
     * @throws CodecException when it is no such tree, or one of a newer version
     */
    public static Header readHeader(Map<String, ?> tree) {
        var reader = TreeReader.of(tree, "");
        Version.of(reader);
        return new Header(
                reader.text("name"),
                reader.text("idPrefix"),
                reader.tree("policy", PolicyCodec::read),
                reader.instant("at"));
    }

    private static Map<String, Object> write(Identity identity) {
        return new TreeWriter()
                .text("name", identity.name())
                .text("idPrefix", identity.ids().prefix())
                .number("nextId", identity.ids().next())
                .tree("policy", PolicyCodec.write(identity.policy()))
                .tree("facts", identity.facts(), FactsCodec::write)
                .done();
    }

    private static Identity identity(TreeReader tree) {
        return new Identity(
                tree.text("name"),
                new ResetIds(tree.text("idPrefix"), tree.number("nextId")),
                tree.tree("policy", PolicyCodec::read),
                tree.maybeTree("facts", FactsCodec::read));
    }

    private static Map<String, Object> write(Connection connection) {
        return new TreeWriter()
                .word("link", connection.link())
                .instant("lostAt", connection.lostAt())
                .instant("aliveAt", connection.aliveAt())
                .duration("offset", connection.offset())
                .instant("clockSetAt", connection.clockSetAt())
                .done();
    }

    private static Connection connection(TreeReader tree) {
        return new Connection(
                tree.word("link", Link.class),
                tree.maybeInstant("lostAt"),
                tree.maybeInstant("aliveAt"),
                tree.duration("offset"),
                tree.maybeInstant("clockSetAt"));
    }

    private static Map<String, Object> write(Execution execution) {
        return new TreeWriter()
                .text("runState", execution.runState().text())
                .flag("migrating", execution.migrating())
                .tree(
                        "stop",
                        execution.stop(),
                        stop -> new TreeWriter()
                                .instant("at", stop.at())
                                .flag("explained", stop.explained())
                                .flag("asleep", stop.asleep())
                                .done())
                .tree(
                        "shutdown",
                        execution.shutdown(),
                        shutdown -> new TreeWriter()
                                .text("reason", shutdown.reason())
                                .flag("reboot", shutdown.reboot())
                                .flag("stays", shutdown.stays())
                                .done())
                .done();
    }

    private static Execution execution(TreeReader tree) {
        return new Execution(
                new RunState(tree.text("runState")),
                tree.flag("migrating"),
                tree.maybeTree(
                        "stop", stop -> new Stop(stop.instant("at"), stop.flag("explained"), stop.flag("asleep"))),
                tree.maybeTree(
                        "shutdown",
                        told -> new Shutdown(told.text("reason"), told.flag("reboot"), told.flag("stays"))));
    }

    private static Map<String, Object> write(Incarnation incarnation) {
        return new TreeWriter()
                .number("number", incarnation.number())
                .instant("since", incarnation.since())
                .tree("counters", incarnation.counters(), ReadingCodec::write)
                .tree("launches", LaunchCodec.write(incarnation.launches()))
                .flag("rebuildFailed", incarnation.rebuildFailed())
                .tree("doubted", incarnation.doubted(), ReadingCodec::write)
                .done();
    }

    private static Incarnation incarnation(TreeReader tree) {
        return new Incarnation(
                tree.smallNumber("number"),
                tree.instant("since"),
                tree.maybeTree("counters", ReadingCodec::counters),
                tree.tree("launches", LaunchCodec::history),
                tree.flag("rebuildFailed"),
                tree.maybeTree("doubted", ReadingCodec::counters));
    }

    private static Map<String, Object> write(Resets resets) {
        return new TreeWriter()
                .tree("pending", resets.pending(), StateCodec::write)
                .tree("open", resets.open(), OpenResetCodec::write)
                .tree("last", resets.last(), StateCodec::write)
                .text("unanswered", resets.unanswered())
                .tree("loop", resets.loop(), StateCodec::write)
                .done();
    }

    private static Resets resets(TreeReader tree) {
        return new Resets(
                tree.maybeTree("pending", StateCodec::pending),
                tree.maybeTree("open", OpenResetCodec::read),
                tree.maybeTree("last", StateCodec::last),
                tree.maybeText("unanswered"),
                tree.maybeTree("loop", StateCodec::loop));
    }

    private static Map<String, Object> write(ResetLoop loop) {
        return new TreeWriter()
                .tree("record", ResetCodec.write(loop.record()))
                .instant("heardAt", loop.heardAt())
                .done();
    }

    private static ResetLoop loop(TreeReader tree) {
        return new ResetLoop(tree.tree("record", ResetCodec::read), tree.instant("heardAt"));
    }

    private static Map<String, Object> write(Pending pending) {
        return new TreeWriter()
                .tree("request", ResetCodec.write(pending.request()))
                .instant("until", pending.until())
                .flag("reading", pending.reading())
                .flag("waited", pending.waited())
                .done();
    }

    private static Pending pending(TreeReader tree) {
        return new Pending(
                tree.tree("request", ResetCodec::request),
                tree.instant("until"),
                tree.flag("reading"),
                tree.flag("waited"));
    }

    private static Map<String, Object> write(LastReset last) {
        return new TreeWriter()
                .text("id", last.id())
                .instant("emittedAt", last.emittedAt())
                .tree("echo", write(last.echo()))
                .done();
    }

    private static LastReset last(TreeReader tree) {
        return new LastReset(tree.text("id"), tree.instant("emittedAt"), tree.tree("echo", StateCodec::echo));
    }

    private static Map<String, Object> write(Echo echo) {
        return new TreeWriter()
                .flag("came", echo.came())
                .instant("ranSince", echo.ranSince())
                .instant("seenAt", echo.seenAt())
                .instant("queriedAt", echo.queriedAt())
                .instant("lookAt", echo.lookAt())
                .done();
    }

    private static Echo echo(TreeReader tree) {
        return new Echo(
                tree.flag("came"),
                tree.instant("ranSince"),
                tree.instant("seenAt"),
                tree.maybeInstant("queriedAt"),
                tree.instant("lookAt"));
    }

    private StateCodec() {}
}
