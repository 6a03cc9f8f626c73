package io.reseal.daemon.api;

import java.util.List;

/**
 * That the daemon is ready.
 *
 * @param status in one word
 * @param hindrances what keeps guests from being found all the same, one sentence each
 */
public record ReadyDocument(String status, List<String> hindrances) {}
