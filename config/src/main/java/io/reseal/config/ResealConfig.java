package io.reseal.config;

import io.reseal.policy.ResetPolicy;
import io.reseal.policy.ResetPolicy.Glob;
import io.reseal.policy.Spelled;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A whole configuration. Its values have been checked.
 *
 * @param guests those named in the file, in its order; names and sockets are unique
 * @param journalDirectory accepted so that files written for later versions load; this version keeps no journal
 */
public record ResealConfig(
        Discovery discovery,
        List<NamedGuest> guests,
        ResetPolicy policy,
        Limits limits,
        Host host,
        Qmp qmp,
        Http http,
        Log log,
        Optional<Path> journalDirectory) {

    public ResealConfig {
        guests = List.copyOf(guests);
    }

    /**
     * How sockets are found.
     *
     * @param sockets absolute globs in the syntax of {@link java.nio.file.FileSystem#getPathMatcher}, without {@code **}
     *     and without a separator inside {@code {}} or {@code []}: they can be expanded one directory at a time
     * @param rescan how often the globs are expanded again
     * @param owners users, by name or number, whose sockets are used in folders that others may write to; they need not exist
     * @param listen sockets on which QEMUs dial in; absolute, and unique
     * @param libvirt domains that are given a monitor
     */
    public record Discovery(
            List<String> sockets, Duration rescan, List<String> owners, List<Path> listen, Libvirt libvirt) {
        public Discovery {
            sockets = List.copyOf(sockets);
            owners = List.copyOf(owners);
            listen = List.copyOf(listen);
        }
    }

    /**
     * Domains of libvirt.
     *
     * @param domains globs of their names; none of them when empty
     * @param uri as {@code virsh --connect} takes it
     * @param directory where QEMU is to make the sockets of the monitors that it is given
     */
    public record Libvirt(List<Glob> domains, String uri, Path directory) {
        public Libvirt {
            domains = List.copyOf(domains);
        }
    }

    /** A guest that the operator names, at an absolute socket path that fits the kernel's limit. */
    public record NamedGuest(String name, Path qmp) {}

    /**
     * What is read of the host.
     *
     * @param misc the cgroup directory with {@code misc.capacity} and {@code misc.current}; it need not exist
     */
    public record Host(Path misc) {}

    /**
     * Budgets of the host.
     *
     * @param guests that are discovered and watched at once; those that the configuration names come on top
     */
    public record Limits(int concurrentResets, int guests) {}

    /**
     * Patience with monitors.
     *
     * @param greetingDeadline from connect to QEMU's greeting
     * @param queryDeadline for commands that only read
     * @param resetDeadline for the reply to {@code system_reset}
     * @param heartbeat idle time after which a monitor is queried, to see whether it answers
     * @param sample how often the vCPU counters are read, so that a reboot by the guest has a baseline
     */
    public record Qmp(
            Duration greetingDeadline,
            Duration queryDeadline,
            Duration resetDeadline,
            Duration heartbeat,
            Duration sample) {}

    /**
     * Where Reseal listens.
     *
     * @param listen read-only TCP; empty when it is off
     * @param adminGroup the group that owns the admin socket; empty leaves the process's own
     * @param hosts by which clients may call it, besides those that are known from {@code listen}
     */
    public record Http(
            Optional<Listen> listen,
            Path adminSocket,
            Optional<String> adminGroup,
            List<String> hosts,
            HttpLimits limits) {
        public Http {
            hosts = List.copyOf(hosts);
        }
    }

    /** What the clients of one listening socket may have at a time. */
    public record HttpLimits(int connections, int streams, int requests) {}

    /**
     * A TCP address that is not resolved yet.
     *
     * @param host a host name or an IP address, IPv6 without brackets
     * @param port 0 lets the kernel choose
     */
    public record Listen(String host, int port) {
        /** As the file has it: {@code 127.0.0.1:9568}, {@code [::1]:9568}. */
        @Override
        public String toString() {
            return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
        }
    }

    /** How Reseal logs. */
    public record Log(LogFormat format, LogLevel level) {}

    /** How a log line is written. */
    public enum LogFormat implements Spelled {
        PLAIN("plain"),
        JSON("json");

        private final String text;

        LogFormat(String text) {
            this.text = text;
        }

        @Override
        public String text() {
            return text;
        }
    }

    /** The least important log line that is written. */
    public enum LogLevel implements Spelled {
        ERROR("error"),
        WARN("warn"),
        INFO("info"),
        DEBUG("debug"),
        TRACE("trace");

        private final String text;

        LogLevel(String text) {
            this.text = text;
        }

        @Override
        public String text() {
            return text;
        }
    }
}
