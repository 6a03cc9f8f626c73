package io.reseal.daemon;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Circles of classes: sets in which each one needs, over others or at once, every other. A class and those nested in it are one. */
final class Circles {
    private final Map<String, Set<String>> needs = new TreeMap<>();
    private final Map<String, Integer> numbers = new HashMap<>();
    private final Map<String, Integer> lowest = new HashMap<>();
    private final ArrayDeque<String> path = new ArrayDeque<>();
    private final List<Set<String>> found = new ArrayList<>();

    /** Those below a package, by the names of their classes. */
    static List<Set<String>> in(JavaClasses classes, String below) {
        var circles = new Circles();
        classes.stream()
                .filter(type -> type.getPackageName().startsWith(below))
                .forEach(type -> type.getDirectDependenciesFromSelf().stream()
                        .map(Dependency::getTargetClass)
                        .filter(target -> target.getPackageName().startsWith(below))
                        .forEach(target -> circles.add(outermost(type), outermost(target))));
        List.copyOf(circles.needs.keySet()).forEach(circles::visit);
        return circles.found;
    }

    private static String outermost(JavaClass type) {
        return type.getEnclosingClass()
                .map(Circles::outermost)
                .orElseGet(() -> type.getBaseComponentType().getFullName());
    }

    private void add(String from, String to) {
        if (!from.equals(to)) {
            needs.computeIfAbsent(from, _ -> new TreeSet<>()).add(to);
        }
    }

    /** Tarjan's algorithm. */
    private void visit(String type) {
        if (numbers.containsKey(type)) {
            return;
        }
        numbers.put(type, numbers.size());
        lowest.put(type, numbers.get(type));
        path.push(type);
        for (var next : needs.getOrDefault(type, Set.of())) {
            visit(next);
            if (path.contains(next)) {
                lowest.merge(type, lowest.getOrDefault(next, Integer.MAX_VALUE), Math::min);
            }
        }
        if (lowest.get(type).equals(numbers.get(type))) {
            close(type);
        }
    }

    private void close(String type) {
        var circle = new HashSet<String>();
        String member;
        do {
            member = path.pop();
            circle.add(member);
        } while (!member.equals(type));
        if (circle.size() > 1) {
            found.add(new TreeSet<>(circle));
        }
    }
}
