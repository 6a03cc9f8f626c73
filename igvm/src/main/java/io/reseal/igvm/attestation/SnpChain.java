package io.reseal.igvm.attestation;

import java.security.cert.X509Certificate;

/**
 * The certificates for one host's reports: its VCEK or VLEK, the ASK or ASVK that signed it, and AMD's root. Whether the
 * ARK is AMD's own is for the caller to know; here it is only held to be self-signed.
 */
public record SnpChain(X509Certificate signingKey, X509Certificate ask, X509Certificate ark) {}
