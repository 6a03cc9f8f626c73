package io.reseal.daemon.cli;

import java.nio.file.Path;
import java.util.List;

/** Checks a configuration file without using it. */
@FunctionalInterface
public interface ConfigCheck {
    /** Every fault on a line of its own, such as {@code reseal.yaml:3:7: ...}; none when the file is good. */
    List<String> faults(Path file);
}
