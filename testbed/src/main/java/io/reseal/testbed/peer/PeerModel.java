package io.reseal.testbed.peer;

import io.reseal.testbed.TestbedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/**
 * What a scripted peer pretends to be, with the replies that QEMU 11.1.3 gave to the same commands under KVM. Confined to
 * the holder of its peer's lock.
 */
final class PeerModel {
    static final String SUPPORT_PATH = "/objects/cgs0";

    private final TreeMap<Integer, Long> counters = new TreeMap<>(Map.of(0, 10_000L));
    private final Map<String, Map<String, Object>> objects = new HashMap<>();
    private Optional<String> supportType = Optional.empty();
    private String version = "11.1.3";
    private String name = "peer";
    private UUID uuid = new UUID(0, 0);
    private String runState = "running";
    private String sevState = "running";

    PeerModel() {
        property("/machine", "type", "pc-q35-11.1-machine");
        property("/machine", "confidential-guest-support", "");
        property("/machine", "x-change-vmfd-on-reset", false);
        property("/machine", "firmware", "");
        property("/machine", "kernel", "");
    }

    void property(String path, String property, Object value) {
        objects.computeIfAbsent(path, _ -> new HashMap<>()).put(property, value);
    }

    void support(String type) {
        supportType = Optional.of(type);
        property("/machine", "confidential-guest-support", SUPPORT_PATH);
        property(SUPPORT_PATH, "type", type);
    }

    void counter(int vcpu, long exits) {
        counters.put(vcpu, exits);
    }

    void version(String version) {
        this.version = version;
    }

    String version() {
        return version;
    }

    void name(String name) {
        this.name = name;
    }

    void uuid(UUID uuid) {
        this.uuid = uuid;
    }

    void runState(String runState) {
        this.runState = runState;
    }

    String runState() {
        return runState;
    }

    void sevState(String sevState) {
        this.sevState = sevState;
    }

    boolean isTdx() {
        return supportType.filter("tdx-guest"::equals).isPresent();
    }

    /** Whether a reset makes a new VM: for protected vCPUs, and where QEMU's test property is on. */
    boolean rebuildsOnReset() {
        return isTdx()
                || supportType.filter("sev-snp-guest"::equals).isPresent()
                || valueOf("/machine", "x-change-vmfd-on-reset")
                        .map(String::valueOf)
                        .filter("true"::equals)
                        .isPresent();
    }

    void rebuild() {
        counters.replaceAll((_, _) -> 7L);
    }

    Optional<Object> valueOf(String path, String property) {
        return Optional.ofNullable(objects.get(path)).map(all -> all.get(property));
    }

    /** As {@code qom-list-get} tells them. */
    List<Map<String, Object>> valuesOf(String path) {
        return objects.getOrDefault(path, Map.of()).entrySet().stream()
                .map(each -> Map.<String, Object>of("name", each.getKey(), "type", "any", "value", each.getValue()))
                .toList();
    }

    boolean hasObject(String path) {
        return objects.containsKey(path);
    }

    /** The reply to a command that only asks; empty when QEMU has no such command. */
    Optional<Object> answer(PeerCommand command) {
        return Optional.ofNullable(
                switch (command.name()) {
                    case "query-version" -> Map.of("qemu", versionParts(), "package", "");
                    case "query-status" -> Map.of("status", runState, "running", runState.equals("running"));
                    case "query-name" -> Map.of("name", name);
                    case "query-uuid" -> Map.of("UUID", uuid.toString());
                    case "query-accelerators" -> Map.of("enabled", "kvm", "present", List.of("kvm", "mshv", "tcg"));
                    case "query-kvm" -> Map.of("enabled", true, "present", true);
                    case "query-current-machine" -> Map.of("wakeup-suspend-support", true);
                    case "query-migrate", "set-action" -> Map.of();
                    case "query-cpus-fast" -> cpus();
                    case "query-stats" ->
                        stats(command.arguments().path("target").asString(""));
                    case "query-sev" -> sev();
                    case "qom-list" ->
                        objectsBelow(command.arguments().path("path").asString(""));
                    default -> null;
                });
    }

    private Map<String, Integer> versionParts() {
        var part = version.split("\\.", -1);
        return Map.of(
                "major",
                Integer.parseInt(part[0]),
                "minor",
                Integer.parseInt(part[1]),
                "micro",
                Integer.parseInt(part[2]));
    }

    private List<Map<String, Object>> cpus() {
        return counters.keySet().stream()
                .map(vcpu -> Map.<String, Object>of(
                        "cpu-index",
                        vcpu,
                        "thread-id",
                        ownThread(vcpu),
                        "qom-path",
                        cpuPath(vcpu),
                        "qom-type",
                        "host-x86_64-cpu",
                        "target",
                        "x86_64",
                        "props",
                        Map.of("socket-id", 0, "core-id", vcpu, "thread-id", 0)))
                .toList();
    }

    /** One of this process, as those are that QEMU tells; the oldest ones stay. */
    private static long ownThread(int vcpu) {
        var first = Long.toString(ProcessHandle.current().pid());
        try (var tasks = Files.list(Path.of("/proc/self/task"))) {
            var others = tasks.map(task -> task.getFileName().toString())
                    .filter(name -> !name.equals(first))
                    .map(Long::valueOf)
                    .sorted()
                    .toList();
            return others.get(vcpu % others.size());
        } catch (IOException refused) {
            throw new TestbedException("the threads of this process cannot be told: " + refused.getMessage(), refused);
        }
    }

    /** QEMU lists the vCPUs in no promised order; the last comes first here, as it was seen. */
    private List<Map<String, Object>> stats(String target) {
        if (!target.equals("vcpu")) {
            return List.of();
        }
        return counters.descendingMap().entrySet().stream()
                .map(each -> Map.<String, Object>of(
                        "provider", "kvm",
                        "qom-path", cpuPath(each.getKey()),
                        "stats", List.of(Map.of("name", "exits", "value", each.getValue()))))
                .toList();
    }

    /** device[1] is not a vCPU on q35. */
    private static String cpuPath(int vcpu) {
        return "/machine/unattached/device[%d]".formatted(vcpu == 0 ? 0 : vcpu + 1);
    }

    private Map<String, Object> sev() {
        boolean enabled = supportType.filter(type -> type.startsWith("sev-")).isPresent();
        var reply = new HashMap<String, Object>(Map.of(
                "enabled",
                enabled,
                "api-major",
                enabled ? 1 : 0,
                "api-minor",
                enabled ? 55 : 0,
                "build-id",
                enabled ? 21 : 0,
                "state",
                enabled ? sevState : "uninit"));
        if (supportType.filter("sev-snp-guest"::equals).isPresent()) {
            reply.putAll(Map.of("sev-type", "sev-snp", "snp-policy", 0x30000));
        } else {
            reply.putAll(Map.of("sev-type", "sev", "handle", enabled ? 1 : 0, "policy", enabled ? 5 : 0));
        }
        return reply;
    }

    private List<Map<String, Object>> objectsBelow(String path) {
        var found = new ArrayList<Map<String, Object>>(List.of(Map.of("name", "type", "type", "string")));
        objects.forEach((object, properties) -> {
            if (object.startsWith(path + "/") && properties.containsKey("type")) {
                found.add(Map.of(
                        "name", object.substring(path.length() + 1), "type", "child<" + properties.get("type") + ">"));
            }
        });
        return found;
    }
}
