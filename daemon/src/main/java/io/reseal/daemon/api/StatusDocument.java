package io.reseal.daemon.api;

/** Whether the daemon is alive or ready, in one word. */
public record StatusDocument(String status) {}
