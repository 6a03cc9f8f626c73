package io.reseal.daemon.http;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where resets are taken.
 *
 * @param group who may connect besides root and the daemon's own user; the daemon's group when empty
 */
public record AdminSocket(Path path, Optional<String> group) {}
