package io.reseal.daemon;

import io.reseal.config.ResealConfig;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** What differs between two configurations, as far as a reload cannot put it in force. */
record Changes(ResealConfig before, ResealConfig after) {
    List<String> needingRestart() {
        return Stream.of(
                        warning(
                                "discovery.libvirt",
                                before.discovery().libvirt(),
                                after.discovery().libvirt()),
                        warning(
                                "discovery.listen",
                                before.discovery().listen(),
                                after.discovery().listen()),
                        warning("http", before.http(), after.http()),
                        warning("qmp", before.qmp(), after.qmp()),
                        warning("log", before.log(), after.log()))
                .flatMap(List::stream)
                .toList();
    }

    private static List<String> warning(String section, Object before, Object after) {
        return Objects.equals(before, after)
                ? List.of()
                : List.of("the section %s was changed: restart reseal to put that in force".formatted(section));
    }
}
