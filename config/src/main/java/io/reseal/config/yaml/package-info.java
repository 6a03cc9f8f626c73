/**
 * Reads the configuration file: YAML in, a {@link io.reseal.config.ResealConfig} out, with every fault named at its line.
 * Neither the environment nor name services are consulted.
 *
 * <p>A reader belongs to the thread that calls it.
 */
@NullMarked
package io.reseal.config.yaml;

import org.jspecify.annotations.NullMarked;
