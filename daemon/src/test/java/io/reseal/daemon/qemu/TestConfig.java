package io.reseal.daemon.qemu;

import io.reseal.config.ResealConfig;
import io.reseal.config.yaml.ConfigFile;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** A configuration file in the making: quick settings for tests, of which each may be changed. Immutable. */
record TestConfig(Map<String, String> values, String guests) {
    TestConfig {
        values = Map.copyOf(values);
    }

    /** Watches every {@code *.qmp} in {@code folder}, and has its admin socket there. */
    static TestConfig in(Path folder) {
        return new TestConfig(
                Map.ofEntries(
                        Map.entry("discovery.sockets", "[\"" + folder.resolve("*.qmp") + "\"]"),
                        Map.entry("discovery.rescan", "1s"),
                        Map.entry("policy.settle", "300ms"),
                        Map.entry("limits.concurrent-resets", "8"),
                        Map.entry("qmp.greeting-deadline", "1s"),
                        Map.entry("qmp.sample", "500ms"),
                        Map.entry("http.listen", "127.0.0.1:0"),
                        Map.entry(
                                "http.admin-socket",
                                folder.resolve("admin.sock").toString())),
                "[]");
    }

    /** The same, but for one key such as {@code qmp.sample}. */
    TestConfig with(String key, String value) {
        var changed = new TreeMap<>(values);
        changed.put(key, value);
        return new TestConfig(changed, guests);
    }

    /** The same with these named guests, as a YAML flow sequence. */
    TestConfig withGuests(String yaml) {
        return new TestConfig(values, yaml);
    }

    Path adminSocket() {
        return Path.of(values.getOrDefault("http.admin-socket", ""));
    }

    String yaml() {
        var yaml = new StringBuilder("guests: ").append(guests).append('\n');
        var section = "";
        for (var entry : new TreeMap<>(values).entrySet()) {
            int dot = entry.getKey().indexOf('.');
            var own = entry.getKey().substring(0, dot);
            if (!own.equals(section)) {
                section = own;
                yaml.append(section).append(":\n");
            }
            yaml.append("  ")
                    .append(entry.getKey().substring(dot + 1))
                    .append(": ")
                    .append(entry.getValue())
                    .append('\n');
        }
        return yaml.toString();
    }

    ResealConfig load() {
        return ConfigFile.parse("test.yaml", yaml()).config();
    }
}
