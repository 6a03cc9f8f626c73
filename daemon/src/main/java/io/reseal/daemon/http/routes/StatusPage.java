package io.reseal.daemon.http.routes;

import static io.netty.handler.codec.http.HttpResponseStatus.OK;

import io.reseal.daemon.api.Json;
import io.reseal.daemon.http.message.Request;
import io.reseal.daemon.http.message.Response;
import io.reseal.daemon.status.GuestStatus;
import io.reseal.daemon.status.GuestStatus.Identity;
import io.reseal.policy.CleanText;
import io.reseal.policy.RunState;
import io.reseal.policy.Spelled;
import io.reseal.policy.reset.Reset;
import io.reseal.policy.reset.Reset.Conclusion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The page for people: tables as they are now, kept up to date by a script where scripts run. Safe for any thread. */
final class StatusPage {
    private static final String TEMPLATE = template();
    private static final int RESETS = 20;

    private final ApiServices routes;

    StatusPage(ApiServices routes) {
        this.routes = routes;
    }

    Response show(Request request) {
        // before the tables: an event in between is then shown twice rather than never
        var after = Long.toString(routes.feed().newest());
        var nonce = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
        var guests = rows(routes.guests().guests().stream().map(StatusPage::guest));
        var resets = rows(routes.guests().resets().stream().limit(RESETS).map(StatusPage::reset));
        // the tables last, so that nothing in them is taken for a place to fill
        var body = TEMPLATE.replace("{{nonce}}", nonce)
                .replace("{{time}}", Json.time(Instant.now()))
                .replace("{{after}}", after)
                .replace("{{limit}}", Integer.toString(RESETS));
        body = fill(body, guests, resets);
        return new Response.Document(
                OK, "text/html; charset=utf-8", body, Map.of("Content-Security-Policy", csp(nonce)));
    }

    private static String fill(String body, String guests, String resets) {
        var parts = body.split("\\{\\{(guests|resets)}}", -1);
        return parts[0] + guests + parts[1] + resets + parts[2];
    }

    private static String csp(String nonce) {
        return "default-src 'none'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
                + "script-src 'nonce-" + nonce + "'; style-src 'nonce-" + nonce + "'";
    }

    private static List<String> guest(GuestStatus guest) {
        var hazards = guest.hazards().stream().map(hazard -> hazard.id().text()).collect(Collectors.joining(", "));
        return List.of(
                guest.name(),
                orDash(guest.kind().map(Spelled::text)),
                guest.state().text() + (guest.stateDetail().isEmpty() ? "" : ": " + guest.stateDetail()),
                orDash(guest.identity().map(Identity::runState).map(RunState::text)),
                orDash(guest.identity().map(Identity::qemu)),
                hazards,
                orDash(guest.lastReset()));
    }

    private static List<String> reset(Reset reset) {
        return List.of(
                reset.id(),
                reset.guest(),
                Json.time(reset.times().requestedAt()),
                reset.request().origin().text(),
                reset.conclusion().map(Conclusion::verdict).map(Spelled::text).orElse("open"),
                orDash(reset.conclusion().flatMap(Conclusion::level).map(Spelled::text)),
                orDash(reset.conclusion().map(Conclusion::summary)));
    }

    private static String rows(Stream<List<String>> rows) {
        return rows.map(row -> row.stream()
                        .map(cell -> "<td>" + escaped(cell) + "</td>")
                        .collect(Collectors.joining("", "<tr>", "</tr>\n")))
                .collect(Collectors.joining());
    }

    private static String orDash(Optional<String> text) {
        return text.orElse("-");
    }

    static String escaped(String text) {
        return CleanText.line(text)
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    private static String template() {
        try (var file = StatusPage.class.getResourceAsStream("page.html")) {
            if (file == null) {
                throw new IllegalStateException("page.html is missing from the jar: build it again");
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
