package io.reseal.igvm.format;

/** Of the guest. Format 1 is x64 always; format 2 says 0 for X64, 1 for AARCH64. */
public enum Architecture {
    X64,
    AARCH64
}
