package io.reseal.igvm.attestation;

/** The processor as reports of version 3 and later name it; all zero before. */
public record SnpCpuid(int family, int model, int stepping) {}
