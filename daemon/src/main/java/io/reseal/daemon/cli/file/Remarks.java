package io.reseal.daemon.cli.file;

import io.reseal.daemon.cli.terminal.Console;
import java.util.List;

/** What is odd about a file, and what QEMU does not take. */
public record Remarks(List<Warning> warnings, List<Refusal> qemuRefuses) {
    /** Something odd. */
    public record Warning(String code, String message) {}

    /** Something that these versions of QEMU refuse. */
    public record Refusal(String message, String versions) {}

    /** Prints them for people. */
    public void print(Console console) {
        warnings.forEach(warning -> console.line("warning " + warning.code() + ": " + warning.message()));
        qemuRefuses.forEach(refusal -> console.line("QEMU refuses (" + refusal.versions() + "): " + refusal.message()));
    }
}
