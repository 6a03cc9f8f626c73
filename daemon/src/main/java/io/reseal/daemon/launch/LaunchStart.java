package io.reseal.daemon.launch;

import io.reseal.policy.launch.Launch;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a QEMU command line says about the first launch. QMP has only the present values. */
public final class LaunchStart {
    /** Of the objects that are given no policy (QEMU 11.1, qapi/qom.json). */
    private static final Map<String, String> USUAL_POLICY = Map.of("sev-guest", "0x1", "sev-snp-guest", "0x30000");

    /**
     * Empty where the command line cannot be seen, or does not say everything, since a file was read as well.
     *
     * @param object QOM path of the confidential-guest object, or of the bundle of a plain guest; empty where there is neither
     */
    public static Optional<Launch.Start> of(List<String> arguments, String object) {
        var objects = ObjectOptions.of(arguments);
        var id = object.substring(object.lastIndexOf('/') + 1);
        var found = objects.id(id);
        boolean all = !arguments.contains("-readconfig") && !arguments.contains("--readconfig");
        if (!all || (found.isEmpty() && !object.isEmpty())) {
            return Optional.empty();
        }
        var bundles = objects.ofType(IgvmObjectReader.TYPE).stream()
                .map(bundle -> bundle.getOrDefault("id", ""))
                .collect(Collectors.toSet());
        return Optional.of(new Launch.Start(
                found.map(LaunchStart::policy).orElse(OptionalLong.empty()), bundles, ownBundle(arguments)));
    }

    /** The id of the bundle that the machine option names; of several such options the last one that does. */
    public static Optional<String> ownBundle(List<String> arguments) {
        return Stream.of("-machine", "--machine", "-M", "--M")
                .flatMap(option -> ObjectOptions.valuesOf(arguments, option))
                .flatMap(machine ->
                        Stream.ofNullable(ObjectOptions.properties(machine).get(IgvmObjectReader.TYPE)))
                .reduce((_, later) -> later);
    }

    private static OptionalLong policy(Map<String, String> object) {
        var usual = USUAL_POLICY.getOrDefault(object.getOrDefault(ObjectOptions.TYPE, ""), "");
        try {
            return OptionalLong.of(Long.decode(object.getOrDefault(LaunchReader.SEV_BITS, usual)));
        } catch (NumberFormatException _) {
            return OptionalLong.empty();
        }
    }

    private LaunchStart() {}
}
