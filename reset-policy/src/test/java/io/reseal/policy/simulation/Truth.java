package io.reseal.policy.simulation;

import io.reseal.policy.RunState;

/** What is true of a simulated guest when something is sent. */
record Truth(RunState runState, boolean failed, int resets) {}
