/**
 * Where commands write, and how arguments, tables and exit codes are spelled.
 *
 * <p>For the main thread.
 */
@NullMarked
package io.reseal.daemon.cli.terminal;

import org.jspecify.annotations.NullMarked;
