package io.reseal.daemon.metrics;

import io.reseal.daemon.qmp.QemuCommand;
import io.reseal.daemon.qmp.QemuEvents;
import io.reseal.qmp.QmpClient;
import java.util.Set;
import java.util.TreeSet;

/** The closed sets of labels that come from QMP. A name outside of them is {@code other}: the label set stays bounded. */
final class QmpWords {
    static final String OTHER = "other";

    static final Set<String> EVENTS = withOther(QemuEvents.COUNTED);

    /** Commands that Reseal may send. */
    static final Set<String> COMMANDS = withOther(commands());

    /** How a command can end. */
    static final Set<String> OUTCOMES = withOther(Set.of("busy", "lost", "ok", "refused", "rejected", "timeout"));

    private QmpWords() {}

    static String label(Set<String> known, String word) {
        return known.contains(word) ? word : OTHER;
    }

    private static Set<String> commands() {
        var commands = QemuCommand.texts();
        QmpClient.ownCommands().forEach(own -> commands.add(own.name()));
        return commands;
    }

    private static Set<String> withOther(Set<String> words) {
        var set = new TreeSet<>(words);
        set.add(OTHER);
        return set;
    }
}
