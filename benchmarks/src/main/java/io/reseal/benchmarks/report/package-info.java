/** The report: measured values, rows and the page made of them. Values only. */
@NullMarked
package io.reseal.benchmarks.report;

import org.jspecify.annotations.NullMarked;
