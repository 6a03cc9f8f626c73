/**
 * The configuration file: YAML in, a checked and immutable {@link ResealConfig} out, with every fault named at its line.
 *
 * <p>May depend on the JDK, JSpecify, snakeyaml-engine and the values of {@code io.reseal.policy}; it reads the one file
 * it is given, the lists of launch digests that this names, and nothing else, neither the environment nor name services.
 *
 * <p>Everything public here is an immutable value or a function, so it is safe for any thread.
 */
@NullMarked
package io.reseal.config;

import org.jspecify.annotations.NullMarked;
