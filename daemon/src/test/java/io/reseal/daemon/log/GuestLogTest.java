package io.reseal.daemon.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.reseal.daemon.feed.FakeGuests;
import io.reseal.policy.CleanText;
import io.reseal.policy.launch.LaunchChange;
import io.reseal.policy.launch.LaunchPart;
import io.reseal.policy.reset.Reset;
import io.reseal.policy.reset.Verdict;
import io.reseal.policy.signal.Action;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

class GuestLogTest {
    private static final String FORGED =
            "x\r\n2026-11-22 ERROR \u001b[2K\u009b1A\u2028\u2029\u202e\u0000 verdict proven";

    private final Logger logger = (Logger) LoggerFactory.getLogger("reseal.guest");
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final GuestLog log = new GuestLog("web-1");

    @BeforeEach
    void listen() {
        logger.setLevel(Level.DEBUG);
        lines.start();
        logger.addAppender(lines);
    }

    @AfterEach
    void end() {
        logger.detachAppender(lines);
        logger.setLevel(null);
    }

    @Test
    void the_log_of_a_guest_warns_of_a_launch_that_a_reset_changed_and_names_both() {
        log.launchChanged(new Action.LaunchChanged(
                Optional.of("r-1"),
                List.of(
                        new LaunchChange(LaunchPart.POLICY, "the policy was 0x30000, is 0xb0000"),
                        new LaunchChange(LaunchPart.PROPERTIES, "vcpus was 2, is 3"))));
        assertThat(lines.list).singleElement().satisfies(line -> {
            assertThat(line.getLevel()).isEqualTo(Level.WARN);
            assertThat(line.getFormattedMessage())
                    .isEqualTo("the reset changed the launch: the policy was 0x30000, is 0xb0000; vcpus was 2, is 3");
            assertThat(line.getMDCPropertyMap()).containsEntry("guest", "web-1").containsEntry("reset", "r-1");
        });
    }

    @Test
    void the_log_of_a_guest_is_never_forged_by_what_guests_QEMU_or_operators_wrote() {
        var reset = reset(FORGED);
        log.info(FORGED);
        log.warn(FORGED);
        log.opened(reset);
        log.found(
                FakeGuests.withEvidence(reset, FORGED),
                FakeGuests.withEvidence(reset, FORGED).evidence().getFirst());
        log.closed(closed(reset, FORGED));
        assertThat(lines.list)
                .hasSize(5)
                .allSatisfy(line -> assertThat(line.getFormattedMessage())
                        .contains("x??2026-11-22 ERROR ?[2K?1A????")
                        .doesNotContainPattern("[\\p{Cntrl}\\p{Cf}\\p{Zl}\\p{Zp}]"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{} {}", "%s %d", "${jndi:ldap://x}"})
    void the_log_of_a_guest_takes_text_of_others_as_it_is(String text) {
        log.warn(text);
        log.opened(reset(text));
        assertThat(lines.list)
                .allSatisfy(line -> assertThat(line.getFormattedMessage()).contains(text));
    }

    @Test
    void the_log_of_a_guest_cuts_what_is_too_long() {
        log.warn("x".repeat(100_000));
        assertThat(lines.list.getFirst().getFormattedMessage()).hasSize(500);
    }

    @Test
    void the_log_of_a_guest_keeps_letters_of_every_script() {
        assertThat(CleanText.line("Grüße 你好 🙂")).isEqualTo("Grüße 你好 🙂");
    }

    @Test
    void the_log_of_a_guest_names_the_guest_and_the_reset_in_each_line_and_nowhere_else() {
        log.opened(reset("nightly"));
        log.info("attached");
        assertThat(lines.list.get(0).getMDCPropertyMap())
                .containsEntry("guest", "web-1")
                .containsEntry("reset", "r-7");
        assertThat(lines.list.get(1).getMDCPropertyMap()).containsOnlyKeys("guest");
        assertThat(MDC.get("guest")).isNull();
    }

    @Test
    void the_log_of_a_guest_is_louder_the_worse_the_verdict() {
        for (var verdict : Verdict.values()) {
            log.closed(FakeGuests.closed(FakeGuests.opened("r", "web-1"), verdict));
        }
        assertThat(lines.list)
                .extracting(ILoggingEvent::getLevel)
                .containsExactly(Level.INFO, Level.WARN, Level.ERROR, Level.ERROR, Level.WARN);
    }

    private static Reset reset(String reason) {
        var reset = FakeGuests.opened("r-7", "web-1");
        return new Reset(
                reset.id(),
                reset.guest(),
                reset.kind(),
                new Reset.Request(
                        reset.request().origin(), reason, reset.request().proof(), Set.of()),
                reset.hazards(),
                reset.evidence(),
                reset.times(),
                reset.conclusion(),
                0);
    }

    private static Reset closed(Reset reset, String summary) {
        return new Reset(
                reset.id(),
                reset.guest(),
                reset.kind(),
                reset.request(),
                reset.hazards(),
                reset.evidence(),
                reset.times(),
                Optional.of(new Reset.Conclusion(Verdict.FAILED, Optional.empty(), summary)),
                0);
    }
}
