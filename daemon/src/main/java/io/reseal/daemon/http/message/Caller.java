package io.reseal.daemon.http.message;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Who is at the other end of a connection.
 *
 * @param admin whether it came in by the admin socket
 * @param client for whom its places count: an address, a network of IPv6, or a user
 * @param text for the record, such as {@code uid 0 gid 0 pid 4711}
 * @param refused why it may not use the admin socket, when it may not
 */
public record Caller(boolean admin, String client, String text, Optional<String> refused) {
    /** By which a client of IPv6 is counted, as it has all addresses of such a network. */
    private static final int NETWORK_BYTES = 8;

    public static Caller tcp(InetSocketAddress address) {
        return new Caller(false, client(address.getAddress()), "tcp " + address, Optional.empty());
    }

    private static String client(InetAddress address) {
        return address instanceof Inet6Address && !address.isLoopbackAddress()
                ? HexFormat.of().formatHex(address.getAddress(), 0, NETWORK_BYTES)
                : address.getHostAddress();
    }
}
