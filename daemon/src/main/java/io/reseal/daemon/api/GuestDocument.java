package io.reseal.daemon.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A guest.
 *
 * @param processSeen whether {@code /proc} shows its QEMU
 * @param incarnation number of KVM contexts that were seen, the present one included
 * @param launch what it was launched from, in display order
 * @param lastReset id of its newest reset
 * @param blind time during which nobody listened
 */
public record GuestDocument(
        String name,
        Optional<String> uuid,
        Optional<Long> pid,
        Optional<Boolean> processSeen,
        Optional<String> kind,
        String state,
        Optional<String> stateDetail,
        Optional<String> runState,
        Optional<String> qemu,
        String socket,
        Optional<Integer> incarnation,
        Optional<Instant> incarnationSince,
        Instant since,
        boolean resettable,
        List<HazardDocument> hazards,
        Optional<Map<String, String>> launch,
        Optional<String> lastReset,
        Blind blind) {

    /** Time during which nobody listened. */
    public record Blind(int intervals, BigDecimal seconds) {}

    /**
     * All guests.
     *
     * @param hindrances what keeps others from being found, one sentence each; left out where there is nothing
     */
    public record Listing(
            List<GuestDocument> guests,
            @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<List<String>> hindrances) {}
}
