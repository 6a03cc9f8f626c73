/**
 * Signals and states as neutral trees of maps, lists, texts, whole numbers and flags, with a version, and back: what a journal writes
 * today is read in years. The names in a tree are fixed here, member by member, whatever the classes are called. Pure JDK: how a tree
 * becomes bytes is the caller's.
 */
@NullMarked
package io.reseal.policy.codec;

import org.jspecify.annotations.NullMarked;
