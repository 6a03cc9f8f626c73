/**
 * Files whose content may change, vanish or be no file at all while they are read.
 *
 * <p>Blocks: call it on a virtual thread or on the main thread of a command, never on an event loop.
 */
@NullMarked
package io.reseal.daemon.files;

import org.jspecify.annotations.NullMarked;
