package io.reseal.daemon.cli.report;

import io.reseal.igvm.attestation.Octets;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * An SNP report that a tool has taken apart into fields: the names of virtee/sev (snpguest, Trustee) and of go-sev-guest's
 * protobuf. Bytes are numbers, base64 or hexadecimal digits; a field that is left out is zero, as protobuf means it.
 */
final class SnpJson {
    private static final int SIZE = 1184;
    private static final int SIGNATURE = 0x2a0;
    private static final int ROOM = 72;
    private static final int TURIN = 0x1a;

    private static final Set<String> NEEDED = Set.of("version", "measurement", "signature");

    private record Field(int offset, int size) {}

    private static final Map<String, Field> BYTES = Map.ofEntries(
            Map.entry("familyid", new Field(0x10, 16)),
            Map.entry("imageid", new Field(0x20, 16)),
            Map.entry("reportdata", new Field(0x50, 64)),
            Map.entry("measurement", new Field(0x90, 48)),
            Map.entry("hostdata", new Field(0xc0, 32)),
            Map.entry("idkeydigest", new Field(0xe0, 48)),
            Map.entry("authorkeydigest", new Field(0x110, 48)),
            Map.entry("reportid", new Field(0x140, 32)),
            Map.entry("reportidma", new Field(0x160, 32)),
            Map.entry("chipid", new Field(0x1a0, 64)));

    private static final Map<String, Field> NUMBERS = Map.ofEntries(
            Map.entry("version", new Field(0, 4)),
            Map.entry("guestsvn", new Field(4, 4)),
            Map.entry("policy", new Field(8, 8)),
            Map.entry("vmpl", new Field(0x30, 4)),
            Map.entry("sigalgo", new Field(0x34, 4)),
            Map.entry("signaturealgo", new Field(0x34, 4)),
            Map.entry("platinfo", new Field(0x40, 8)),
            Map.entry("platforminfo", new Field(0x40, 8)),
            Map.entry("keyinfo", new Field(0x48, 4)),
            Map.entry("signerinfo", new Field(0x48, 4)),
            Map.entry("authorkeyen", new Field(0x48, 4)),
            Map.entry("cpuidfamid", new Field(0x188, 1)),
            Map.entry("cpuidmodid", new Field(0x189, 1)),
            Map.entry("cpuidstep", new Field(0x18a, 1)),
            Map.entry("currentbuild", new Field(0x1e8, 1)),
            Map.entry("currentminor", new Field(0x1e9, 1)),
            Map.entry("currentmajor", new Field(0x1ea, 1)),
            Map.entry("committedbuild", new Field(0x1ec, 1)),
            Map.entry("committedminor", new Field(0x1ed, 1)),
            Map.entry("committedmajor", new Field(0x1ee, 1)),
            Map.entry("launchmitvector", new Field(0x1f8, 8)),
            Map.entry("currentmitvector", new Field(0x200, 8)));

    private static final Map<String, Integer> TCBS =
            Map.of("currenttcb", 0x38, "reportedtcb", 0x180, "committedtcb", 0x1e0, "launchtcb", 0x1f0);

    private final Map<String, JsonNode> members = new TreeMap<>();
    private final ByteBuffer report = ByteBuffer.allocate(SIZE).order(ByteOrder.LITTLE_ENDIAN);

    private SnpJson(JsonNode object) {
        object.properties().forEach(member -> members.put(plain(member.getKey()), member.getValue()));
    }

    /** The report's bytes, if the object has its fields. */
    static Optional<Octets> report(JsonNode object) {
        var json = new SnpJson(object);
        boolean named = json.members.keySet().containsAll(NEEDED);
        return named && json.assembled() ? Optional.of(Octets.of(json.report.array())) : Optional.empty();
    }

    /** One spelling for snake_case, camelCase and what older versions put an underscore before. */
    private static String plain(String name) {
        return name.replace("_", "").toLowerCase(Locale.ROOT);
    }

