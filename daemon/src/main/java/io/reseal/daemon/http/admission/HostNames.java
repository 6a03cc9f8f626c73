package io.reseal.daemon.http.admission;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.reseal.daemon.http.message.Problem;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The hosts that a request may be for. A web page whose own name is made to lead here (DNS rebinding) could read everything
 * otherwise: its browser sends the page's name. Safe for any thread.
 */
public final class HostNames {
    private static final Path MACHINE = Path.of("/proc/sys/kernel/hostname");
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "0:0:0:0:0:0:0:1");

    private static final Pattern AUTHORITY =
            Pattern.compile("(?:\\[(?<v6>[0-9A-Fa-f:.]+)]|(?<name>[A-Za-z0-9._-]+))(?::[0-9]{0,5})?");
    private static final Pattern ABSOLUTE = Pattern.compile("(?i)https?://(?<authority>[^/?#]*).*");

    private final Predicate<String> own;

    private HostNames(Predicate<String> own) {
        this.own = own;
    }

    /** Of a Unix socket: no browser connects to it, so any name will do. */
    public static HostNames any() {
        return new HostNames(_ -> true);
    }

    /**
     * Of a TCP address.
     *
     * @param listen where it listens; a name that cannot be resolved has no address
     * @param more names of the configuration
     */
    public static HostNames of(InetSocketAddress listen, List<String> more) {
        var names = new HashSet<>(LOOPBACK);
        names.add(plain(listen.getHostString()));
        more.forEach(host -> names.add(plain(host)));
        if (listen.isUnresolved()) {
            return new HostNames(names::contains);
        }
        var address = listen.getAddress();
        names.add(plain(address.getHostAddress()));
        if (!address.isLoopbackAddress()) {
            machine().map(HostNames::plain).ifPresent(name -> {
                names.add(name);
                names.add(name.split("\\.", 2)[0]);
            });
        }
        // no page is called by an address unless that is where it is
        return new HostNames(
                address.isAnyLocalAddress() ? host -> names.contains(host) || isLiteral(host) : names::contains);
    }

    private static Optional<String> machine() {
        try {
            return Optional.of(Files.readString(MACHINE).strip()).filter(name -> !name.isEmpty());
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    /** Why the request is not for this host. */
    public Optional<Problem> problem(HttpRequest request) {
        var hosts = request.headers().getAll(HttpHeaderNames.HOST);
        if (hosts.size() > 1) {
            return Optional.of(bad("the request has " + hosts.size() + " headers Host: send one"));
        }
        if (hosts.isEmpty() && request.protocolVersion().compareTo(HttpVersion.HTTP_1_1) >= 0) {
            return Optional.of(bad("HTTP/1.1 needs the header Host: send it, such as `Host: localhost`"));
        }
        // the target of a request counts for more than its header (RFC 9112, 3.2.2)
        var target = ABSOLUTE.matcher(request.uri());
        return hosts.stream()
                .findFirst()
                .flatMap(this::problem)
                .or(() -> target.matches() ? problem(target.group("authority")) : Optional.empty());
    }

    private Optional<Problem> problem(String authority) {
        if (isOwn(authority)) {
            return Optional.empty();
        }
        var host = host(authority);
        if (host.isEmpty()) {
            return Optional.of(bad("the header Host must be a host name or an IP address, and perhaps a port"));
        }
        return Optional.of(Problem.of(
                HttpResponseStatus.MISDIRECTED_REQUEST,
                "foreign-host",
                "The request is for another host",
                "`" + host.get()
                        + "` is not a name of this host: use localhost or the address of http.listen, or add the name to"
                        + " http.hosts"));
    }

    private boolean isOwn(String authority) {
        return own.test(host(authority).orElse(""));
    }

    /** Without port and brackets. */
    private static Optional<String> host(String authority) {
        var parts = AUTHORITY.matcher(authority);
        return parts.matches()
                ? Optional.of(plain(parts.group("v6") == null ? parts.group("name") : parts.group("v6")))
                : Optional.empty();
    }

    /** One spelling of each name and address. */
    private static String plain(String host) {
        var lower = host.toLowerCase(Locale.ROOT);
        if (lower.contains(":")) {
            return literal(lower).map(InetAddress::getHostAddress).orElse(lower);
        }
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }

    private static boolean isLiteral(String host) {
        return (host.contains(":") || Character.isDigit(host.isEmpty() ? ' ' : host.charAt(0)))
                && literal(host).isPresent();
    }

    private static Optional<InetAddress> literal(String text) {
        try {
            return Optional.of(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private static Problem bad(String detail) {
        return Problem.badRequest("bad-host", "The request does not say for which host it is", detail);
    }
}
