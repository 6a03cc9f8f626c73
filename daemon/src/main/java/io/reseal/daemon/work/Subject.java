package io.reseal.daemon.work;

/**
 * What a task looks at, for people.
 *
 * @param guest for whom; empty where it is for no guest in particular
 * @param path at first; a task may come to others, see {@link Looks#enter}
 */
public record Subject(String guest, String path) {
    static final Subject NONE = new Subject("", "");
}
