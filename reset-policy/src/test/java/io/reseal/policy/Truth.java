package io.reseal.policy;

/** What is true of a simulated guest when something is sent. */
record Truth(RunState runState, boolean failed, int resets) {}
