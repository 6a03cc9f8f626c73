package io.reseal.qmp;

import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * The ids of the commands of one connection: one character each, used again when its reply has come. QEMU 11.1 reads a command byte by byte, each
 * by a turn of its main loop and a system call of its own: some 4 &micro;s on a fast host.
 *
 * <p>They need not differ from those of the client before. QEMU runs the in-band commands of a monitor one after the other, also one whose client has
 * gone, and the negotiation is one of them ({@code monitor_qmp_dispatcher_co} of QEMU 11.1): when it is answered, and its id is of 46,656 at random,
 * no other reply is to come. Confined to the event loop.
 */
final class CommandIds {
    private static final String[] ALL = IntStream.rangeClosed('0', 'z')
            .filter(Character::isLetterOrDigit)
            .mapToObj(Character::toString)
            .toArray(String[]::new);

    private int next;

    /** How many there are: more than may be without a reply. */
    static int count() {
        return ALL.length;
    }

    /** One that is not taken; the one used longest ago. */
    String next(Predicate<String> taken) {
        for (int tried = 0; tried < ALL.length; tried++) {
            var id = ALL[next];
            next = (next + 1) % ALL.length;
            if (!taken.test(id)) {
                return id;
            }
        }
        throw new IllegalStateException("expected at most " + ALL.length + " commands without a reply");
    }
}
