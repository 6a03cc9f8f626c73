package io.reseal.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseal.policy.ResetPolicy.Terms;
import io.reseal.policy.hazard.HazardId;
import io.reseal.policy.reset.EvidenceKind;
import io.reseal.policy.reset.Origin;
import io.reseal.policy.reset.Outcome;
import io.reseal.policy.reset.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordsTest {
    @Test
    void every_word_is_found_by_its_one_spelling_in_kebab_case() {
        check(Level.class);
        check(Origin.class);
        check(Verdict.class);
        check(Outcome.class);
        check(HazardId.class);
        check(GuestKind.class);
        check(EvidenceKind.class);
    }

    private static <W extends Enum<W> & Spelled> void check(Class<W> words) {
        for (var word : words.getEnumConstants()) {
            assertThat(word.text()).matches("[a-z]+(-[a-z]+)*");
            assertThat(Spelled.find(words, word.text())).contains(word);
        }
        assertThat(Spelled.texts(words)).doesNotHaveDuplicates().hasSize(words.getEnumConstants().length);
        assertThat(Spelled.find(words, "SEV_SNP")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"PT0S,0s", "PT1S,1s", "PT0.25S,250ms", "PT1M30S,1m30s", "PT1H0.001S,1h1ms", "PT48H,48h", "PT-2S,-2s"})
    void durations_are_written_as_people_write_them(Duration duration, String text) {
        assertThat(Durations.text(duration)).isEqualTo(text);
    }

    @Test
    void a_proof_takes_time_and_settles_for_none_or_more() {
        assertThatThrownBy(() -> new Proof(Level.RUNNING, Duration.ZERO, Duration.ZERO))
                .hasMessage("within must be longer than zero, was 0s");
        assertThatThrownBy(() -> new Proof(Level.RUNNING, Duration.ofSeconds(-1), Duration.ZERO))
                .hasMessage("within must be longer than zero, was -1s");
        assertThatThrownBy(() -> new Proof(Level.RUNNING, Duration.ofSeconds(1), Duration.ofMillis(-5)))
                .hasMessage("settle must not be negative, was -5ms");
    }

    @Test
    void of_the_rules_the_first_that_matches_wins() {
        var first = new Proof(Level.OBSERVED, Duration.ofSeconds(1), Duration.ZERO);
        var second = new Proof(Level.RUNNING, Duration.ofSeconds(2), Duration.ZERO);
        var policy = new ResetPolicy(
                ResetPolicy.Terms.DEFAULT,
                List.of(
                        new ResetPolicy.Rule(
                                Optional.of(GuestKind.TDX), Optional.of(new ResetPolicy.Glob("db-*")), Terms.of(first)),
                        new ResetPolicy.Rule(
                                Optional.empty(), Optional.of(new ResetPolicy.Glob("db-?")), Terms.of(second)),
                        new ResetPolicy.Rule(Optional.of(GuestKind.PLAIN), Optional.empty(), Terms.of(first))));
        assertThat(policy.proofFor("db-1", GuestKind.TDX)).isEqualTo(first);
        assertThat(policy.proofFor("db-1", GuestKind.SEV)).isEqualTo(second);
        assertThat(policy.proofFor("web", GuestKind.PLAIN)).isEqualTo(first);
        assertThat(policy.proofFor("web", GuestKind.TDX)).isEqualTo(Proof.DEFAULT);
        assertThat(ResetPolicy.DEFAULT.proofFor("any", GuestKind.SEV)).isEqualTo(Proof.DEFAULT);
    }

    @ParameterizedTest
    @CsvSource({
        "db-*,db-,true",
        "db-*,db-1-a,true",
        "db-*,xdb-1,false",
        "*,'',true",
        "?,'',false",
        "?,a,true",
        "?,ab,false",
        "a.c,abc,false",
        "a.c,a.c,true",
        "[a],a,false",
        "*1*,web-1-x,true",
        "a*b,ab,true",
        "a*b,a*c,false",
        "'','',true",
        "'',a,false",
        "?😀*,x😀y,true",
        "?,😀,true",
        "web-\\E*,web-\\E1,true"
    })
    void globs_know_star_and_question_mark_and_take_the_rest_literally(String pattern, String name, boolean fits) {
        assertThat(new ResetPolicy.Glob(pattern).matches(name)).isEqualTo(fits);
    }

    @Test
    void releases_are_in_order_and_written_as_qemu_writes_them() {
        var release = new QemuRelease(11, 1, 3);
        assertThat(release).hasToString("11.1.3").isGreaterThan(new QemuRelease(11, 0, 9));
    }
}
