/**
 * How a command that reads a file says what it found: accepted with its content, or rejected with the reason.
 *
 * <p>For the main thread.
 */
@NullMarked
package io.reseal.daemon.cli.file;

import org.jspecify.annotations.NullMarked;
