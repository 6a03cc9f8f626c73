package io.reseal.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.policy.Level;
import io.reseal.policy.reset.Verdict;
import org.junit.jupiter.api.Test;

class RehearsalTest {
    @Test
    void the_rehearsal_walks_the_whole_way_of_a_reset_that_is_proven() {
        var reset = Rehearsal.once();

        assertThat(reset.conclusion().orElseThrow().verdict()).isEqualTo(Verdict.PROVEN);
        assertThat(reset.conclusion().orElseThrow().level()).contains(Level.REBUILT);
    }
}
