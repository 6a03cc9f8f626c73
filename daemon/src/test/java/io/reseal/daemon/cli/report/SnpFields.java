package io.reseal.daemon.cli.report;

import io.reseal.daemon.api.Json;
import java.util.Arrays;
import java.util.Base64;
import tools.jackson.databind.node.ObjectNode;

/** A report of version 3 taken apart, as tools write it. */
final class SnpFields {
    private final byte[] report;

    private SnpFields(byte[] report) {
        this.report = report;
    }

    /** As virtee/sev does, of which snpguest and Trustee are made. */
    static ObjectNode ofSev(byte[] report) {
        return new SnpFields(report).sev();
    }

    /** As the protobuf of go-sev-guest is written in JSON. */
    static ObjectNode ofProtobuf(byte[] report) {
        return new SnpFields(report).protobuf();
    }

    private ObjectNode sev() {
        var json = Json.object()
                .put("version", 3)
                .put("guest_svn", number(4, 4))
                .put("policy", number(8, 8))
                .put("vmpl", number(0x30, 4))
                .put("sig_algo", number(0x34, 4))
                .put("plat_info", number(0x40, 8))
                .put("key_info", number(0x48, 4))
                .put("cpuid_fam_id", number(0x188, 1))
                .put("cpuid_mod_id", number(0x189, 1))
                .put("cpuid_step", number(0x18a, 1))
                .putNull("launch_mit_vector");
        numbers(json, "family_id", 0x10, 16);
        numbers(json, "image_id", 0x20, 16);
        numbers(json, "report_data", 0x50, 64);
        numbers(json, "measurement", 0x90, 48);
        numbers(json, "host_data", 0xc0, 32);
        numbers(json, "id_key_digest", 0xe0, 48);
        numbers(json, "author_key_digest", 0x110, 48);
        numbers(json, "report_id", 0x140, 32);
        numbers(json, "report_id_ma", 0x160, 32);
        numbers(json, "chip_id", 0x1a0, 64);
        tcb(json.putObject("current_tcb"), 0x38);
        tcb(json.putObject("reported_tcb"), 0x180);
        tcb(json.putObject("committed_tcb"), 0x1e0);
        tcb(json.putObject("launch_tcb"), 0x1f0);
        version(json.putObject("current"), 0x1e8);
        version(json.putObject("committed"), 0x1ec);
        var signature = json.putObject("signature");
        numbers(signature, "r", 0x2a0, 72);
        numbers(signature, "s", 0x2a0 + 72, 72);
        return json;
    }

    private ObjectNode protobuf() {
        long family = number(0x188, 1);
        long model = number(0x189, 1);
        long stepping = number(0x18a, 1);
        return Json.object()
                .put("version", 3)
                .put("policy", Long.toUnsignedString(number(8, 8)))
                .put("signatureAlgo", number(0x34, 4))
                .put("currentTcb", Long.toUnsignedString(number(0x38, 8)))
                .put("platformInfo", Long.toUnsignedString(number(0x40, 8)))
                .put("familyId", base64(0x10, 16))
                .put("imageId", base64(0x20, 16))
                .put("reportData", base64(0x50, 64))
                .put("measurement", base64(0x90, 48))
                .put("hostData", base64(0xc0, 32))
                .put("idKeyDigest", base64(0xe0, 48))
                .put("authorKeyDigest", base64(0x110, 48))
                .put("reportId", base64(0x140, 32))
                .put("reportIdMa", base64(0x160, 32))
                .put("reportedTcb", Long.toUnsignedString(number(0x180, 8)))
                .put(
                        "cpuid1eaxFms",
                        ((family - 15) << 20) + (15 << 8) + ((model >> 4) << 16) + ((model & 15) << 4) + stepping)
                .put("chipId", base64(0x1a0, 64))
                .put("committedTcb", Long.toUnsignedString(number(0x1e0, 8)))
                .put("currentBuild", number(0x1e8, 1))
                .put("currentMinor", number(0x1e9, 1))
                .put("currentMajor", number(0x1ea, 1))
                .put("committedBuild", number(0x1ec, 1))
                .put("committedMinor", number(0x1ed, 1))
                .put("committedMajor", number(0x1ee, 1))
                .put("launchTcb", Long.toUnsignedString(number(0x1f0, 8)))
                .put("signature", base64(0x2a0, 512));
    }

    private void tcb(ObjectNode json, int at) {
        json.putNull("fmc")
                .put("bootloader", number(at, 1))
                .put("tee", number(at + 1, 1))
                .put("snp", number(at + 6, 1))
                .put("microcode", number(at + 7, 1));
    }

    private void version(ObjectNode json, int at) {
        json.put("build", number(at, 1)).put("minor", number(at + 1, 1)).put("major", number(at + 2, 1));
    }

    private void numbers(ObjectNode json, String name, int from, int size) {
        var array = json.putArray(name);
        for (int i = from; i < from + size; i++) {
            array.add(Byte.toUnsignedInt(report[i]));
        }
    }

    private String base64(int from, int size) {
        return Base64.getEncoder().encodeToString(Arrays.copyOfRange(report, from, from + size));
    }

    private long number(int from, int size) {
        long number = 0;
        for (int i = size - 1; i >= 0; i--) {
            number = (number << Byte.SIZE) | Byte.toUnsignedLong(report[from + i]);
        }
        return number;
    }
}
