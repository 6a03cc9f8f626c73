package io.reseal.policy.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseal.policy.signal.SignalType;
import io.reseal.policy.simulation.RecordedRuns;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a journal writes today is read in years. */
class CodecTest {
    private static List<String> golden(String file) {
        try (var in = Objects.requireNonNull(CodecTest.class.getResourceAsStream(file), file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, Object> written() {
        return Trees.parse(Trees.json(StateCodec.write(Samples.state())));
    }

    /** The object at the end of a path of member names. */
    @SuppressWarnings("unchecked")
    private static Map<String, Object> at(Map<String, Object> tree, String... path) {
        var found = tree;
        for (var name : path) {
            found = (Map<String, Object>) Objects.requireNonNull(found.get(name), name);
        }
        return found;
    }

    private static void assertFault(Map<String, Object> state, String message) {
        assertThatThrownBy(() -> StateCodec.read(state))
                .isInstanceOf(CodecException.class)
                .hasMessage(message);
    }

    @Test
    void signals_that_version_1_wrote_are_read_for_ever() {
        var lines = golden("signals-version-1.jsonl");
        assertThat(lines.stream().map(Trees::parse).map(SignalCodec::read)).isEqualTo(Samples.signals());
    }

    @Test
    void states_that_version_1_wrote_are_read_for_ever() {
        var lines = golden("states-version-1.jsonl");
        assertThat(lines.stream().map(Trees::parse).map(StateCodec::read)).isEqualTo(Samples.states());
    }

    @Test
    void the_header_that_version_1_wrote_is_read_for_ever() {
        var line = golden("header-version-1.jsonl").getFirst();
        assertThat(StateCodec.readHeader(Trees.parse(line))).isEqualTo(Samples.header());
    }

    @Test
    void no_name_in_a_tree_changes_without_another_version() {
        assertThat(Samples.signals().stream().map(SignalCodec::write).map(Trees::json))
                .isEqualTo(golden("signals-version-1.jsonl"));
        assertThat(Samples.states().stream().map(StateCodec::write).map(Trees::json))
                .isEqualTo(golden("states-version-1.jsonl"));
        assertThat(Trees.json(StateCodec.write(Samples.header())))
                .isEqualTo(golden("header-version-1.jsonl").getFirst());
    }

    @Test
    void a_null_in_a_list_and_a_version_below_one_are_named_by_their_place() {
        var tree = written();
        at(tree, "resets", "open", "log", "reset").put("evidence", Collections.singletonList(null));
        assertFault(tree, "resets.open.log.reset.evidence[0]: expected an object, found null");
        tree = written();
        tree.put("version", 0L);
        assertFault(tree, "version: expected a version from 1 on, found 0");
    }

    @Test
    void the_golden_file_has_one_of_each_signal() {
        assertThat(Samples.signals().stream().map(SignalType::of)).containsExactlyInAnyOrder(SignalType.values());
    }

    @Test
    void every_signal_and_every_state_of_simulated_runs_comes_back_as_it_was() {
        RecordedRuns.each(2_000, (signal, state) -> {
            assertThat(SignalCodec.read(SignalCodec.write(signal))).isEqualTo(signal);
            assertThat(StateCodec.read(StateCodec.write(state))).isEqualTo(state);
        });
    }

    @Test
    void members_that_are_not_known_are_ignored() {
        var tree = written();
        tree.put("budget", Map.of("left", 3L));
        at(tree, "resets", "open", "phase", "seen").put("bootId", "x");
        assertThat(StateCodec.read(tree)).isEqualTo(Samples.state());
    }

    @Test
    void what_is_not_known_may_be_missing() {
        var tree = written();
        at(tree, "resets").clear();
        at(tree, "incarnation").remove("counters");
        var read = StateCodec.read(tree);
        assertThat(read.resets().open()).isEmpty();
        assertThat(read.incarnation().counters()).isEmpty();
    }

    @Test
    void a_member_that_must_be_there_is_named_with_its_path() {
        var tree = written();
        at(tree, "resets", "open", "phase", "seen").remove("ranSince");
        assertFault(tree, "resets.open.phase.seen.ranSince: is missing");
    }

    @Test
    void a_member_of_another_kind_is_named_with_what_was_expected() {
        var tree = written();
        at(tree, "incarnation").put("number", "three");
        assertFault(tree, "incarnation.number: expected a whole number, found the text \"three\"");
        tree = written();
        at(tree, "connection").put("lostAt", "yesterday");
        assertFault(tree, "connection.lostAt: expected a time such as 2026-11-22T12:00:00Z, found \"yesterday\"");
        tree = written();
        at(tree, "connection").put("link", "sideways");
        assertFault(tree, "connection.link: \"sideways\" is none of new, up, down, ended");
        tree = written();
        at(tree, "resets", "open", "log", "reset").put("evidence", List.of(Map.of("at", 7L)));
        assertFault(tree, "resets.open.log.reset.evidence[0].at: expected a text, found 7");
        tree = written();
        at(tree, "resets", "open", "phase").put("name", "dreaming");
        assertFault(tree, "resets.open.phase.name: \"dreaming\" is no phase of a reset");
    }

    @Test
    void a_version_that_is_not_known_is_not_guessed_at() {
        var tree = written();
        tree.put("version", 2L);
        assertFault(
                tree,
                "version: this version of Reseal reads versions 1 to 1, but found 2: it was written by a newer one");
        tree.remove("version");
        assertFault(tree, "version: is missing");
    }

    @Test
    void a_tree_is_made_of_maps_lists_texts_whole_numbers_and_flags_alone() {
        Stream.concat(
                        Samples.signals().stream().map(SignalCodec::write),
                        Samples.states().stream().map(StateCodec::write))
                .forEach(tree -> assertThat(Trees.parse(Trees.json(tree))).isEqualTo(tree));
    }
}
