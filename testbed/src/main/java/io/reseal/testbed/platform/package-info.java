/**
 * Settings and faults of the simulated SEV and TDX platform, and what its log says of each launch. Safe for any
 * thread, but for the values that a test builds.
 */
@NullMarked
package io.reseal.testbed.platform;

import org.jspecify.annotations.NullMarked;
