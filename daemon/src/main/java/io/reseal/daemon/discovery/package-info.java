/**
 * Discovery of guests: finds QMP sockets by glob, notices new ones by inotify and all of them by a regular rescan.
 *
 * <p>May depend on the fleet of {@code io.reseal.daemon.guest}, which it tells what came and went.
 *
 * <p>Runs on one thread of its own, since reading directories blocks.
 */
@NullMarked
package io.reseal.daemon.discovery;

import org.jspecify.annotations.NullMarked;
