/**
 * What commands take: options, operands, commands below a command, and the help that tells of them.
 *
 * <p>Declared in code and read by Apache Commons CLI, without reflection: a command that an operator waits for starts in the time
 * of a few classes.
 */
@NullMarked
package io.reseal.daemon.cli.arguments;

import org.jspecify.annotations.NullMarked;
