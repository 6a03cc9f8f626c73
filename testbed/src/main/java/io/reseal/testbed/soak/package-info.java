/**
 * {@code ./check --soak}: all attacks at once on one daemon that resets good guests, for minutes. What it knows of the daemon is its command
 * line, its HTTP, its log and what the kernel tells of its process.
 */
@NullMarked
package io.reseal.testbed.soak;

import org.jspecify.annotations.NullMarked;
