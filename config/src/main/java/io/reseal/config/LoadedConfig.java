package io.reseal.config;

import java.util.List;

/**
 * A file that could be used.
 *
 * @param warnings what its author should know all the same, in the order of the file
 */
public record LoadedConfig(ResealConfig config, List<Problem> warnings) {
    public LoadedConfig {
        warnings = List.copyOf(warnings);
    }
}
