package io.reseal.policy.codec;

import io.reseal.policy.Prediction;
import io.reseal.policy.Prediction.Interrupts;
import io.reseal.policy.launch.HostCapacity;
import io.reseal.policy.launch.Launch;
import io.reseal.policy.launch.Launch.Bundle;
import io.reseal.policy.launch.Launch.Contents;
import io.reseal.policy.launch.Launch.Fingerprint;
import io.reseal.policy.launch.Launch.Firmware;
import io.reseal.policy.launch.Launch.Start;
import io.reseal.policy.launch.LaunchHistory;
import io.reseal.policy.launch.LaunchHistory.Loaded;
import io.reseal.policy.launch.PastLaunches;
import java.util.Map;
import java.util.Set;

/** What guests are launched from, and what the host has left. */
final class LaunchCodec {
    static Map<String, Object> write(Launch launch) {
        return new TreeWriter()
                .map("properties", launch.properties())
                .text("measurement", launch.measurement())
                .tree("firmware", launch.firmware(), LaunchCodec::write)
                .tree("igvm", launch.igvm(), LaunchCodec::write)
                .tree("expected", launch.expected(), LaunchCodec::write)
                .tree("start", launch.start(), LaunchCodec::write)
                .done();
    }

    static Launch read(TreeReader tree) {
        return new Launch(
                tree.textMap("properties"),
                tree.maybeText("measurement"),
                tree.maybeTree("firmware", LaunchCodec::firmware),
                tree.maybeTree("igvm", LaunchCodec::bundle),
                tree.maybeTree("expected", LaunchCodec::prediction),
                tree.maybeTree("start", LaunchCodec::start));
    }

    private static Map<String, Object> write(Firmware firmware) {
        return new TreeWriter()
                .text("path", firmware.path())
                .flag("pflash", firmware.pflash())
                .tree("file", firmware.file(), LaunchCodec::write)
                .flag("olderThanProcess", firmware.olderThanProcess())
                .done();
    }

    private static Firmware firmware(TreeReader tree) {
        return new Firmware(
                tree.text("path"),
                tree.flag("pflash"),
                tree.maybeTree("file", LaunchCodec::fingerprint),
                tree.flag("olderThanProcess"));
    }

    private static Map<String, Object> write(Fingerprint file) {
        return new TreeWriter()
                .number("size", file.size())
                .text("sha256", file.sha256())
                .number("inode", file.inode())
                .number("modifiedMillis", file.modifiedMillis())
                .done();
    }

    private static Fingerprint fingerprint(TreeReader tree) {
        return new Fingerprint(
                tree.number("size"), tree.text("sha256"), tree.number("inode"), tree.number("modifiedMillis"));
    }

    private static Map<String, Object> write(Bundle bundle) {
        return new TreeWriter()
                .text("path", bundle.path())
                .tree("file", bundle.file(), LaunchCodec::write)
                .flag("olderThanProcess", bundle.olderThanProcess())
                .flag("gone", bundle.gone())
                .texts("objects", bundle.objects())
                .text("linked", bundle.linked())
                .tree(
                        "contents",
                        bundle.contents(),
                        contents -> new TreeWriter()
                                .number("policy", contents.policy())
                                .text("demanded", contents.demanded())
                                .done())
                .done();
    }

    private static Bundle bundle(TreeReader tree) {
        return new Bundle(
                tree.text("path"),
                tree.maybeTree("file", LaunchCodec::fingerprint),
                tree.flag("olderThanProcess"),
                tree.flag("gone"),
                Set.copyOf(tree.texts("objects")),
                tree.maybeText("linked"),
                tree.maybeTree(
                        "contents",
                        contents -> new Contents(contents.maybeNumber("policy"), contents.maybeText("demanded"))));
    }

    private static Map<String, Object> write(Start start) {
        return new TreeWriter()
                .number("policy", start.policy())
                .texts("bundles", start.bundles())
                .text("own", start.own())
                .done();
    }

    private static Start start(TreeReader tree) {
        return new Start(tree.maybeNumber("policy"), Set.copyOf(tree.texts("bundles")), tree.maybeText("own"));
    }

    private static Map<String, Object> write(Prediction prediction) {
        return new TreeWriter()
                .text("digest", prediction.digest())
                .tree(
                        "interrupts",
                        prediction.interrupts(),
                        interrupts -> new TreeWriter()
                                .number("vcpus", interrupts.vcpus())
                                .text("first", interrupts.first())
                                .text("all", interrupts.all())
                                .texts("others", interrupts.others())
                                .flag("complete", interrupts.complete())
                                .done())
                .done();
    }

    private static Prediction prediction(TreeReader tree) {
        return new Prediction(
                tree.text("digest"),
                tree.maybeTree(
                        "interrupts",
                        interrupts -> new Interrupts(
                                interrupts.smallNumber("vcpus"),
                                interrupts.text("first"),
                                interrupts.text("all"),
                                Set.copyOf(interrupts.texts("others")),
                                interrupts.flag("complete"))));
    }

    static Map<String, Object> write(HostCapacity capacity) {
        return new TreeWriter()
                .number("keys", capacity.keys())
                .number("descriptors", capacity.descriptors())
                .number("leaked", capacity.leaked())
                .number("memory", capacity.memory())
                .done();
    }

    static HostCapacity capacity(TreeReader tree) {
        return new HostCapacity(
                tree.maybeNumber("keys"),
                tree.maybeNumber("descriptors"),
                tree.maybeNumber("leaked"),
                tree.maybeNumber("memory"));
    }

    static Map<String, Object> write(LaunchHistory launches) {
        return new TreeWriter()
                .tree("launched", write(launches.launched()))
                .flag("read", launches.read())
                .instant("loadedBy", launches.loadedBy())
                .tree("next", write(launches.next()))
                .tree("capacity", write(launches.room()))
                .number("resets", launches.past().resets())
                .flag("hasRun", launches.past().hasRun())
                .flag("counted", launches.past().counted())
                .tree("former", launches.former(), LaunchCodec::write)
                .done();
    }

    static LaunchHistory history(TreeReader tree) {
        return new LaunchHistory(
                tree.tree("launched", LaunchCodec::read),
                tree.flag("read"),
                tree.maybeInstant("loadedBy"),
                tree.tree("next", LaunchCodec::read),
                tree.tree("capacity", LaunchCodec::capacity),
                new PastLaunches(tree.number("resets"), tree.flag("hasRun"), tree.flag("counted")),
                tree.maybeTree("former", LaunchCodec::loaded));
    }

    private static Map<String, Object> write(Loaded loaded) {
        return new TreeWriter()
                .tree("launch", write(loaded.launch()))
                .flag("firmwareKnown", loaded.firmwareKnown())
                .flag("vcpusKnown", loaded.vcpusKnown())
                .done();
    }

    private static Loaded loaded(TreeReader tree) {
        return new Loaded(tree.tree("launch", LaunchCodec::read), tree.flag("firmwareKnown"), tree.flag("vcpusKnown"));
    }

    private LaunchCodec() {}
}
