/** The commands and events of QEMU that Reseal uses, each named in one place, so that they can be held against QEMU's schema. */
@NullMarked
package io.reseal.daemon.qmp;

import org.jspecify.annotations.NullMarked;
