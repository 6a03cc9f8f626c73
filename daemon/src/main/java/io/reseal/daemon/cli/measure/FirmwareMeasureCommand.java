package io.reseal.daemon.cli.measure;

import io.reseal.config.Utf8Path;
import io.reseal.daemon.api.Json;
import io.reseal.daemon.cli.arguments.Argument;
import io.reseal.daemon.cli.arguments.Command;
import io.reseal.daemon.cli.arguments.Syntax;
import io.reseal.daemon.cli.file.FileCheck;
import io.reseal.daemon.cli.terminal.ArgumentTypes;
import io.reseal.daemon.cli.terminal.Console;
import io.reseal.daemon.cli.terminal.Table;
import io.reseal.daemon.cli.terminal.Text;
import io.reseal.daemon.files.MappedFile;
import io.reseal.igvm.firmware.FirmwareImage;
import io.reseal.igvm.firmware.SnpFirmware;
import io.reseal.igvm.firmware.TdxFirmware;
import io.reseal.igvm.format.Platform;
import io.reseal.igvm.launch.Machine;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** {@code reseal firmware measure}. */
public final class FirmwareMeasureCommand implements Command {
    /** No firmware is larger: QEMU maps it below 4 GiB. */
    private static final long LARGEST = 1L << 30;

    private final Console console;
    private final Syntax syntax = new Syntax(
            "Computes the launch digest that a guest with this -bios firmware will have.",
            "",
            "Example: reseal firmware measure OVMF.fd --kind sev-snp --vcpus 4 --cpu-model EPYC-Genoa");
    private final Argument<Path> file = syntax.operand("FILE", "the image, of OVMF or TDVF", Utf8Path::of);
    private final Argument<Measurable> kind = syntax.option(
                    "--kind", "KIND", "sev-snp or tdx", text -> ArgumentTypes.parse(Measurable.class, text))
            .required();
    private final MachineOptions options = new MachineOptions(syntax);
    private final Argument<Boolean> json = syntax.flag("--json", "one JSON document on standard output");

    public FirmwareMeasureCommand(Console console) {
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
                .run(() -> MappedFile.read(file.get(), LARGEST, bytes -> document(bytes, machine)), this::lines);
    }

    private ObjectNode document(MemorySegment bytes, Machine machine) {
        var image = FirmwareImage.of(bytes);
        var digest = kind.get() == Measurable.SEV_SNP ? snp(image, machine) : tdx(image);
        var document = Json.object().put("kind", kind.get().text()).put("size", bytes.byteSize());
        document.putObject("digests").set(kind.get().platform().name(), IgvmJson.tree(digest));
        return document;
    }

    private LaunchDocument snp(FirmwareImage image, Machine machine) {
        var measured = SnpFirmware.of(image, machine, 1);
        return new LaunchDocument.OfFirmware(
                machine.vcpus(),
                machine.signature().toString(),
                measured.launchDigest(),
                options.reset() ? Optional.of(LaunchDocument.AtReset.of(measured.resets())) : Optional.empty(),
                IgvmJson.regions(measured.regions()));
    }

    private static LaunchDocument tdx(FirmwareImage image) {
        var measured = TdxFirmware.of(image);
        var sections = measured.sections().stream()
                .map(section -> new LaunchDocument.Section(
                        Text.hex(section.gpa()),
                        Text.hex(section.size()),
                        section.type().name(),
                        section.extended()))
                .toList();
        return new LaunchDocument.OfTd(measured.mrtd(), Optional.of(sections));
    }

    private void lines(ObjectNode document) {
        var digest = document.path("digests").path(kind.get().platform().name());
        if (kind.get().platform() == Platform.SEV_SNP) {
            snp(Json.MAPPER.treeToValue(digest, LaunchDocument.OfFirmware.class));
        } else {
            var td = Json.MAPPER.treeToValue(digest, LaunchDocument.OfTd.class);
            console.line("MRTD  " + td.mrtd() + (options.reset() ? ", at each reset too" : ""));
            var sections = td.sections().orElse(List.of()).stream();
            IgvmMeasureCommand.regions(
                    console,
                    sections.map(each -> new LaunchDocument.Region(each.gpa(), each.length(), each.type()))
                            .toList());
        }
    }

    private void snp(LaunchDocument.OfFirmware launch) {
        var table = new Table();
        table.row("launch digest", launch.launchDigest());
        launch.resetDigests().ifPresent(digests -> ResetDigestsText.rows(table, launch.vcpus(), digests));
        table.row("for", launch.vcpus() + " vCPUs of signature " + launch.cpuSignature());
        table.print(console);
        IgvmMeasureCommand.regions(console, launch.regions());
    }
}
