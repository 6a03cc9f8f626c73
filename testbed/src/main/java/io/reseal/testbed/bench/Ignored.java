package io.reseal.testbed.bench;

import io.reseal.qmp.QmpEvent;
import io.reseal.qmp.QmpException;
import io.reseal.qmp.QmpListener;

/** Hears nothing. */
final class Ignored implements QmpListener {
    @Override
    public void onEvent(QmpEvent event) {}

    @Override
    public void onClosed(QmpException cause) {}
}
