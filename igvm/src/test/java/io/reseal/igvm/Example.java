package io.reseal.igvm;

import io.reseal.igvm.format.Limits;
import io.reseal.igvm.launch.CpuSignature;
import io.reseal.igvm.launch.Machine;
import io.reseal.igvm.measure.SnpLaunch;
import io.reseal.igvm.read.IgvmReader;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;

/** The example of README.md: what stands between the two marks is there too. */
final class Example {
    private Example() {}

    // <example>
    static String launchDigest(Path bundle) throws IOException {
        var machine = new Machine(4, CpuSignature.ofModel("EPYC-Genoa").orElseThrow());
        try (var arena = Arena.ofConfined();
                var channel = FileChannel.open(bundle)) {
            var bytes = channel.map(MapMode.READ_ONLY, 0, channel.size(), arena);
            var file = IgvmReader.parse(bytes); // an IgvmException says what is wrong with it, and where
            file.warnings().forEach(warning -> System.err.println(warning.message()));
            return SnpLaunch.of(file, machine, Limits.DEFAULT).orElseThrow().launchDigest();
        }
    }
    // </example>
}
