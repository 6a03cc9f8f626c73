package io.reseal.daemon.files;

import java.util.Optional;

/**
 * A step on the way to a file.
 *
 * @param directory that it begins in, as it was before the step
 * @param entry where it leads; empty where there is none
 * @param kept whether the entry is a directory that is known not to have been exchanged
 */
public record PathStep(FileStatus directory, Optional<FileStatus> entry, boolean kept) {}
