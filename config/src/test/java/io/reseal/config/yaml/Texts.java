package io.reseal.config.yaml;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.reseal.config.ResealConfig;
import java.util.List;

/** What reading a text named {@code f} comes to, as operators see it. */
public final class Texts {
    /** Keeps the warning about nothing to watch away. */
    static final String WATCHED = "discovery: {sockets: [/run/qemu/*.qmp]}\n";

    private Texts() {}

    public static List<String> faults(String yaml) {
        var thrown = catchThrowableOfType(ConfigException.class, () -> ConfigFile.parse("f", yaml));
        return thrown == null
                ? List.of()
                : thrown.problems().stream().map(Problem::toString).toList();
    }

    static List<String> warnings(String yaml) {
        return ConfigFile.parse("f", yaml).warnings().stream()
                .map(Problem::toString)
                .toList();
    }

    static ResealConfig config(String yaml) {
        return ConfigFile.parse("f", yaml).config();
    }
}
