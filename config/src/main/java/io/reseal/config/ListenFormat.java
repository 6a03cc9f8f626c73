package io.reseal.config;

import static io.reseal.config.ValueFormats.Text.unlike;

import io.reseal.config.ResealConfig.Listen;
import io.reseal.config.ValueFormat.Parsed;
import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Pattern;

/** {@code host:port}, or {@code off}. Host names are not looked up here. */
final class ListenFormat {
    private static final String EXPECTED =
            "host:port such as 127.0.0.1:9568, localhost:9568 or \"[::1]:9568\", or `off`";
    private static final Pattern PARTS = Pattern.compile("(?:\\[(?<v6>[^]]*)]|(?<name>[^:\\[\\]]*)):(?<port>[0-9]+)");
    private static final Pattern FOUR_NUMBERS = Pattern.compile("[0-9]+(\\.[0-9]+){3}");
    private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*");
    private static final Pattern HOST_NAME = Pattern.compile(
            "(?=.{1,253}$)(?!(.*\\.)?[0-9]+$)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*");

    static final ValueFormat<Optional<Listen>> FORM =
            new ValueFormats.Text<>("host:port or `off`", EXPECTED, ListenFormat::read);

    private static final String HOST_EXPECTED =
            "a host name or an IP address without a port, such as reseal.example or \"::1\"";

    /** A host by itself, as clients name it; IPv6 without brackets. */
    static final ValueFormat<String> HOST = new ValueFormats.Text<>("host", HOST_EXPECTED, ListenFormat::readHost);

    private ListenFormat() {}

    private static Parsed<String> readHost(String text) {
        boolean good = text.contains(":") ? IPV6.matcher(text).matches() && literal(text) : names(text);
        return good ? Parsed.good(text) : unlike(HOST_EXPECTED, text);
    }

    private static Parsed<Optional<Listen>> read(String text) {
        if (text.equals("off")) {
            return Parsed.good(Optional.empty());
        }
        var parts = PARTS.matcher(text);
        if (!parts.matches()) {
            return unlike(EXPECTED, text);
        }
        var port = parts.group("port");
        if (port.length() > 5 || Integer.parseInt(port) > 65535) {
            return Parsed.bad("must have a port from 0 to 65535, but has " + Quoted.text(port));
        }
        var v6 = parts.group("v6");
        var host = v6 == null ? parts.group("name") : v6;
        boolean good = v6 == null ? names(host) : IPV6.matcher(host).matches() && literal(host);
        return good
                ? Parsed.good(Optional.of(new Listen(host, Integer.parseInt(port))))
                : Parsed.bad("must have a host name or an IP address before the port, but has " + nameless(host));
    }

    private static String nameless(String host) {
        return host.isEmpty() ? "nothing: write 0.0.0.0 or \"[::]\" for every address" : Quoted.text(host);
    }

    private static boolean names(String host) {
        return FOUR_NUMBERS.matcher(host).matches()
                ? literal(host)
                : HOST_NAME.matcher(host).matches();
    }

    private static boolean literal(String address) {
        try {
            InetAddress.ofLiteral(address);
            return true;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }
}
