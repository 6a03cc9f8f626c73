/** What all packages of the testbed share: its failure, its folders, waiting, lines of JSON. Safe for any thread. */
@NullMarked
package io.reseal.testbed;

import org.jspecify.annotations.NullMarked;
