package io.reseal.daemon.launch;

import io.reseal.policy.Prediction;
import io.reseal.policy.launch.Launch;
import io.reseal.policy.launch.Launch.Firmware;
import io.reseal.policy.launch.LaunchHistory;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** What a guest is launched from, for people; properties keep the names that QEMU gives them. */
public final class LaunchDescription {
    /**
     * In display order.
     *
     * @param constants what does not change while QEMU lives
     * @param next as last read
     * @param launches of the guest's present life
     */
    public static Map<String, String> of(Map<String, String> constants, Launch next, LaunchHistory launches) {
        var words = new LinkedHashMap<>(constants);
        next.firmware().filter(file -> !file.pflash()).ifPresent(file -> words.put("firmware", file.path()));
        next.firmware().flatMap(Firmware::file).ifPresent(file -> {
            words.put("firmwareSha256", file.sha256());
            words.put("firmwareBytes", Long.toString(file.size()));
        });
        next.igvm().ifPresent(bundle -> bundle(words, bundle, launches.launched()));
        launches.expected().ifPresent(expected -> digests(words, expected));
        next.measurement().ifPresent(measurement -> words.put("measurement", measurement));
        words.putAll(new TreeMap<>(next.properties()));
        policy(words, next, launches.launched());
        words.values().removeIf(String::isEmpty);
        return words;
    }

    /** QMP shows the one that the next launch will have. */
    private static void policy(Map<String, String> words, Launch next, Launch launched) {
        var was = launched.properties().getOrDefault(LaunchReader.SEV_BITS, "");
        var is = next.properties().getOrDefault(LaunchReader.SEV_BITS, "");
        if (!was.isEmpty() && !was.equals(is)) {
            words.put(LaunchReader.SEV_BITS, was);
            words.put("policyOfNextLaunch", is);
        }
    }

    /** Those of a reset depend on the guest: see {@link Prediction}. */
    private static void digests(Map<String, String> words, Prediction expected) {
        words.put("launchDigest", expected.digest());
        expected.interrupts().ifPresent(enabled -> {
            words.put("launchDigestIfInterruptsEnabled", enabled.first());
            if (enabled.vcpus() > 1) {
                words.put("launchDigestIfAllInterruptsEnabled", enabled.all());
            }
        });
    }

    /** As its file is now: what QEMU has loaded may be another one. */
    private static void bundle(Map<String, String> words, Launch.Bundle bundle, Launch launched) {
        words.put("igvm", bundle.path());
        bundle.file().ifPresent(file -> {
            words.put("igvmSha256", file.sha256());
            words.put("igvmBytes", Long.toString(file.size()));
            words.put("igvmLoaded", loaded(bundle, launched));
        });
        if (bundle.gone()) {
            words.put("igvmLoaded", "gone from disk, QEMU keeps what it has");
        }
        words.put(
                "igvmObjects",
                String.join(", ", bundle.objects().stream().sorted().toList()));
    }

    /** The same content is the same file, whatever its time. */
    private static String loaded(Launch.Bundle bundle, Launch launched) {
        var known = launched.igvm().filter(Launch.Bundle::olderThanProcess).flatMap(Launch.Bundle::file);
        if (known.isEmpty()) {
            return "unknown: the file or its path is newer than QEMU";
        }
        boolean same =
                known.map(Launch.Fingerprint::sha256).equals(bundle.file().map(Launch.Fingerprint::sha256));
        return same ? "this file" : "another file, SHA-256 " + known.get().sha256();
    }

    private LaunchDescription() {}
}
