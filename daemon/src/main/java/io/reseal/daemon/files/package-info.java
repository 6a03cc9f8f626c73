/**
 * Reading files: those that an operator names, and those that others name, which may be anything and may hang. The latter are opened one
 * directory at a time, and the task says where it goes before it touches it.
 */
@NullMarked
package io.reseal.daemon.files;

import org.jspecify.annotations.NullMarked;
