/**
 * The command that reads attestation reports and quotes, whatever they are wrapped in.
 *
 * <p>For the main thread.
 */
@NullMarked
package io.reseal.daemon.cli.report;

import org.jspecify.annotations.NullMarked;
