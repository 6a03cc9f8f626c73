package io.reseal.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.daemon.feed.FakeGuests;
import io.reseal.policy.GuestKind;
import io.reseal.policy.reset.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatusPageTest {
    @TempDir
    Path folder;

    @Test
    void the_page_shows_guests_and_resets_without_a_script_and_escapes_all_of_it() throws IOException {
        try (var served = ServedGuests.on(folder.resolve("admin.sock"))) {
            served.fleet.add(FakeGuests.guest("<script>{{resets}}", GuestKind.SEV_SNP));
            served.fleet.open(FakeGuests.closed(FakeGuests.opened("r-1", "a&\"b'"), Verdict.PROVEN));

            var page = Wire.get(served.tcp(), "/");

            assertThat(page)
                    .contains("content-type: text/html; charset=utf-8\r\n")
                    .contains("Content-Security-Policy: default-src 'none'")
                    .contains("<td>&lt;script&gt;{{resets}}</td><td>sev-snp</td>")
                    .contains("<td>r-1</td><td>a&amp;&quot;b&#39;</td>", "<td>proven</td><td>rebuilt</td>")
                    .contains("/v1/events?after=" + served.feed.newest())
                    .doesNotContain("<script>{{", "{{nonce}}", "http://", "https://");
        }
    }
}
