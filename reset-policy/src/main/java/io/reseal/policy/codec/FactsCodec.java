package io.reseal.policy.codec;

import io.reseal.policy.GuestFacts;
import io.reseal.policy.GuestKind;
import io.reseal.policy.QemuIdentity;
import io.reseal.policy.QemuIdentity.ProcessId;
import io.reseal.policy.QemuIdentity.SocketId;
import io.reseal.policy.QemuRelease;
import io.reseal.policy.RebootAction;
import java.util.Map;

/** What a guest is. */
final class FactsCodec {
    static Map<String, Object> write(GuestFacts facts) {
        return new TreeWriter()
                .text("uuid", facts.uuid())
                .tree("qemuProcess", write(facts.identity()))
                .flag("processSeen", facts.processSeen())
                .word("kind", facts.kind())
                .tree("qemu", write(facts.qemu()))
                .flag("kvm", facts.kvm())
                .flag("rebuildForced", facts.rebuildForced())
                .tree("rebootAction", write(facts.rebootAction()))
                .flag("firmwareEchoes", facts.firmwareEchoes())
                .done();
    }

    static GuestFacts read(TreeReader tree) {
        return new GuestFacts(
                tree.text("uuid"),
                tree.tree("qemuProcess", FactsCodec::identity),
                tree.flag("processSeen"),
                tree.word("kind", GuestKind.class),
                tree.tree("qemu", FactsCodec::release),
                tree.flag("kvm"),
                tree.flag("rebuildForced"),
                tree.tree("rebootAction", FactsCodec::rebootAction),
                tree.flag("firmwareEchoes"));
    }

    private static Map<String, Object> write(QemuIdentity identity) {
        return new TreeWriter()
                .tree("process", identity.process(), FactsCodec::write)
                .number("pidfd", identity.pidfd())
                .tree("socket", identity.socket(), FactsCodec::write)
                .number("thread", identity.thread())
                .done();
    }

    private static QemuIdentity identity(TreeReader tree) {
        return new QemuIdentity(
                tree.maybeTree(
                        "process", process -> new ProcessId(process.number("pid"), process.number("startTicks"))),
                tree.maybeNumber("pidfd"),
                tree.maybeTree(
                        "socket",
                        socket -> new SocketId(
                                socket.number("device"), socket.number("inode"), socket.number("bornNanos"))),
                tree.maybeNumber("thread"));
    }

    private static Map<String, Object> write(ProcessId process) {
        return new TreeWriter()
                .number("pid", process.pid())
                .number("startTicks", process.startTicks())
                .done();
    }

    private static Map<String, Object> write(SocketId socket) {
        return new TreeWriter()
                .number("device", socket.device())
                .number("inode", socket.inode())
                .number("bornNanos", socket.bornNanos())
                .done();
    }

    private static Map<String, Object> write(QemuRelease qemu) {
        return new TreeWriter()
                .number("major", qemu.major())
                .number("minor", qemu.minor())
                .number("micro", qemu.micro())
                .done();
    }

    private static QemuRelease release(TreeReader tree) {
        return new QemuRelease(tree.smallNumber("major"), tree.smallNumber("minor"), tree.smallNumber("micro"));
    }

    private static Map<String, Object> write(RebootAction action) {
        return new TreeWriter()
                .flag("shutdown", action.shutdown())
                .text("manager", action.manager())
                .done();
    }

    private static RebootAction rebootAction(TreeReader tree) {
        return new RebootAction(tree.flag("shutdown"), tree.maybeText("manager"));
    }

    private FactsCodec() {}
}
