package io.reseal.testbed.platform;

import io.reseal.fakecvm.FakeCvmLibrary;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * The simulated SEV and TDX platform: a library, loaded into QEMU alone, that answers KVM's encryption calls as the
 * firmware would, logs them, and misbehaves where a test says so. See {@code README.md} of {@code fake-cvm}.
 */
public final class FakeCvm {

    /** Where something can go wrong. The number of a launch is that of QEMU's {@code KVM_CREATE_VM}: 1 at the start. */
    public enum Step {
        KVM_CREATE_VM,
        KVM_CREATE_VCPU,
        KVM_CREATE_GUEST_MEMFD,
        /** SEV, SEV-ES and SEV-SNP, under whatever name QEMU calls it. */
        INIT2,
        LAUNCH_START,
        LAUNCH_UPDATE,
        LAUNCH_UPDATE_VMSA,
        LAUNCH_MEASURE,
        LAUNCH_FINISH,
        /** From here on TDX. */
        INIT_VM,
        INIT_VCPU,
        INIT_MEM_REGION,
        FINALIZE_VM
    }

    /** What is to go wrong; by default at the first reset, so that the guest starts well. */
    public sealed interface Fault {}

    /** A step that fails once: the {@code time}-th of its kind in that launch. */
    public record Failure(Step step, int launch, int time, String errno) implements Fault {
        public Failure launch(int number) {
            return new Failure(step, number, time, errno);
        }

        public Failure time(int number) {
            return new Failure(step, launch, number, errno);
        }

        /** The error's name in C. */
        public Failure errno(String name) {
            return new Failure(step, launch, time, name.toUpperCase(Locale.ROOT));
        }
    }

    /** A step that takes longer, in that launch and in all later ones. */
    public record Slowness(Step step, Duration delay, int launch) implements Fault {
        public Slowness launch(int number) {
            return new Slowness(step, delay, number);
        }
    }

    public static Failure failing(Step step) {
        return new Failure(step, 2, 1, "EIO");
    }

    public static Slowness slow(Step step, Duration delay) {
        return new Slowness(step, delay, 2);
    }

    /** Why it cannot run here, where KVM is; empty where it can. */
    public static Optional<String> obstacle() {
        return FakeCvmLibrary.obstacle();
    }

    private FakeCvm() {}
}
