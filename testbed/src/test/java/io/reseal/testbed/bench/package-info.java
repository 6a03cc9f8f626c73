/**
 * Tests of what the benchmark's figures rest on. They may use what the benchmark uses, and AssertJ. Each test runs on the
 * thread that JUnit gives it, one after the other.
 */
@NullMarked
package io.reseal.testbed.bench;

import org.jspecify.annotations.NullMarked;
