package io.reseal.policy;

/**
 * A reset launched a guest from something else than the launch before.
 *
 * @param what is another one
 * @param detail what it was and is, in words that go on after "the launch is another:"
 */
public record LaunchChange(LaunchPart what, String detail) {}
