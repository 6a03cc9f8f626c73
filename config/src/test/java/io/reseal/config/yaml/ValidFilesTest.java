package io.reseal.config.yaml;

import static io.reseal.config.yaml.Texts.WATCHED;
import static io.reseal.config.yaml.Texts.config;
import static io.reseal.config.yaml.Texts.warnings;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.config.ResealConfig;
import io.reseal.config.ResealConfig.Discovery;
import io.reseal.config.ResealConfig.Host;
import io.reseal.config.ResealConfig.Http;
import io.reseal.config.ResealConfig.HttpLimits;
import io.reseal.config.ResealConfig.Libvirt;
import io.reseal.config.ResealConfig.Limits;
import io.reseal.config.ResealConfig.Listen;
import io.reseal.config.ResealConfig.Log;
import io.reseal.config.ResealConfig.LogFormat;
import io.reseal.config.ResealConfig.LogLevel;
import io.reseal.config.ResealConfig.NamedGuest;
import io.reseal.config.ResealConfig.Qmp;
import io.reseal.policy.GuestKind;
import io.reseal.policy.Level;
import io.reseal.policy.Proof;
import io.reseal.policy.ResetPolicy;
import io.reseal.policy.ResetPolicy.Glob;
import io.reseal.policy.ResetPolicy.Rule;
import io.reseal.policy.ResetPolicy.Terms;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValidFilesTest {
    private static final Libvirt NO_LIBVIRT = new Libvirt(List.of(), "qemu:///system", Path.of("/run/reseal/libvirt"));
    private static final ResealConfig DEFAULTS = new ResealConfig(
            new Discovery(
                    List.of(), Duration.ofSeconds(30), List.of("qemu", "libvirt-qemu", "root"), List.of(), NO_LIBVIRT),
            List.of(),
            ResetPolicy.DEFAULT,
            new Limits(2, 5000),
            new Host(Path.of("/sys/fs/cgroup")),
            new Qmp(seconds(5), seconds(10), seconds(120), seconds(10), seconds(10)),
            new Http(
                    Optional.of(new Listen("127.0.0.1", 9568)),
                    Path.of("/run/reseal/admin.sock"),
                    Optional.empty(),
                    List.of(),
                    new HttpLimits(1024, 64, 128)),
            new Log(LogFormat.PLAIN, LogLevel.INFO),
            Optional.empty());

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n",
                "# nothing\n",
                "---\n",
                "~",
                "{}",
                "---\n...\n",
                "\uFEFF# nothing",
                "discovery:\nguests:\npolicy:\nlimits:\nhost:\nqmp:\nhttp:\nlog:\njournal:\n"
            })
    void a_valid_file_may_be_empty_in_whole_or_in_its_sections(String yaml) {
        assertThat(config(yaml)).isEqualTo(DEFAULTS);
        assertThat(warnings(yaml))
                .containsExactly(
                        "f: nothing to watch: neither discovery.sockets nor discovery.listen nor discovery.libvirt.domains nor guests");
    }

    @Test
    void a_valid_file_says_what_the_configuration_is() {
        var yaml = """
                discovery: {sockets: [/run/a/*.qmp, '/run/{b,c}/[0-9]?.qmp'], rescan: 10s, owners: [vm, '107'], listen: [{socket: /run/in}, {socket: /run/too}],
                  libvirt: {domains: [cvm-*, ci], uri: 'qemu+ssh://host/system', directory: /run/lv}}
                guests:
                  - name: web-1
                    qmp: /run/web-1.qmp
                policy:
                  prove: running
                  within: 1m
                  settle: 0s
                  set-action: true
                  rules:
                    - match: {kind: sev-snp, name: "db-*"}
                      prove: rebuilt
                      within: 5m
                      settle: 2s
                      set-action: false
                      stateful: true
                    - match: {name: web-?}
                limits: {concurrent-resets: 3, guests: 40}
                host: {misc: /misc}
                qmp: {greeting-deadline: 1s, query-deadline: 2s, reset-deadline: 3s, heartbeat: 4s, sample: 250ms}
                http: {listen: off, admin-socket: /run/a.sock, admin-group: vm-admins, hosts: [node-1.example, '::1'],
                  limits: {connections: 200, streams: 10, requests: 20}}
                log: {format: json, level: trace}
                """;
        var proof = new Proof(Level.RUNNING, Duration.ofMinutes(1), Duration.ZERO);
        var rules = List.of(
                new Rule(
                        Optional.of(GuestKind.SEV_SNP),
                        Optional.of(new Glob("db-*")),
                        new Terms(
                                new Proof(Level.REBUILT, Duration.ofMinutes(5), seconds(2)),
                                false,
                                true,
                                true,
                                Set.of())),
                new Rule(
                        Optional.empty(),
                        Optional.of(new Glob("web-?")),
                        new Terms(proof, true, true, false, Set.of())));

        assertThat(config(yaml))
                .isEqualTo(new ResealConfig(
                        new Discovery(
                                List.of("/run/a/*.qmp", "/run/{b,c}/[0-9]?.qmp"),
                                seconds(10),
                                List.of("vm", "107"),
                                List.of(Path.of("/run/in"), Path.of("/run/too")),
                                new Libvirt(
                                        List.of(new Glob("cvm-*"), new Glob("ci")),
                                        "qemu+ssh://host/system",
                                        Path.of("/run/lv"))),
                        List.of(new NamedGuest("web-1", Path.of("/run/web-1.qmp"))),
                        new ResetPolicy(new Terms(proof, true, true, false, Set.of()), rules),
                        new Limits(3, 40),
                        new Host(Path.of("/misc")),
                        new Qmp(seconds(1), seconds(2), seconds(3), seconds(4), Duration.ofMillis(250)),
                        new Http(
                                Optional.empty(),
                                Path.of("/run/a.sock"),
                                Optional.of("vm-admins"),
                                List.of("node-1.example", "::1"),
                                new HttpLimits(200, 10, 20)),
                        new Log(LogFormat.JSON, LogLevel.TRACE),
                        Optional.empty()));
        assertThat(warnings(yaml)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:9568,127.0.0.1,9568",
        "'[::1]:0',::1,0",
        "localhost:65535,localhost,65535",
        "host-1.example.org:80,host-1.example.org,80",
        "'[::ffff:10.0.0.1]:1',::ffff:10.0.0.1,1"
    })
    void an_address_to_listen_at_is_a_host_and_a_port(String text, String host, int port) {
        var listen = config("http: {listen: \"" + text + "\"}").http().listen();

        assertThat(listen).contains(new Listen(host, port));
        assertThat(listen.map(Listen::toString)).contains(text);
    }

    @Test
    void a_valid_file_may_have_Windows_line_ends_and_a_byte_order_mark() {
        assertThat(config("\uFEFFlog:\r\n  level: warn\r\n").log().level()).isEqualTo(LogLevel.WARN);
    }

    @Test
    void the_words_yes_and_off_are_text_as_in_YAML_1_2() {
        assertThat(config("guests: [{name: yes, qmp: /run/yes}]").guests())
                .containsExactly(new NamedGuest("yes", Path.of("/run/yes")));
    }

    @Test
    void a_rule_inherits_what_it_leaves_out() {
        var rule = config("policy: {within: 2m, settle: 3s, rules: [{match: {kind: tdx}, prove: running}]}")
                .policy()
                .rules()
                .getFirst();

        assertThat(rule.terms().proof()).isEqualTo(new Proof(Level.RUNNING, Duration.ofMinutes(2), seconds(3)));
    }

    @Test
    void a_count_may_have_a_sign_and_leading_zeros() {
        assertThat(config(WATCHED + "limits: {concurrent-resets: +007}")
                        .limits()
                        .concurrentResets())
                .isEqualTo(7);
    }

    private static Duration seconds(long count) {
        return Duration.ofSeconds(count);
    }
}
