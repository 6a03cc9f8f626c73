/**
 * Discovery of guests: finds QMP sockets by glob, notices new ones by inotify and all of them by a regular rescan.
 *
 * <p>May depend on config; tells a listener what came and went, and knows of guests only their names.
 *
 * <p>Runs on one thread of its own, since reading directories blocks.
 */
@NullMarked
package io.reseal.daemon.discovery;

import org.jspecify.annotations.NullMarked;
