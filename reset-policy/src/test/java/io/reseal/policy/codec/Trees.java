package io.reseal.policy.codec;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Trees as JSON, for golden files; only what trees are made of. */
final class Trees {
    private final String json;
    private int at;

    private Trees(String json) {
        this.json = json;
    }

    /** On one line. */
    static String json(Object tree) {
        var text = new StringBuilder();
        append(text, tree);
        return text.toString();
    }

    private static void append(StringBuilder text, Object tree) {
        switch (tree) {
            case Map<?, ?> map -> {
                text.append('{');
                map.forEach((name, value) -> {
                    text.append(text.charAt(text.length() - 1) == '{' ? "" : ",");
                    append(text, name);
                    text.append(':');
                    append(text, value);
                });
                text.append('}');
            }
            case List<?> list -> {
                text.append('[');
                for (int i = 0; i < list.size(); i++) {
                    text.append(i == 0 ? "" : ",");
                    append(text, list.get(i));
                }
                text.append(']');
            }
            case String string ->
                text.append('"')
                        .append(string.replace("\\", "\\\\")
                                .replace("\"", "\\\"")
                                .replace("\n", "\\n"))
                        .append('"');
            case Long number -> text.append(number);
            case Boolean flag -> text.append(flag);
            default -> throw new IllegalArgumentException("no part of a tree: " + tree.getClass());
        }
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> parse(String json) {
        return (Map<String, Object>) new Trees(json).value();
    }

    private Object value() {
        char c = json.charAt(at);
        if (c == '{') {
            return object();
        } else if (c == '[') {
            return list();
        } else if (c == '"') {
            return text();
        }
        int from = at;
        while (at < json.length() && ",]}".indexOf(json.charAt(at)) < 0) {
            at++;
        }
        var word = json.substring(from, at);
        return word.equals("true") || word.equals("false") ? Boolean.valueOf(word) : (Object) Long.valueOf(word);
    }

    private Map<String, Object> object() {
        var map = new LinkedHashMap<String, Object>();
        at++;
        while (json.charAt(at) != '}') {
            at += json.charAt(at) == ',' ? 1 : 0;
            var name = text();
            at++;
            map.put(name, value());
        }
        at++;
        return map;
    }

    private List<Object> list() {
        var list = new ArrayList<>();
        at++;
        while (json.charAt(at) != ']') {
            at += json.charAt(at) == ',' ? 1 : 0;
            list.add(value());
        }
        at++;
        return list;
    }

    private String text() {
        var text = new StringBuilder();
        for (at++; json.charAt(at) != '"'; at++) {
            char c = json.charAt(at);
            if (c == '\\') {
                c = json.charAt(++at) == 'n' ? '\n' : json.charAt(at);
            }
            text.append(c);
        }
        at++;
        return text.toString();
    }
}
