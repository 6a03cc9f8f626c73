package io.reseal.daemon.cli.measure;

import io.reseal.config.Utf8Path;
import io.reseal.daemon.api.Json;
import io.reseal.daemon.cli.arguments.Argument;
import io.reseal.daemon.cli.arguments.Command;
import io.reseal.daemon.cli.arguments.Syntax;
import io.reseal.daemon.cli.file.FileCheck;
import io.reseal.daemon.cli.terminal.Console;
import io.reseal.daemon.cli.terminal.Table;
import io.reseal.daemon.files.MappedFile;
import io.reseal.igvm.format.Limits;
import io.reseal.igvm.read.IgvmReader;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;

/** {@code reseal igvm inspect}. */
public final class IgvmInspectCommand implements Command {
    private final Console console;
    private final Syntax syntax = new Syntax(
            "Says what is in an IGVM bundle, what is wrong with it, and what QEMU would refuse.",
            "",
            "Example: reseal igvm inspect OVMF.igvm --json");
    private final Argument<Path> file = syntax.operand("FILE", "the bundle", Utf8Path::of);
    private final Argument<Boolean> json = syntax.flag("--json", "one JSON document on standard output");

    public IgvmInspectCommand(Console console) {
        this.console = console;
    }

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public int run() {
        return new FileCheck(console, json.given(), file.get())
                .run(
                        () -> MappedFile.read(
                                file.get(),
                                Limits.DEFAULT.fileBytes(),
                                bytes -> IgvmJson.contents(IgvmReader.parse(bytes))),
                        this::lines);
    }

    private void lines(ObjectNode document) {
        var bundle = Json.MAPPER.treeToValue(document, BundleDocument.class);
        var table = new Table();
        table.row("file", file.get().toString());
        table.row("format", bundle.formatVersion() + ", " + bundle.architecture());
        table.row("size", bundle.size() + " bytes, " + bundle.headers() + " headers");
        bundle.platforms().forEach(platform -> platform(table, platform));
        table.print(console);
        FileCheck.remarks(console, document);
    }

    private static void platform(Table table, BundleDocument.ForPlatform platform) {
        table.row("platform", platform.platform() + ", mask " + platform.mask());
        var words = platform.policyWords().isEmpty() ? "" : " (" + String.join(", ", platform.policyWords()) + ")";
        platform.policy().ifPresent(policy -> table.row(" policy", policy + words));
        table.row(" pages", counts(platform.pages()));
        table.row(" VP contexts", Long.toString(platform.vpContexts()));
        platform.idBlock().ifPresent(block -> {
            table.row(" ID block", "demands launch digest " + block.launchDigest());
            table.row("", "signed by ID key " + block.idKeyDigest());
            block.authorKeyDigest().ifPresent(key -> table.row("", "of author key " + key));
        });
    }

    private static String counts(Map<String, Integer> pages) {
        var text = pages.entrySet().stream()
                .map(entry -> entry.getValue() + " " + entry.getKey())
                .collect(Collectors.joining(", "));
        return text.isEmpty() ? "none" : text;
    }
}
