package io.reseal.demo;

import io.reseal.testbed.qemu.QemuGuest;
import java.util.List;
import java.util.function.Consumer;

/**
 * One reset in the demo.
 *
 * @param guest whose it is
 * @param title of its heading
 * @param introduction what is about to happen
 * @param before what is done to the guest first, out of Reseal's sight
 * @param begin how it begins
 * @param ending how it has to end
 * @param lesson what to take home, or nothing
 */
record Scenario(
        String guest,
        String title,
        String introduction,
        Consumer<QemuGuest> before,
        Begin begin,
        Ending ending,
        String lesson) {
    static final Consumer<QemuGuest> NOTHING = _ -> {};

    /** Who begins a reset. */
    sealed interface Begin {}

    /** The operator, by these words after {@code reseal}. */
    record Operator(List<String> words) implements Begin {}

    /** The guest itself. */
    record Guest() implements Begin {}

    record Ending(String verdict, String level) {}
}
