package io.reseal.testbed.junit;

import io.reseal.testbed.TestbedException;
import io.reseal.testbed.qemu.QemuGuest;
import io.reseal.testbed.qemu.StartedGuests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Ends every guest that a test has started, whether it passed or not, and fails the test if a process is left. The
 * QEMU logs of a failed test are kept under {@code target/testbed-logs/CLASS.METHOD/}.
 */
public final class TestbedExtension implements BeforeEachCallback, AfterEachCallback, ParameterResolver {
    private static final Namespace NAMESPACE = Namespace.create(TestbedExtension.class);

    @Override
    public void beforeEach(ExtensionContext context) {
        StartedGuests.startNoting();
        testbed(context);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        var failures = new ArrayList<>(testbed(context).close());
        var guests = StartedGuests.stopNoting();
        for (var guest : guests) {
            try {
                guest.close();
            } catch (TestbedException failed) {
                failures.add(failed);
            }
        }
        testbed(context).deleteFolder();
        var leaked =
                guests.stream().filter(QemuGuest::isAlive).map(QemuGuest::name).toList();
        if (!leaked.isEmpty()) {
            failures.add(new TestbedException("these guests still run after the test: " + leaked));
        }
        if (context.getExecutionException().isPresent() || !failures.isEmpty()) {
            keepLogs(guests, logFolder(context));
        }
        fail(failures);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Testbed.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return testbed(context);
    }

    private static Testbed testbed(ExtensionContext context) {
        return context.getStore(NAMESPACE).getOrComputeIfAbsent(Testbed.class, _ -> new Testbed(), Testbed.class);
    }

    static Path logFolder(ExtensionContext context) {
        return Path.of("target", "testbed-logs")
                .resolve(context.getRequiredTestClass().getSimpleName() + "."
                        + context.getRequiredTestMethod().getName());
    }

    public static void keepLogs(List<QemuGuest> guests, Path folder) {
        try {
            for (var guest : guests) {
                Files.writeString(Files.createDirectories(folder).resolve(guest.name() + ".log"), guest.log() + "\n");
                if (!guest.launchLog().isEmpty()) {
                    Files.writeString(folder.resolve(guest.name() + ".launches.jsonl"), guest.launchLog());
                }
            }
        } catch (IOException failed) {
            throw new TestbedException("QEMU's logs cannot be kept in " + folder + ": " + failed.getMessage(), failed);
        }
    }

    private static void fail(List<Exception> failures) {
        if (!failures.isEmpty()) {
            var first =
                    new TestbedException("the testbed was not left clean: " + failures.getFirst(), failures.getFirst());
            failures.stream().skip(1).forEach(first::addSuppressed);
            throw first;
        }
    }
}
