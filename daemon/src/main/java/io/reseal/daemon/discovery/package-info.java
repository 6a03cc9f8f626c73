/**
 * Discovery of guests: finds QMP sockets by glob, notices new ones by inotify and all of them by a regular rescan;
 * gives running domains of libvirt one of their own; and accepts QEMUs that dial in.
 *
 * <p>A listener gets what appeared and disappeared. Discovery knows only the names of guests.
 *
 * <p>Runs on a thread of its own for sockets and one for libvirt, since reading directories and running virsh blocks.
 */
@NullMarked
package io.reseal.daemon.discovery;

import org.jspecify.annotations.NullMarked;
