package io.reseal.igvm.attestation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The set bits of a 64-bit field in words; a bit without a name is shown by its number, never dropped. */
public record BitWords(Map<Integer, String> names) {

    public List<String> of(long bits) {
        List<String> words = new ArrayList<>();
        for (int bit = 0; bit < Long.SIZE; bit++) {
            if (((bits >>> bit) & 1) == 1) {
                words.add(names.getOrDefault(bit, "bit " + bit));
            }
        }
        return List.copyOf(words);
    }
}
