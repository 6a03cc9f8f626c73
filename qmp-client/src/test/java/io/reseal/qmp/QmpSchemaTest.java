package io.reseal.qmp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class QmpSchemaTest {
    private static final QmpSchema SCHEMA = schema("""
            [{"meta-type": "command", "name": "set-action", "arg-type": "a", "ret-type": "0"},
             {"meta-type": "command", "name": "yank", "arg-type": "0", "ret-type": "0", "allow-oob": true},
             {"meta-type": "command", "name": "query-kvm", "arg-type": "0", "ret-type": "k", "features": ["deprecated"]},
             {"meta-type": "command", "name": "query-stats", "arg-type": "s", "ret-type": "[r]"},
             {"meta-type": "command", "name": "x-try", "arg-type": "alternate", "ret-type": "circle", "features": ["unstable"]},
             {"meta-type": "event", "name": "RESET", "arg-type": "e"},
             {"meta-type": "object", "name": "0", "members": []},
             {"meta-type": "object", "name": "a", "members": [
                 {"name": "reboot", "type": "reboot", "default": null},
                 {"name": "panic", "type": "str", "default": null, "features": ["deprecated"]}]},
             {"meta-type": "enum", "name": "reboot", "members": [
                 {"name": "reset"}, {"name": "shutdown", "features": ["deprecated"]}], "values": ["reset", "shutdown"]},
             {"meta-type": "enum", "name": "target", "values": ["vm", "vcpu"]},
             {"meta-type": "object", "name": "k", "members": [{"name": "enabled", "type": "bool"}]},
             {"meta-type": "object", "name": "s", "tag": "target", "members": [{"name": "target", "type": "target"}],
                 "variants": [{"case": "vcpu", "type": "v"}, {"case": "vm", "type": "w"}]},
             {"meta-type": "object", "name": "v", "members": [
                 {"name": "vcpus", "type": "[str]"}, {"name": "more", "type": "k"}]},
             {"meta-type": "object", "name": "w", "members": [{"name": "more", "type": "e"}]},
             {"meta-type": "array", "name": "[r]", "element-type": "r"},
             {"meta-type": "object", "name": "r", "members": [{"name": "provider", "type": "str"}]},
             {"meta-type": "object", "name": "e", "members": [{"name": "reason", "type": "str"}]},
             {"meta-type": "alternate", "name": "alternate", "members": [{"type": "a"}, {"type": "target"}]},
             {"meta-type": "object", "name": "circle", "members": [], "variants": [{"case": "x", "type": "circle"}]},
             {"meta-type": "builtin", "name": "str", "json-type": "string"},
             {"meta-type": "something new", "name": "n"}, 5]""");

    @Test
    void the_schema_tells_commands_events_and_what_may_be_executed_out_of_band() {
        assertThat(SCHEMA.commands()).containsExactly("query-kvm", "query-stats", "set-action", "x-try", "yank");
        assertThat(SCHEMA.events()).containsExactly("RESET");
        assertThat(SCHEMA.hasCommand("RESET")).isFalse();
        assertThat(SCHEMA.hasEvent("RESET")).isTrue();
        assertThat(SCHEMA.allowsOutOfBand("yank")).isTrue();
        assertThat(SCHEMA.allowsOutOfBand("set-action")).isFalse();
        assertThat(SCHEMA.allowsOutOfBand("of another time")).isFalse();
    }

    @Test
    void the_schema_tells_arguments_of_a_command_those_of_its_variants_too() {
        assertThat(SCHEMA.hasArgument("set-action", "reboot")).isTrue();
        assertThat(SCHEMA.argument("set-action", "reboot").isOptional()).isTrue();
        assertThat(SCHEMA.hasArgument("set-action", "shutdown")).isFalse();
        assertThat(SCHEMA.hasArgument("of another time", "reboot")).isFalse();
        assertThat(SCHEMA.argument("query-stats").members()).containsExactly("more", "target", "vcpus");
        assertThat(SCHEMA.argument("query-stats", "more").members()).containsExactly("enabled", "reason");
        assertThat(SCHEMA.argument("query-stats", "target").isOptional()).isFalse();
    }

    @Test
    void the_schema_tells_the_words_of_an_enum_in_the_form_of_old_and_of_new_QEMUs() {
        assertThat(SCHEMA.argument("set-action", "reboot").words()).containsExactly("reset", "shutdown");
        assertThat(SCHEMA.argument("query-stats", "target").hasWord("vcpu")).isTrue();
        assertThat(SCHEMA.argument("query-stats", "target").hasWord("cpu")).isFalse();
        assertThat(SCHEMA.argument("set-action", "panic").words()).isEmpty();
    }

    @Test
    void the_schema_tells_what_a_command_returns_and_an_event_carries() {
        assertThat(SCHEMA.result("query-stats", "provider").exists()).isTrue();
        assertThat(SCHEMA.result("query-stats", "provider", "more").exists()).isFalse();
        assertThat(SCHEMA.eventData("RESET", "reason").exists()).isTrue();
        assertThat(SCHEMA.eventData("STOP", "reason").exists()).isFalse();
    }

    @Test
    void the_schema_tells_what_is_deprecated_and_what_is_unstable() {
        assertThat(SCHEMA.isDeprecated("query-kvm")).isTrue();
        assertThat(SCHEMA.isDeprecated("set-action")).isFalse();
        assertThat(SCHEMA.isUnstable("x-try")).isTrue();
        assertThat(SCHEMA.features("of another time")).isEmpty();
        assertThat(SCHEMA.argument("set-action", "panic").isDeprecated()).isTrue();
        assertThat(SCHEMA.argument("set-action", "reboot").isDeprecated()).isFalse();
        assertThat(SCHEMA.argument("set-action", "reboot").isDeprecated("shutdown"))
                .isTrue();
    }

    @Test
    void the_schema_looks_through_an_alternate_and_is_not_caught_in_a_circle() {
        assertThat(SCHEMA.argument("x-try").members()).containsExactly("panic", "reboot");
        assertThat(SCHEMA.argument("x-try").hasWord("vm")).isTrue();
        assertThat(SCHEMA.result("x-try", "any").exists()).isFalse();
    }

    @Test
    void the_schema_is_made_of_a_list_only() {
        assertThatThrownBy(() -> schema("{}")).hasMessageContaining("expected the list that query-qmp-schema returns");
    }

    private static QmpSchema schema(String json) {
        return QmpSchema.of(JsonMapper.shared().readTree(json));
    }
}
