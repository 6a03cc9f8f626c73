package io.reseal.daemon.api;

/** Whether the daemon is alive, in one word. */
public record StatusDocument(String status) {}
