/** What measures beside Reseal: programs in C, and what the kernel tells of processes and the machine. */
@NullMarked
package io.reseal.benchmarks.host;

import org.jspecify.annotations.NullMarked;
