package io.reseal.policy.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What docs/state-machine.md draws is what simulated runs walk through, both ways. */
class StateDrawingTest {
    @Test
    void every_transition_of_an_open_reset_that_is_walked_is_drawn_and_every_drawn_one_is_walked() {
        assertThat(StateDrawing.lines(Simulations.keptWithRare().phases))
                .isEqualTo(StateDrawing.lines(StateDrawing.read().phases()));
    }

    @Test
    void every_transition_of_the_connection_that_is_walked_is_drawn_and_every_drawn_one_is_walked() {
        assertThat(StateDrawing.lines(Simulations.keptWithRare().links))
                .isEqualTo(StateDrawing.lines(StateDrawing.read().links()));
    }

    @Test
    void the_table_of_the_machine_has_the_same_transitions() {
        assertThat(StateDrawing.lines(StateDrawing.javadoc()))
                .isEqualTo(StateDrawing.lines(StateDrawing.read().phases()));
    }
}
