/** What an IGVM file is measured as when QEMU 11 launches it, and why QEMU would not. JDK only. */
@NullMarked
package io.reseal.igvm.measure;

import org.jspecify.annotations.NullMarked;
