package io.reseal.qmp;

/**
 * How many commands may be in flight at once.
 *
 * @param commands of either kind
 * @param inBand of those that QEMU runs one after the other
 * @param together of those, questions that go in one write
 */
record Window(int commands, int inBand, int together) {
    /**
     * QEMU stops reading while it runs a command: one at a time, but questions that are asked together. Those wait in the socket, which
     * has room for far more (QEMU 11.1; some 100 bytes each).
     */
    static final Window ONE = new Window(1, 1, 32);

    /**
     * QEMU's queue has 8 places, and QEMU stops reading when the eighth is taken (QEMU 11.1, monitor/qmp.c,
     * {@code QMP_REQ_QUEUE_LEN_MAX} and {@code handle_qmp_command}). A main loop that hangs takes none out of it: with 8 in band an
     * out-of-band command is not read any more, with 7 it is answered (QEMU 11.1.3). Of those 7 places up to 4 may be taken by commands
     * that were given up, so 3 are left for one write.
     */
    static final Window OUT_OF_BAND = new Window(8, 7, 3);

    boolean isOutOfBand() {
        return commands > 1;
    }

    String inFlightText() {
        return isOutOfBand() ? "those in flight" : "the one in flight";
    }
}
