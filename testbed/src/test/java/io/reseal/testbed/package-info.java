/**
 * Tests of the testbed itself: first of what needs no QEMU, then of what real guests do. They may use what the testbed
 * uses, and AssertJ. Each test runs on the thread that JUnit gives it, one after the other.
 */
@NullMarked
package io.reseal.testbed;

import org.jspecify.annotations.NullMarked;
