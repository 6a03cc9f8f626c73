package io.reseal.testbed.platform;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;

/** One life of a confidential guest's VM, as the simulated platform saw it being launched: a line of its log for each step. */
public record LaunchTrace(String kind, List<Step> steps) {
    private static final int VMSA_SIZE = 4096;

    /**
     * One step with its fields, e.g. {@code {"step": "LAUNCH_UPDATE", "gpa": "0xffff0000", ...}}; which there are is
     * told in {@code README.md} of {@code fake-cvm}.
     */
    public record Step(String name, JsonNode fields) {
        /** The name of the error it failed with. */
        public Optional<String> errno() {
            return text("errno");
        }

        public boolean wasInjected() {
            return fields.path("injected").asInt(0) == 1;
        }

        public Optional<String> text(String field) {
            return fields.path(field).stringValueOpt();
        }

        /** A field that is an address, a length or a bit field: in the log a number in hexadecimal. */
        public OptionalLong address(String field) {
            return text(field)
                    .map(value -> value.startsWith("0x") ? value.substring(2) : value)
                    .map(digits -> OptionalLong.of(Long.parseUnsignedLong(digits, 16)))
                    .orElseGet(OptionalLong::empty);
        }

        public OptionalInt number(String field) {
            return fields.path(field).isNumber()
                    ? OptionalInt.of(fields.path(field).asInt())
                    : OptionalInt.empty();
        }
    }

    /** Guest memory filled by the launch. The type is that of SEV-SNP; a TD's is 1 when it is measured, else 0. */
    public record Page(OptionalLong gpa, long length, OptionalInt type, Optional<String> sha384) {}

    /** A vCPU's saved state as it was launched, in hexadecimal and without the zeros at its end. */
    public record Vmsa(int vcpu, String sha384, String content) {
        /** All 4096 bytes. */
        public byte[] bytes() {
            return Arrays.copyOf(HexFormat.of().parseHex(content), VMSA_SIZE);
        }
    }

    /** All steps of that name, failed ones included. */
    public List<Step> steps(String name) {
        return steps.stream().filter(step -> step.name().equals(name)).toList();
    }

    /** What the launch filled, in its order; refused pages are left out. */
    public List<Page> pages() {
        return steps.stream()
                .filter(step -> step.errno().isEmpty())
                .filter(step ->
                        step.name().equals("LAUNCH_UPDATE") || step.name().equals("INIT_MEM_REGION"))
                .map(LaunchTrace::page)
                .toList();
    }

    /** The states of the vCPUs, for SEV-ES and SEV-SNP. */
    public List<Vmsa> vmsas() {
        return steps("VMSA").stream().map(LaunchTrace::vmsa).toList();
    }

    /** What the platform would attest: SNP's launch digest, TDX's MRTD. Empty until the launch has been finished. */
    public Optional<String> digest() {
        return last("digest");
    }

    /** What SEV and SEV-ES answer to LAUNCH_MEASURE. */
    public Optional<String> measurement() {
        return last("measurement");
    }

    public OptionalLong policy() {
        return steps.stream()
                .map(step -> step.address("policy"))
                .filter(OptionalLong::isPresent)
                .findFirst()
                .orElse(OptionalLong.empty());
    }

    /** The launch has come to its end. */
    public boolean isFinished() {
        return steps.stream()
                .filter(step ->
                        step.name().equals("LAUNCH_FINISH") || step.name().equals("FINALIZE_VM"))
                .anyMatch(step -> step.errno().isEmpty());
    }

    /** The VM is gone and its encryption key free again. */
    public boolean hasEnded() {
        return !steps("END").isEmpty();
    }

    private Optional<String> last(String field) {
        return steps.reversed().stream()
                .flatMap(step -> step.text(field).stream())
                .findFirst();
    }

    private static Page page(Step step) {
        var type = step.number("type").isPresent() ? step.number("type") : step.number("measured");
        return new Page(step.address("gpa"), step.address("length").orElse(0), type, step.text("sha384"));
    }

    private static Vmsa vmsa(Step step) {
        return new Vmsa(
                step.number("vcpu").orElse(0),
                step.text("sha384").orElse(""),
                step.text("content").orElse(""));
    }
}
