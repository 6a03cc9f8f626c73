package io.reseal.daemon.host;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A file of {@code -readconfig}, as QEMU reads it (QEMU 11.1, {@code util/qemu-config.c:qemu_config_foreach}): the sections that
 * matter, as the equivalent options. QEMU exits at a line that it cannot parse, so such lines are not reported here.
 */
final class ConfigSections {
    private static final Pattern GROUP_WITH_ID = Pattern.compile("^\\[\\s*(\\S{1,63})\\s+\"([^\"]{1,63})\".*");
    private static final Pattern GROUP = Pattern.compile("^\\[([^\\]]{1,63}).*");
    private static final Pattern VALUE = Pattern.compile("^\\s*(\\S{1,63})\\s*=\\s*\"([^\"]{0,1023})\".*");
    private static final String TYPE = "qom-type";

    /** A section; of a key that is there twice the last value counts. */
    private record Section(String group, Map<String, String> values) {
        List<String> arguments() {
            return switch (group) {
                case "action", "machine" -> List.of("-" + group, pairs());
                case "object" -> List.of("-object", values.getOrDefault(TYPE, "") + "," + pairs());
                default -> List.of();
            };
        }

        /** A comma is written twice in a value. */
        private String pairs() {
            return values.entrySet().stream()
                    .filter(value -> !value.getKey().equals(TYPE))
                    .map(value -> value.getKey() + "=" + value.getValue().replace(",", ",,"))
                    .collect(Collectors.joining(","));
        }
    }

    static List<String> arguments(String text) {
        var sections = new ArrayList<Section>();
        text.lines().filter(line -> !line.isEmpty() && !line.startsWith("#")).forEach(line -> take(line, sections));
        return sections.stream()
                .flatMap(section -> section.arguments().stream())
                .toList();
    }

    private static void take(String line, List<Section> sections) {
        var named = GROUP_WITH_ID.matcher(line);
        var group = GROUP.matcher(line);
        var value = VALUE.matcher(line);
        if (named.matches()) {
            sections.add(new Section(named.group(1), new LinkedHashMap<>(Map.of("id", named.group(2)))));
        } else if (group.matches()) {
            sections.add(new Section(group.group(1), new LinkedHashMap<>()));
        } else if (value.matches() && !sections.isEmpty()) {
            sections.getLast().values().put(value.group(1), value.group(2));
        }
    }

    private ConfigSections() {}
}
