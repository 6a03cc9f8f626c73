package io.reseal.daemon.qemu;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One scrape. Samples are named as Prometheus writes them, labels in its order. */
record Metrics(Map<String, Double> samples) {
    private static final Pattern SAMPLE = Pattern.compile("([a-z_:]+(?:\\{.*})?) ([-+.0-9A-Za-z]+)");
    private static final Pattern LABELS = Pattern.compile("[a-z]+=\"([^\"]*)\"");

    static Metrics of(String text) {
        return new Metrics(text.lines()
                .map(SAMPLE::matcher)
                .filter(sample -> sample.matches())
                .collect(Collectors.toMap(
                        sample -> sample.group(1), sample -> Double.parseDouble(sample.group(2)), (a, _) -> a)));
    }

    /** A sample; 0 when there is none. */
    double value(String sample) {
        return samples.getOrDefault(sample, 0.0);
    }

    /** All samples of a meter added up. */
    double sum(String meter) {
        return samplesOf(meter).mapToDouble(Map.Entry::getValue).sum();
    }

    /** The samples of a meter that are not zero, by the values of their labels, with blanks between. */
    Map<String, Integer> counts(String meter) {
        return samplesOf(meter)
                .filter(sample -> sample.getValue() != 0)
                .collect(Collectors.toMap(
                        sample -> LABELS.matcher(sample.getKey())
                                .results()
                                .map(label -> label.group(1))
                                .collect(Collectors.joining(" ")),
                        sample -> sample.getValue().intValue(),
                        Integer::sum,
                        TreeMap::new));
    }

    private Stream<Map.Entry<String, Double>> samplesOf(String meter) {
        return samples.entrySet().stream()
                .filter(sample ->
                        sample.getKey().equals(meter) || sample.getKey().startsWith(meter + "{"));
    }
}
