package io.reseal.daemon.cli.measure;

import io.reseal.daemon.cli.file.FileCheck;
import io.reseal.daemon.cli.terminal.Console;
import io.reseal.daemon.cli.terminal.Table;
import io.reseal.daemon.cli.terminal.Text;
import io.reseal.daemon.files.MappedFile;
import io.reseal.igvm.format.Limits;
import io.reseal.igvm.read.IgvmReader;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code reseal igvm inspect}. */
@Command(
        name = "inspect",
        mixinStandardHelpOptions = true,
        description = "Says what is in an IGVM bundle, what is wrong with it, and what QEMU would refuse.",
        footer = {"", "Example: reseal igvm inspect OVMF.igvm --json"})
public final class IgvmInspectCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "FILE", description = "the bundle")
    private Path file = Path.of("");

    @Option(names = "--json", description = "one JSON document on standard output")
    private boolean json;

    public IgvmInspectCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        return new FileCheck(console, json, file)
                .run(
                        () -> MappedFile.read(
                                file, Limits.DEFAULT.fileBytes(), bytes -> IgvmJson.contents(IgvmReader.parse(bytes))),
                        this::lines);
    }

    private void lines(ObjectNode document) {
        var table = new Table();
        table.row("file", file.toString());
        table.row("format", Text.of(document, "formatVersion") + ", " + Text.of(document, "architecture"));
        table.row("size", Text.of(document, "size") + " bytes, " + Text.of(document, "headers") + " headers");
        document.path("platforms").forEach(platform -> platform(table, platform));
        table.print(console);
        FileCheck.remarks(console, document);
    }

    private static void platform(Table table, JsonNode platform) {
        var name = Text.of(platform, "platform");
        table.row("platform", name + ", mask " + Text.of(platform, "mask"));
        Text.maybe(platform, "policy").ifPresent(policy -> table.row(" policy", policy + words(platform)));
        table.row(" pages", counts(platform.path("pages")));
        table.row(" VP contexts", Text.of(platform, "vpContexts"));
        var block = platform.path("idBlock");
        if (block.isObject()) {
            table.row(" ID block", "demands launch digest " + Text.of(block, "launchDigest"));
            table.row("", "signed by ID key " + Text.of(block, "idKeyDigest"));
            Text.maybe(block, "authorKeyDigest").ifPresent(key -> table.row("", "of author key " + key));
        }
    }

    private static String words(JsonNode platform) {
        var words = platform.path("policyWords").valueStream().map(JsonNode::asString);
        var text = words.collect(Collectors.joining(", "));
        return text.isEmpty() ? "" : " (" + text + ")";
    }

    private static String counts(JsonNode pages) {
        var text = pages.propertyStream()
                .map(entry -> entry.getValue().asString() + " " + entry.getKey())
                .collect(Collectors.joining(", "));
        return text.isEmpty() ? "none" : text;
    }
}
