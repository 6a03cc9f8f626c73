package io.reseal.qmp;

/**
 * What a connection has seen so far.
 *
 * @param events events that came, also those of which only the name was looked at
 * @param replies replies that somebody waited for, errors included
 * @param lateReplies replies to commands that had been given up
 * @param unknown messages that fit nothing: replies with unknown ids, unknown kinds of messages
 * @param violations lines that were not QMP
 * @param oversized events and replies that were beyond the limits
 */
public record QmpStatistics(
        long events, long replies, long lateReplies, long unknown, long violations, long oversized) {}
