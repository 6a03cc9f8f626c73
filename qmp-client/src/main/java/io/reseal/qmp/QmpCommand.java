package io.reseal.qmp;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * One command with its arguments. The arguments are copied and reduced to plain JSON, so that what the
 * {@link CommandGate} judges is exactly what is sent.
 */
public final class QmpCommand {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final ObjectNode NONE = JsonNodeFactory.instance.objectNode();
    /** QAPI names; anything else could break out of the string it is written into. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]*");

    private final String name;
    private final ObjectNode arguments;
    private final CommandClass kind;
    private final int replyBytes;
    private final @Nullable ReplyReader reader;
    /** From the name on, up to the id: a command may be sent often. */
    private final String text;

    /** Copies the arguments, and refuses a name or arguments that are no valid QMP. */
    public QmpCommand(String name, ObjectNode arguments, CommandClass kind) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "a QMP command name has letters, digits, '-', '_' and '.' only, but '" + name + "' was given");
        }
        this.name = name;
        this.arguments = plainCopy(name, arguments);
        this.kind = kind;
        this.replyBytes = 0;
        this.reader = null;
        this.text = text(name, this.arguments);
    }

    /** @param arguments which are plain JSON, and nobody else's */
    private QmpCommand(QmpCommand like, ObjectNode arguments, int replyBytes, @Nullable ReplyReader reader) {
        this.name = like.name;
        this.arguments = arguments;
        this.kind = like.kind;
        this.replyBytes = replyBytes;
        this.reader = reader;
        this.text = text(name, arguments);
    }

    private static String text(String name, ObjectNode arguments) {
        return arguments.isEmpty() ? name + '"' : name + "\",\"arguments\":" + arguments;
    }

    /** Its name on the wire. */
    public String name() {
        return name;
    }

    /** Whether it reads or acts. */
    public CommandClass kind() {
        return kind;
    }

    /** How long its reply may be, if that is more than {@link QmpLimits#replyBytes}; else 0. */
    public int replyBytes() {
        return replyBytes;
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
        requireText(name, value);
        return withPlain(argument, JsonNodeFactory.instance.stringNode(value));
    }

    /** The same with one argument more. */
    public QmpCommand with(String argument, long value) {
        return withPlain(argument, JsonNodeFactory.instance.numberNode(value));
    }

    /** The same with one argument more. */
    public QmpCommand with(String argument, boolean value) {
        return withPlain(argument, JsonNodeFactory.instance.booleanNode(value));
    }

    /** The same with one argument more. */
    public QmpCommand with(String argument, JsonNode value) {
        return new QmpCommand(this, plainCopy(name, arguments().set(argument, value)), replyBytes, reader);
    }

    private QmpCommand withPlain(String argument, JsonNode value) {
        requireText(name, argument);
        return new QmpCommand(this, arguments().set(argument, value), replyBytes, reader);
    }

    /**
     * The same, whose reply may have so many bytes. From the sending on its connection takes in replies of that length; the limit of JSON values grows
     * with it.
     */
    public QmpCommand withReplyBytes(int bytes) {
        return new QmpCommand(this, arguments, bytes, reader);
    }

    /**
     * The same, whose reply is read without a tree: the node answered is a {@code POJONode} of what the reader made. A reply that is not as the
     * reader expects is a tree.
     */
    public QmpCommand withReader(ReplyReader read) {
        return new QmpCommand(this, arguments, replyBytes, read);
    }

    @Nullable
    ReplyReader reader() {
        return reader;
    }

    /** A copy; the command itself never changes. */
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
        return "{\"" + verb + "\":\"" + text + ",\"id\":\"" + id + "\"}\n";
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof QmpCommand command
                && name.equals(command.name)
                && arguments.equals(command.arguments)
                && kind == command.kind
                && replyBytes == command.replyBytes
                && Objects.equals(reader, command.reader);
    }

    @Override
    public int hashCode() {
        return Objects.hash(name, arguments, kind, replyBytes);
    }

    /** For people: its name and its arguments. */
    @Override
    public String toString() {
        return arguments.isEmpty() ? name : name + " " + arguments;
    }

    /** Through text and back: a node that writes itself as it likes (POJONode) cannot show the gate another face. */
    private static ObjectNode plainCopy(String name, ObjectNode arguments) {
        if (arguments.isEmpty()) {
            return NONE;
        }
        try {
            var plain = (ObjectNode) JSON.readTree(JSON.writeValueAsString(arguments));
            requireText(name, plain.toString());
            return plain;
        } catch (JacksonException notJson) {
            throw notValid(name, notJson.getOriginalMessage());
        }
    }

    private static void requireText(String name, String text) {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw notValid(name, "half a surrogate pair");
        }
    }

    private static IllegalArgumentException notValid(String name, String what) {
        return new IllegalArgumentException("the arguments of " + name + " must be valid JSON but have " + what);
    }
}
