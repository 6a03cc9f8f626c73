package io.reseal.testbed.bench;

import java.util.List;

/** The text of {@code docs/benchmarks.md}. */
record Report(List<String> machine, List<Row> rows) {

    String markdown() {
        var text = new StringBuilder("""
                # Benchmarks

                Written by `./check --bench`, which measures everything in one run on real QEMUs.

                """);
        machine.forEach(fact -> text.append("- ").append(fact).append('\n'));
        text.append("""

                | measured | aim | median | worst | C client | ratio | |
                | --- | --- | --- | --- | --- | --- | --- |
                """);
        rows.forEach(row -> text.append(row.markdown()).append('\n'));
        text.append("\n## Spread\n\n");
        rows.forEach(row -> text.append("- ")
                .append(row.what())
                .append(": ")
                .append(row.spread())
                .append('\n'));
        return text.append(HOW_TO_READ).toString();
    }

    private static final String HOW_TO_READ = """

            ## How to read

            - Each figure is the median over rounds, and the worst one beside it: p99 where there are hundreds of values, else the
              slowest round.
            - Round trips: one question is out at a time. [The client in C](../testbed/src/main/c/qmp-ping.c) writes, blocks in `read`
              and looks for the word `return`; Reseal's client parses the answer and checks the command. They take turns on the same
              monitor of the same guest, and who begins changes. Most of the time is the kernel's and QEMU's. QEMU 11.1 reads a
              command byte by byte, each by a system call of its own: a longer id costs microseconds, and the one in C has one digit.
            - `rebuilt`: each reset is asked for on the admin socket, with all guests attached. The clock starts at the time that QEMU
              has put into its RESET event and stops when the daemon has compared the exit counters of the new virtual machine with
              those before. One `query-stats` to QEMU lies in between; the client in C asks just that at the same moment, and shows
              how long QEMU itself takes to answer anything after its event.
            - Attaching takes about a dozen commands for each guest (kind, accelerator, version, launch, counters), where the client in
              C sends two. From the start of the process means from the shell's `./reseal run`, launcher and JVM included.
            - CPU while nothing happens: user and system time of the daemon, which asks each guest for its counters every 10 s, and
              takes that for a sign of life.
            - Events: sent in blocks by a scripted peer that shares the cores with the one who takes them. After each round exactly as
              many are counted as were sent.
            - Two busy cores make figures swing by a factor; look at the load average before comparing two reports.
            """;
}
