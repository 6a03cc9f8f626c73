package io.reseal.daemon.qemu;

import static io.reseal.daemon.qemu.RunningDaemon.PATIENCE;
import static io.reseal.testbed.junit.Requirement.KVM;
import static io.reseal.testbed.junit.Requirement.QEMU;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.testbed.junit.Requires;
import io.reseal.testbed.junit.Testbed;
import io.reseal.testbed.qemu.Qemu;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

@Requires(QEMU)
class RequestTest {
    @Test
    @Requires(KVM)
    void a_dry_request_tells_what_would_be_done_and_does_nothing(Testbed testbed) {
        var guest = TestGuests.rebuilt(testbed, "web-1");
        var daemon = RunningDaemon.start(testbed).watching("web-1");

        var answer = daemon.request("web-1", Map.of("dryRun", true));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().path("resettable").asBoolean()).isTrue();
        assertThat(words(answer, "sends")).contains("system_reset");
        assertThat(words(answer, "shows")).containsExactly("acknowledged", "observed", "running", "rebuilt");
        guest.serial().work(PATIENCE);
        assertThat(guest.monitor().events()).isEmpty();
        assertThat(guest.serial().boots()).isEqualTo(1);
        assertThat(daemon.metrics().counts("reseal_qmp_commands_total")).doesNotContainKey("system_reset ok");
        daemon.assertCounted(Map.of());
    }

    @Test
    void a_dry_request_tells_of_the_hazards_that_would_stop_it(Testbed testbed) {
        TestGuests.start(testbed, "web-1", Qemu.guest().noReboot());
        var daemon = RunningDaemon.start(testbed).watching("web-1");

        var plan = daemon.request("web-1", Map.of("dryRun", true)).json();

        assertThat(plan.path("resettable").asBoolean()).isFalse();
        assertThat(plan.path("hazards").path(0).path("id").asString()).isEqualTo("reboot-is-shutdown");
        daemon.assertCounted(Map.of());
    }

    @Test
    void a_request_made_twice_with_one_key_resets_once(Testbed testbed) {
        var guest = TestGuests.plain(testbed, "web-1");
        var daemon = RunningDaemon.start(testbed).watching("web-1");

        var first = daemon.begin("web-1", Map.of("key", "k-1"));
        var whileOpen = daemon.begin("web-1", Map.of("key", "k-1"));
        assertThat(daemon.awaitClosed(first.id()).verdict()).isEqualTo("proven");
        var afterwards = daemon.begin("web-1", Map.of("key", "k-1"));

        assertThat(whileOpen.id()).isEqualTo(first.id());
        assertThat(afterwards.id()).isEqualTo(first.id());
        assertThat(afterwards.verdict()).isEqualTo("proven");
        guest.serial().awaitBoots(2, PATIENCE);
        assertThat(guest.monitor().eventNames()).containsExactly("RESET");
        daemon.assertCounted(Map.of("plain operator proven", 1));
        assertThat(daemon.awaitClosed(
                                daemon.begin("web-1", Map.of("key", "k-2")).id())
                        .id())
                .isNotEqualTo(first.id());
    }

    @Test
    void a_request_while_a_reset_is_open_names_that_one(Testbed testbed) {
        var guest = TestGuests.plain(testbed, "web-1");
        var daemon = RunningDaemon.start(testbed, "policy.settle", "2s").watching("web-1");

        var open = daemon.begin("web-1", Map.of());
        var answer = daemon.request("web-1", Map.of());

        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.json().path("type").asString()).contains("reset-in-flight");
        assertThat(answer.json().path("detail").asString()).contains(open.id());
        assertThat(daemon.awaitClosed(open.id()).verdict()).isEqualTo("proven");
        assertThat(guest.monitor().eventNames()).containsExactly("RESET");
        assertThat(daemon.reset("web-1").verdict()).isEqualTo("proven");
        daemon.assertCounted(Map.of("plain operator proven", 2));
    }

    @Test
    void a_request_while_the_guest_boots_anew_by_itself_waits_for_the_end_of_that_reset(Testbed testbed) {
        var guest = TestGuests.plain(testbed, "web-1");
        var daemon = RunningDaemon.start(testbed, "policy.settle", "2s").watching("web-1");

        TestGuests.reboot(guest);
        daemon.awaitState("web-1", "resetting");
        var answer = daemon.request("web-1", Map.of());

        assertThat(answer.status()).isEqualTo(202);
        assertThat(daemon.awaitResets("web-1", 2))
                .extracting(SeenReset::origin)
                .containsExactlyInAnyOrder("guest", "operator");
        daemon.assertCounted(Map.of("plain guest proven", 1, "plain operator proven", 1));
    }

    @Test
    void a_request_for_more_resets_than_are_allowed_at_once_is_put_off(Testbed testbed) {
        var guest = TestGuests.plain(testbed, "web-1");
        var other = TestGuests.plain(testbed, "web-2");
        var daemon = RunningDaemon.start(
                        testbed,
                        TestConfig.in(testbed.folder())
                                .with("policy.settle", "2s")
                                .with("limits.concurrent-resets", "1"))
                .watching("web-1", "web-2");

        var open = daemon.begin("web-1", Map.of());
        var answer = daemon.request("web-2", Map.of());

        assertThat(answer.status()).isEqualTo(429);
        assertThat(answer.json().path("detail").asString()).contains("limits.concurrent-resets of 1");
        assertThat(other.monitor().events()).isEmpty();
        assertThat(daemon.awaitClosed(open.id()).verdict()).isEqualTo("proven");
        assertThat(daemon.reset("web-2").verdict()).isEqualTo("proven");
        guest.kill9();
        daemon.awaitState("web-1", "gone");
        assertThat(daemon.reset("web-2").verdict()).isEqualTo("proven");
        daemon.assertCounted(Map.of("plain operator proven", 3));
    }

    @Test
    void requests_for_many_guests_at_once_prove_each(Testbed testbed) {
        var names = List.of("web-1", "web-2", "web-3", "web-4");
        var guests = names.stream().map(name -> TestGuests.plain(testbed, name)).toList();
        var daemon = RunningDaemon.start(testbed);
        names.forEach(name -> daemon.awaitState(name, "watching"));

        var open = names.stream().map(name -> daemon.begin(name, Map.of())).toList();

        assertThat(open)
                .allSatisfy(reset ->
                        assertThat(daemon.awaitClosed(reset.id()).outcome()).isEqualTo("operator proven running"));
        assertThat(guests).allSatisfy(guest -> guest.serial().awaitBoots(2, PATIENCE));
        daemon.assertCounted(Map.of("plain operator proven", 4));
        assertThat(daemon.metrics().counts("reseal_guest_resets_total"))
                .isEqualTo(Map.of("web-1", 1, "web-2", 1, "web-3", 1, "web-4", 1));
    }

    @Test
    void a_request_for_more_than_can_be_shown_in_time_is_answered_unproven_and_harms_nobody(Testbed testbed) {
        var guest = TestGuests.plain(testbed, "web-1");
        var daemon = RunningDaemon.start(testbed).watching("web-1");

        var reset = daemon.awaitClosed(
                daemon.begin("web-1", Map.of("within", "100ms")).id());

        assertThat(reset.outcome()).as(reset.toString()).isEqualTo("operator unproven observed");
        assertThat(reset.summary()).contains("time ran out");
        guest.serial().awaitBoots(2, PATIENCE);
        assertThat(daemon.awaitState("web-1", "watching")
                        .json()
                        .path("lastReset")
                        .asString())
                .isEqualTo(reset.id());
        daemon.assertCounted(Map.of("plain operator unproven", 1));
        assertThat(daemon.reset("web-1").outcome()).isEqualTo("operator proven running");
    }

    @Test
    void a_request_for_an_unknown_guest_names_the_nearest(Testbed testbed) {
        var guest = TestGuests.plain(testbed, "web-1");
        var daemon = RunningDaemon.start(testbed).watching("web-1");

        var answer = daemon.request("wbe-1", Map.of());

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.json().path("detail").asString()).contains("web-1");
        assertThat(guest.monitor().events()).isEmpty();
        daemon.assertCounted(Map.of());
    }

    private static List<String> words(AdminClient.Answer answer, String member) {
        return answer.json()
                .path(member)
                .valueStream()
                .map(word -> word.asString())
                .toList();
    }
}
