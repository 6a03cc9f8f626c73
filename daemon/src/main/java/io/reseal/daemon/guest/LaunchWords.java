package io.reseal.daemon.guest;

import io.reseal.policy.Launch;
import io.reseal.policy.Launch.Firmware;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** What a guest is launched from, for people; properties keep the names that QEMU gives them. */
final class LaunchWords {
    /**
     * In display order.
     *
     * @param constants what does not change while QEMU lives
     */
    static Map<String, String> of(Map<String, String> constants, Launch next) {
        var words = new LinkedHashMap<>(constants);
        next.firmware().flatMap(Firmware::file).ifPresent(file -> {
            words.put("firmwareSha256", file.sha256());
            words.put("firmwareBytes", Long.toString(file.size()));
        });
        next.measurement().ifPresent(measurement -> words.put("measurement", measurement));
        words.putAll(new TreeMap<>(next.properties()));
        words.values().removeIf(String::isEmpty);
        return words;
    }

    private LaunchWords() {}
}
