/**
 * What makes a JUnit test run on real QEMU: its requirements, and the end of all that it started. The only package
 * that needs JUnit's API. Confined to the threads of JUnit.
 */
@NullMarked
package io.reseal.testbed.junit;

import org.jspecify.annotations.NullMarked;
