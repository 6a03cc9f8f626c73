package io.reseal.config.yaml;

import io.reseal.config.Quoted;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/** What the YAML parser (snakeyaml-engine 3.0.1) says, in one sentence for operators. */
final class SyntaxFault {
    private static final Pattern NO_TOKEN = Pattern.compile("found character '(.+)' that cannot start any token.*");
    private static final Pattern NO_VALUE = Pattern.compile("expected the node content, but found '([^<].*)'");
    private static final Pattern OUT_OF_LINE =
            Pattern.compile("expected <block end>, but found '(<block mapping start>|<block sequence start>|\\?|-)'");

    private SyntaxFault() {}

    static String text(MarkedYamlEngineException fault) {
        return "is not YAML: " + cause(fault);
    }

    private static String cause(MarkedYamlEngineException fault) {
        var problem = Quoted.plain(String.valueOf(fault.getProblem()));
        var noToken = NO_TOKEN.matcher(problem);
        if (noToken.matches()) {
            return noToken.group(1).contains("TAB")
                    ? "a tab stands where only spaces may: indent with spaces"
                    : "`" + noToken.group(1) + "` must not begin a value: put the value in quotes";
        }
        var noValue = NO_VALUE.matcher(problem);
        if (noValue.matches()) {
            return "`" + noValue.group(1) + "` stands where a value should begin: put the value in quotes";
        }
        if (OUT_OF_LINE.matcher(problem).matches()) {
            return "the indentation matches nothing above: align the line with the block" + since(fault);
        }
        if (problem.startsWith("mapping values are not allowed here")) {
            return "a `:` stands where no key can be: put the value in quotes or correct the indentation";
        }
        if (problem.startsWith("could not find expected ':'")) {
            return "a line is neither `key: value` nor part of the value above";
        }
        return problem + (fault.getContext() == null ? "" : ", " + Quoted.plain(fault.getContext()) + since(fault));
    }

    private static String since(MarkedYamlEngineException fault) {
        return fault.getContextMark()
                .map(Mark::getLine)
                .map(line -> " that began on line " + (line + 1))
                .orElse("");
    }
}
