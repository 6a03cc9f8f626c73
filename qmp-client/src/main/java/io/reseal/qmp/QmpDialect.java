package io.reseal.qmp;

/** What all connections of one client or server have in common. Safe for any thread. */
record QmpDialect(QmpSettings settings, MessageReader messages, SchemaCache schemas) {
    static QmpDialect of(QmpSettings settings) {
        return new QmpDialect(settings, new MessageReader(settings.limits(), settings.events()), new SchemaCache());
    }

    /** @param budget of the transport */
    LineDecoder decoder(LineBudget budget) {
        return new LineDecoder(messages, budget);
    }
}
