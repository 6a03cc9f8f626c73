package io.reseal.qmp;

/**
 * What the two sides of a connection have agreed on.
 *
 * @param outOfBand whether commands may be executed out of band
 */
record Terms(QemuVersion version, boolean outOfBand) {
    Window window() {
        return outOfBand ? Window.OUT_OF_BAND : Window.ONE;
    }

    QmpCommand negotiation() {
        return outOfBand ? OwnCommands.NEGOTIATE_OUT_OF_BAND : OwnCommands.NEGOTIATE;
    }
}
