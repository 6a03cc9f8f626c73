package io.reseal.daemon.cli.measure;

import io.reseal.config.Utf8Path;
import io.reseal.daemon.api.Json;
import io.reseal.daemon.cli.arguments.Argument;
import io.reseal.daemon.cli.arguments.Command;
import io.reseal.daemon.cli.arguments.Syntax;
import io.reseal.daemon.cli.file.FileCheck;
import io.reseal.daemon.cli.file.Remarks;
import io.reseal.daemon.cli.terminal.ArgumentTypes;
import io.reseal.daemon.cli.terminal.Console;
import io.reseal.daemon.cli.terminal.Table;
import io.reseal.daemon.files.MappedFile;
import io.reseal.igvm.format.IgvmFile;
import io.reseal.igvm.format.Limits;
import io.reseal.igvm.format.Platform;
import io.reseal.igvm.launch.Machine;
import io.reseal.igvm.measure.SnpLaunch;
import io.reseal.igvm.measure.TdxLaunch;
import io.reseal.igvm.read.IgvmReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.databind.node.ObjectNode;

/** {@code reseal igvm measure}. */
public final class IgvmMeasureCommand implements Command {
    private final Console console;
    private final Syntax syntax = new Syntax(
            "Computes the launch digest that QEMU and KVM will measure for an IGVM bundle.",
            "",
            "Example: reseal igvm measure OVMF.igvm --vcpus 4 --cpu-model EPYC-Genoa");
    private final Argument<Path> file = syntax.operand("FILE", "the bundle", Utf8Path::of);
    private final Argument<Measurable> platform = syntax.option(
            "--platform",
            "PLATFORM",
            "sev-snp or tdx (default: those of both that are in the bundle)",
            text -> ArgumentTypes.parse(Measurable.class, text));
    private final MachineOptions options = new MachineOptions(syntax);
    private final Argument<Boolean> json = syntax.flag("--json", "one JSON document on standard output");

    public IgvmMeasureCommand(Console console) {
        this.console = console;
    }

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public int run() {
        var machine = options.machine();
        return new FileCheck(console, json.given(), file.get())
                .run(
                        () -> MappedFile.read(
                                file.get(),
                                Limits.DEFAULT.fileBytes(),
                                bytes -> document(IgvmReader.parse(bytes), machine)),
                        this::lines);
    }

    private ObjectNode document(IgvmFile bundle, Machine machine) {
        var wanted = platform.value();
        if (wanted.isPresent() && bundle.platform(wanted.get().platform()).isEmpty()) {
            var message = file.get() + " is not for " + wanted.get().text() + ", but for "
                    + bundle.platforms().stream()
                            .map(each -> each.platform().name())
                            .toList();
            var rejected = FileCheck.rejected("NO_SUCH_PLATFORM", OptionalLong.empty(), message);
            return IgvmJson.contents(bundle).setAll(rejected);
        }
        var document = IgvmJson.contents(bundle);
        var digests = Json.object();
        if (wanted.isEmpty() || wanted.get() == Measurable.SEV_SNP) {
            SnpLaunch.of(bundle, machine, Limits.DEFAULT).ifPresent(launch -> {
                digests.set(Platform.SEV_SNP.name(), IgvmJson.tree(IgvmJson.launch(launch, options.reset())));
                refusals(document, launch);
            });
        }
        if (wanted.isEmpty() || wanted.get() == Measurable.TDX) {
            TdxLaunch.of(bundle, Limits.DEFAULT)
                    .ifPresent(launch -> digests.set(
                            Platform.TDX.name(),
                            IgvmJson.tree(new LaunchDocument.OfTd(launch.mrtd(), Optional.empty()))));
        }
        document.set("digests", digests);
        return document;
    }

    /** Those that hold for this machine only are not among those of the file. */
    private static void refusals(ObjectNode document, SnpLaunch launch) {
        var known = Json.MAPPER.treeToValue(document, BundleDocument.class).qemuRefuses().stream()
                .map(Remarks.Refusal::message)
                .toList();
        var all = document.withArray("qemuRefuses");
        launch.refusals().stream()
                .filter(reason -> !known.contains(reason))
                .forEach(reason -> all.add(IgvmJson.tree(new Remarks.Refusal(reason, "all up to 11.1"))));
    }

    private void lines(ObjectNode document) {
        document.path("digests").properties().forEach(entry -> {
            if (entry.getKey().equals(Platform.SEV_SNP.name())) {
                snp(Json.MAPPER.treeToValue(entry.getValue(), LaunchDocument.OfBundle.class));
            } else {
                var td = Json.MAPPER.treeToValue(entry.getValue(), LaunchDocument.OfTd.class);
                console.line(entry.getKey() + " MRTD " + td.mrtd() + (options.reset() ? ", at each reset too" : ""));
            }
        });
        if (document.path("digests").isEmpty()) {
            console.line("nothing to measure: the bundle is for neither SEV-SNP nor TDX");
        }
        FileCheck.remarks(console, document);
    }

    private void snp(LaunchDocument.OfBundle launch) {
        var table = new Table();
        table.row("launch digest", launch.launchDigest());
        launch.resetDigests().ifPresent(digests -> ResetDigestsText.rows(table, launch.vcpus(), digests));
        table.row("for", launch.vcpus() + " vCPUs of signature " + launch.cpuSignature());
        launch.difference().ifPresent(reason -> {
            table.row("in file order", launch.fileOrderDigest());
            table.row("because", reason);
        });
        table.print(console);
        regions(console, launch.regions());
        launch.notes().forEach(note -> console.line("note: " + note));
    }

    static void regions(Console console, List<LaunchDocument.Region> regions) {
        var table = new Table();
        table.row("GPA", "LENGTH", "TYPE");
        regions.forEach(region -> table.row(region.gpa(), region.length(), region.type()));
        table.print(console);
    }
}
