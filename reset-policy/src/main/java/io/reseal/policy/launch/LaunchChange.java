package io.reseal.policy.launch;

/**
 * Something that one launch of a guest has otherwise than the one before: a reset launched it from something else, or the next
 * one will.
 *
 * @param what is another one
 * @param detail what it was and is, in words that go on after "the launch is another:"
 */
public record LaunchChange(LaunchPart what, String detail) {}
