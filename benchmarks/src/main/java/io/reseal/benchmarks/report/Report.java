package io.reseal.benchmarks.report;

import java.util.List;

/** The text of {@code docs/benchmarks.md}. */
public record Report(List<String> machine, List<Row> rows) {

    public String markdown() {
        var text = new StringBuilder("""
                # Benchmarks

                Written by `./check --bench`, which measures everything in one run on real QEMUs.

                """);
        machine.forEach(fact -> text.append("- ").append(fact).append('\n'));
        text.append("""

                | measured | aim | median | worst | reference | ratio | |
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
            - The reference is the client in C, except where the row says what it is `without`.
            - Round trips: one question is out at a time. [The client in C](../benchmarks/src/main/c/qmp-ping.c) writes, blocks in `read`
              and looks for the word `return`; Reseal's client parses the answer and checks the command. They take turns on the same
              monitor of the same guest, and who begins changes. Most of the time is the kernel's and QEMU's. QEMU 11.1 reads a
              command byte by byte, each by a turn of its main loop and system calls of its own, some 4 µs: the ids of both have one character.
            - Questions in one write: the time from before the write to the last answer, the median of each round. Both clients ask the same monitor of
              the same guest, in one write and one by one, and take turns. As QEMU 11.1 reads byte by byte, most of the time is its reading, and one write
              saves the wake-ups only: little on an idle host, more where processes wait for a processor.
            - IGVM: [a program of one file](../benchmarks/src/main/java/io/reseal/benchmarks/IgvmMeasure.java) makes a bundle of 16384 pages and measures it in
              turns with one SHA-384 over the mapped file by the JDK; all in one JVM with both compilers. The chain costs another
              SHA-384 block for each page, so 1.06 would be the least. The memory is all that one measurement allocates, whether it
              still holds it or not. Inspecting counts the pages of the mapped file that the process has touched.
            - `rebuilt`: each reset is asked for on the admin socket, with all guests attached. The clock starts at the time that QEMU
              has put into its RESET event and stops when the daemon has compared the exit counters of the new virtual machine with
              those before. One `query-stats` to QEMU lies in between; the client in C asks just that at the same moment, and shows
              how long QEMU itself takes to answer anything after its event.
            - Request to `rebuilt`: from before the request on the admin socket, its connection included, to the moment at which the
              daemon tells of the proof. The client in C has its connection to QEMU already, sends `system_reset` and asks for the
              counters at the RESET event; most of what it waits for is QEMU, which launches the guest again. Reseal's own share is
              the difference of the medians. Before it sends anything, Reseal reads the guest's whole situation afresh, by a
              dozen questions to QEMU in one write, which it reads byte by byte, and from `/proc`, as a reset that would end the guest must be refused:
              that is the part of the share before the RESET event. After it Reseal asks for the run state and for the state of
              the launch, too, where the client in C asks for the counters alone. They take turns, and the guest of the one stands
              still while the other is measured. The platform is simulated (KVM's encryption calls are answered by a library
              inside QEMU), so a real launch takes longer, and adds the same to both. Each guest makes 400 exits and more before
              its next reset. On a KVM that is itself emulated OVMF may end or hang instead; then its QEMU is started again.
            - A firmware of 64 MiB that is fingerprinted again and again: that of a scripted peer, whose file is touched every few
              resets of four other guests, with the shortest samples that the configuration allows. The reference is the same daemon
              while the file is left alone; they take turns, after some resets that do not count. The daemon's own count of bytes
              read shows that it did read the file. Fingerprints are taken on threads of their own and not on the event loop, but on
              two cores they take processor time from the QEMUs.
            - Floods: scripted peers send `RTC_CHANGE` as fast as it is taken, from a process that shares the cores with the daemon and ten KVM guests, which are reset one
              after the other. Rounds without, with one and with five take turns; the reference is the p99 without. Afterwards exactly as many events are
              counted as were sent. The answer to a request comes before anything is sent to QEMU, but after the guest's situation was read of it.
            - One SNP launch that takes long: the simulated platform delays the end of the launch, in which QEMU's monitor is silent.
              Four other guests are reset one after the other until that reset has ended; the reference is as many resets of theirs
              afterwards, in the same daemon.
            - Starts: from before the process of the shell script `./reseal` is started to the line `ready`, or to the end of the command. The
              hello JVM is started without a script, with the same flags for its heap and compiler, and with a class cache of its own.
              They take turns.
            - Many guests: KVM guests with the tiny guest, 16 MiB each. Attaching takes about a dozen commands for each guest (kind, accelerator,
              version, launch, counters), where [the fleet client in C](../benchmarks/src/main/c/qmp-fleet.c) sends one. From the start of
              the process means from the shell's `./reseal run`, launcher and JVM included. Watched again: the daemon is killed by
              SIGKILL, and another one started; the time ends when it watches the last guest.
            - All reset and proven: 32 clients ask for one guest after the other, each request with a connection of its own; the time ends
              when the last guest is shown to be rebuilt. The client in C has its connections, and has all resets in flight at
              once. Each guest makes exits before, so that the counters of the next virtual machine can be told from those.
            - CPU while nothing happens: user and system time of the daemon, which asks each guest for its counters every 10 s, and
              takes that for a sign of life.
            - Idle monitors: [scripted ones](../benchmarks/src/main/c/qmp-monitors.c), up to 5,000 in one process. The memory for each is the
              difference of two daemons, one with a quarter of them and one with all, by what is resident: what is compiled and loaded once is in both.
            - Events: sent in blocks by a scripted peer that shares the cores with the one who takes them. After each round exactly as
              many are counted as were sent.
            - Two busy cores make figures swing by a factor; look at the load average before comparing two reports.
            """;
}
