package io.reseal.benchmarks.host;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** {@code qmp-ping}, compiled. */
public record CClient(CProgram program) {
    /** What it found: times in microseconds, one attach for each socket. */
    public record Result(List<Double> attaches, List<Double> pings, double residentMegabytes) {}

    /** Milliseconds to the answer about the counters: from the sending of the reset, and from QEMU's RESET event. */
    public record Reset(double fromRequest, double fromEvent) {}

    public static CClient compile(Path source, Path folder) {
        return new CClient(CProgram.compile(source, folder));
    }

    /** Connects to every socket and asks so many questions on each. */
    public Result query(int count, Collection<Path> sockets) {
        var arguments = new ArrayList<>(List.of(String.valueOf(count)));
        sockets.forEach(socket -> arguments.add(socket.toString()));
        var lines = program.run(arguments);
        return new Result(
                CProgram.values(lines, "attach ", 1e3),
                CProgram.values(lines, "ping ", 1e3),
                CProgram.values(lines, "resident ", 1024).getFirst());
    }

    /** Asks so many questions in one write, again and again; microseconds to the last answer. */
    public List<Double> together(int questions, int times, Path socket) {
        return batches("together", questions, times, socket);
    }

    /** The same, one after the other. */
    public List<Double> singly(int questions, int times, Path socket) {
        return batches("singly", questions, times, socket);
    }

    private List<Double> batches(String how, int questions, int times, Path socket) {
        var arguments = List.of(how, String.valueOf(questions), String.valueOf(times), socket.toString());
        return CProgram.values(program.run(arguments), "batch ", 1e3);
    }

    /** Resets a guest, and asks at its RESET event for the vCPUs' counters. */
    public Reset reset(Path socket) {
        var lines = program.run(List.of("reset", socket.toString()));
        return new Reset(
                CProgram.values(lines, "reset ", 1e6).getFirst(),
                CProgram.values(lines, "proof ", 1e6).getFirst());
    }
}
