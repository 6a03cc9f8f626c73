/**
 * What hostile QEMUs, files and clients do to a daemon. Each attack goes on by itself until it is closed, counts what it has done, and
 * knows by which metric the daemon tells of it: one that did nothing is seen.
 */
@NullMarked
package io.reseal.testbed.hostile;

import org.jspecify.annotations.NullMarked;