    private boolean assembled() {
        boolean good = true;
        for (var bytes : BYTES.entrySet()) {
            good &= put(bytes.getValue(), members.get(bytes.getKey()));
        }
        for (var number : NUMBERS.entrySet()) {
            good &= number(number.getValue(), members.get(number.getKey()));
        }
        cpuid();
        version("current", 0x1e8);
        version("committed", 0x1ec);
        for (var tcb : TCBS.entrySet()) {
            good &= tcb(tcb.getValue(), members.get(tcb.getKey()));
        }
        return good && signature();
    }

    private boolean put(Field field, @Nullable JsonNode value) {
        if (value == null || value.isNull()) {
            return true;
        }
        var bytes = bytes(value, field.size());
        bytes.ifPresent(found -> report.put(field.offset(), found));
        return bytes.isPresent();
    }

    private static Optional<byte[]> bytes(JsonNode value, int size) {
        return JsonFile.numbers(value)
                .or(() -> Optional.of(value).filter(JsonNode::isString).flatMap(text -> text(text.stringValue(), size)))
                .filter(bytes -> bytes.length == size);
    }

    private static Optional<byte[]> text(String text, int size) {
        try {
            return Optional.of(
                    text.length() == size * 2
                            ? HexFormat.of().parseHex(text)
                            : Base64.getDecoder().decode(text.replace('-', '+').replace('_', '/')));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private boolean number(Field field, @Nullable JsonNode value) {
        if (value == null || value.isNull()) {
            return true;
        }
        var number = number(value);
        number.ifPresent(found -> {
            for (int i = 0; i < field.size(); i++) {
                report.put(field.offset() + i, (byte) (found >>> (Byte.SIZE * i)));
            }
        });
        return number.isPresent();
    }

    /** Protobuf writes numbers of 64 bits as text. */
    private static Optional<Long> number(JsonNode value) {
        if (value.isIntegralNumber()) {
            return Optional.of(value.bigIntegerValue().longValue());
        }
        try {
            return value.isString() ? Optional.of(new BigInteger(value.stringValue()).longValue()) : Optional.empty();
        } catch (NumberFormatException _) {
            return Optional.empty();
        }
    }

    /** go-sev-guest has CPUID function 1's EAX, with family and model in two parts each. */
    private void cpuid() {
        var packed = members.get("cpuid1eaxfms");
        if (packed == null || !packed.isIntegralNumber() || report.getInt(0) < 3) {
            return;
        }
        long eax = packed.bigIntegerValue().longValue();
        report.put(0x188, (byte) (((eax >> 20) & 0xff) + ((eax >> 8) & 0xf)));
        report.put(0x189, (byte) (((eax >> 12) & 0xf0) | ((eax >> 4) & 0xf)));
        report.put(0x18a, (byte) (eax & 0xf));
    }

    private void version(String name, int offset) {
        var version = members.get(name);
        if (version != null && version.isObject()) {
            report.put(offset, (byte) version.path("build").asInt(0));
            report.put(offset + 1, (byte) version.path("minor").asInt(0));
            report.put(offset + 2, (byte) version.path("major").asInt(0));
        }
    }

    /** Either as the number it is, or taken apart; where each level stands depends on the processor. */
    private boolean tcb(int offset, @Nullable JsonNode value) {
        if (value == null || !value.isObject()) {
            return number(new Field(offset, Long.BYTES), value);
        }
        boolean turin = Byte.toUnsignedInt(report.get(0x188)) >= TURIN;
        var places = turin
                ? Map.of("fmc", 0, "bootloader", 1, "tee", 2, "snp", 3, "microcode", 7)
                : Map.of("bootloader", 0, "tee", 1, "snp", 6, "microcode", 7);
        value.properties()
                .forEach(level -> Optional.ofNullable(places.get(plain(level.getKey())))
                        .ifPresent(place -> report.put(
                                offset + place, (byte) level.getValue().asInt(0))));
        return true;
    }

    private boolean signature() {
        var signature = Objects.requireNonNull(members.get("signature"));
        if (!signature.isObject()) {
            return put(new Field(SIGNATURE, SIZE - SIGNATURE), signature);
        }
        return put(new Field(SIGNATURE, ROOM), signature.path("r"))
                && put(new Field(SIGNATURE + ROOM, ROOM), signature.path("s"));
    }
}
