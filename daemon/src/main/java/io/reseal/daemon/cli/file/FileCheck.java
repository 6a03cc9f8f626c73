package io.reseal.daemon.cli.file;

import io.reseal.daemon.api.Json;
import io.reseal.daemon.cli.terminal.Console;
import io.reseal.daemon.cli.terminal.ExitCode;
import io.reseal.daemon.files.FileTroubleException;
import io.reseal.igvm.attestation.AttestationException;
import io.reseal.igvm.firmware.FirmwareException;
import io.reseal.igvm.format.IgvmException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/** How a command tells what it thinks of a file: accepted with what is in it, or rejected with the reason. */
public record FileCheck(Console console, boolean json, Path file) {
    private static final String REJECT = "reject";

    /** The member of documents that have something to show for people even when they are rejected. */
    public static final String EVIDENCE = "evidence";

    /**
     * Runs a check. Of evidence everything that was read is told, also when it is rejected.
     *
     * @param check makes the document; members that all documents have are added
     * @param people writes the document for them
     */
    public int run(Supplier<ObjectNode> check, Consumer<ObjectNode> people) {
        try {
            var document = completed(check.get());
            var fault = Json.MAPPER.treeToValue(document, Outcome.class).error();
            boolean accepted = fault.isEmpty();
            if (json) {
                console.json(document);
            } else if (accepted || document.has(EVIDENCE)) {
                people.accept(document);
            }
            fault.ifPresent(told -> console.error(told.message()));
            return (accepted ? ExitCode.OK : ExitCode.REJECTED).code();
        } catch (IgvmException rejected) {
            return reject(rejected.code(), rejected.offset(), rejected);
        } catch (FirmwareException rejected) {
            return reject(rejected.fault().name(), OptionalLong.of(rejected.offset()), rejected);
        } catch (AttestationException rejected) {
            return reject(rejected.code().name(), rejected.offset(), rejected);
        } catch (FileTroubleException trouble) {
            return reject(trouble.code().name(), OptionalLong.empty(), trouble);
        }
    }

    private int reject(String code, OptionalLong offset, Exception reason) {
        var message = String.valueOf(reason.getMessage());
        if (json) {
            console.json(completed(rejected(code, offset, message)));
        }
        console.error(reason instanceof FileTroubleException ? message : file + ": " + message);
        return ExitCode.REJECTED.code();
    }

    /** The same as an exception, for a document that has more to tell. */
    public static ObjectNode rejected(String code, OptionalLong offset, String message) {
        return Json.MAPPER.valueToTree(new Outcome(REJECT, Optional.of(new Fault(code, offset, message))));
    }

    /** A script need not ask whether a member is there. */
    private static ObjectNode completed(ObjectNode found) {
        boolean accepted = !found.has("error") || found.path("error").isNull();
        var document =
                Json.object().put("verdict", accepted ? "accept" : REJECT).putNull("error");
        for (var list : new String[] {"warnings", "qemuRefuses", "platforms"}) {
            document.putArray(list);
        }
        document.putObject("digests");
        document.setAll(found);
        return document;
    }

    /** Prints the remarks of a document. */
    public static void remarks(Console console, ObjectNode document) {
        Json.MAPPER.treeToValue(document, Remarks.class).print(console);
    }

    /** Whether the file was accepted; both are members of every document. */
    private record Outcome(String verdict, Optional<Fault> error) {}

    /**
     * Why it was not.
     *
     * @param offset in the file, where one is known
     */
    private record Fault(String code, OptionalLong offset, String message) {}
}
