package io.reseal.daemon.cli.terminal;

/** What a command's end says; an API for scripts. */
public enum ExitCode {
    OK(0, "proven, or done"),
    INTERNAL(1, "internal error"),
    USAGE(2, "bad arguments or configuration"),
    REFUSED(3, "refused: a hazard, another open reset, or too many resets"),
    UNPROVEN(4, "unproven: time ran out below the wanted level"),
    FAILED(5, "failed: QEMU lives, the guest does not"),
    REJECTED(5, "rejected: a file that breaks the rules of its format"),
    DIED(6, "died: QEMU is gone"),
    NOT_REACHABLE(7, "daemon or guest not found or not reachable");

    private final int code;
    private final String meaning;

    ExitCode(int code, String meaning) {
        this.code = code;
        this.meaning = meaning;
    }

    public int code() {
        return code;
    }

    public String meaning() {
        return meaning;
    }

    /** What the verdict of a reset means for its requester. */
    public static ExitCode ofVerdict(String verdict) {
        return switch (verdict) {
            case "proven" -> OK;
            case "unproven" -> UNPROVEN;
            case "failed" -> FAILED;
            case "died" -> DIED;
            case "refused" -> REFUSED;
            default -> INTERNAL;
        };
    }
}
