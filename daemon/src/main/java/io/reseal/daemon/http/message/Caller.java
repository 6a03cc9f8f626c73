package io.reseal.daemon.http.message;

import java.util.Optional;

/**
 * Who is at the other end of a connection.
 *
 * @param admin whether it came in by the admin socket
 * @param text for the record, such as {@code uid 0 gid 0 pid 4711}
 * @param refused why it may not use the admin socket, when it may not
 */
public record Caller(boolean admin, String text, Optional<String> refused) {
    public static Caller tcp(String address) {
        return new Caller(false, "tcp " + address, Optional.empty());
    }
}
