/**
 * The commands that read IGVM bundles and firmware images, and compute launch digests.
 *
 * <p>For the main thread.
 */
@NullMarked
package io.reseal.daemon.cli.measure;

import org.jspecify.annotations.NullMarked;
