/**
 * A libvirt of a test's own, in namespaces of its own. Safe for any thread.
 */
@NullMarked
package io.reseal.testbed.libvirt;

import org.jspecify.annotations.NullMarked;
