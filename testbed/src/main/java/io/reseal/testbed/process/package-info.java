/**
 * Other programs under a test's control, the Reseal daemon among them: none outlives the JVM that started it. Safe
 * for any thread.
 */
@NullMarked
package io.reseal.testbed.process;

import org.jspecify.annotations.NullMarked;
