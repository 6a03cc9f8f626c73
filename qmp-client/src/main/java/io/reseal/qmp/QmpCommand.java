package io.reseal.qmp;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * One command with its arguments. The arguments are copied and reduced to plain JSON, so that what the
 * {@link CommandGate} judges is exactly what is sent.
 *
 * @param replyBytes how long its reply may be, if that is more than {@link QmpLimits#replyBytes}
 */
public record QmpCommand(String name, ObjectNode arguments, CommandClass kind, int replyBytes) {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final ObjectNode NONE = JsonNodeFactory.instance.objectNode();
    /** QAPI names; anything else could break out of the string it is written into. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]*");

    /** Copies the arguments, and refuses a name or arguments that are no valid QMP. */
    public QmpCommand {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "a QMP command name has letters, digits, '-', '_' and '.' only, but '" + name + "' was given");
        }
        arguments = plainCopy(name, arguments);
    }

    /** A command whose reply is within the limit of the settings. */
    public QmpCommand(String name, ObjectNode arguments, CommandClass kind) {
        this(name, arguments, kind, 0);
    }

    /** A command that reads, without arguments. */
    public static QmpCommand of(String name) {
        return new QmpCommand(name, NONE, CommandClass.QUERY);
    }

    /** A command that changes something, without arguments. */
    public static QmpCommand action(String name) {
        return new QmpCommand(name, NONE, CommandClass.ACTION);
    }

    /** The same with one argument more. */
    public QmpCommand with(String argument, String value) {
        return with(argument, JsonNodeFactory.instance.stringNode(value));
    }

    /** The same with one argument more. */
    public QmpCommand with(String argument, long value) {
        return with(argument, JsonNodeFactory.instance.numberNode(value));
    }

    /** The same with one argument more. */
    public QmpCommand with(String argument, boolean value) {
        return with(argument, JsonNodeFactory.instance.booleanNode(value));
    }

    /** The same with one argument more. */
    public QmpCommand with(String argument, JsonNode value) {
        return new QmpCommand(name, arguments().set(argument, value), kind, replyBytes);
    }

    /**
     * The same, whose reply may have so many bytes. From the sending on its connection takes in replies of that length; the limit of JSON values grows
     * with it.
     */
    public QmpCommand withReplyBytes(int bytes) {
        return new QmpCommand(name, arguments(), kind, bytes);
    }

    /** A copy; the command itself never changes. */
    @Override
    public ObjectNode arguments() {
        return arguments.deepCopy();
    }

    /** The argument of that name if it is there and is a string. */
    public Optional<String> text(String argument) {
        return arguments.path(argument).stringValueOpt();
    }

    String onWire(String id) {
        return onWire("execute", id);
    }

    String outOfBandOnWire(String id) {
        return onWire("exec-oob", id);
    }

    private String onWire(String verb, String id) {
        var text = new StringBuilder(64)
                .append("{\"")
                .append(verb)
                .append("\":\"")
                .append(name)
                .append('"');
        if (!arguments.isEmpty()) {
            text.append(",\"arguments\":").append(arguments);
        }
        return text.append(",\"id\":\"").append(id).append("\"}\n").toString();
    }

    /** Through text and back: a node that writes itself as it likes (POJONode) cannot show the gate another face. */
    private static ObjectNode plainCopy(String name, ObjectNode arguments) {
        if (arguments.isEmpty()) {
            return NONE;
        }
        try {
            var plain = (ObjectNode) JSON.readTree(JSON.writeValueAsString(arguments));
            if (StandardCharsets.UTF_8.newEncoder().canEncode(plain.toString())) {
                return plain;
            }
        } catch (JacksonException notJson) {
            throw notValid(name, notJson.getOriginalMessage());
        }
        throw notValid(name, "half a surrogate pair");
    }

    private static IllegalArgumentException notValid(String name, String what) {
        return new IllegalArgumentException("the arguments of " + name + " must be valid JSON but have " + what);
    }
}
