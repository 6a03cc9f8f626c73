package io.reseal.policy.codec;

import io.reseal.policy.GuestKind;
import io.reseal.policy.Level;
import io.reseal.policy.Proof;
import io.reseal.policy.ResetPolicy;
import io.reseal.policy.ResetPolicy.Glob;
import io.reseal.policy.ResetPolicy.Rule;
import io.reseal.policy.ResetPolicy.Terms;
import java.util.Map;
import java.util.Set;

/** What resets have to prove. */
final class PolicyCodec {
    static Map<String, Object> write(ResetPolicy policy) {
        return new TreeWriter()
                .tree("otherwise", write(policy.otherwise()))
                .list("rules", policy.rules(), PolicyCodec::write)
                .done();
    }

    static ResetPolicy read(TreeReader tree) {
        return new ResetPolicy(tree.tree("otherwise", PolicyCodec::terms), tree.list("rules", PolicyCodec::rule));
    }

    private static Map<String, Object> write(Rule rule) {
        return new TreeWriter()
                .word("kind", rule.kind())
                .text("name", rule.name().map(Glob::pattern))
                .tree("terms", write(rule.terms()))
                .done();
    }

    private static Rule rule(TreeReader tree) {
        return new Rule(
                tree.maybeWord("kind", GuestKind.class),
                tree.maybeText("name").map(Glob::new),
                tree.tree("terms", PolicyCodec::terms));
    }

    private static Map<String, Object> write(Terms terms) {
        return new TreeWriter()
                .tree("proof", write(terms.proof()))
                .flag("setAction", terms.setAction())
                .flag("resume", terms.resume())
                .flag("stateful", terms.stateful())
                .texts("allow", terms.allow())
                .done();
    }

    private static Terms terms(TreeReader tree) {
        return new Terms(
                tree.tree("proof", PolicyCodec::proof),
                tree.flag("setAction"),
                tree.flag("resume"),
                tree.flag("stateful"),
                Set.copyOf(tree.texts("allow")));
    }

    static Map<String, Object> write(Proof proof) {
        return new TreeWriter()
                .word("prove", proof.prove())
                .duration("within", proof.within())
                .duration("settle", proof.settle())
                .done();
    }

    static Proof proof(TreeReader tree) {
        try {
            return new Proof(tree.word("prove", Level.class), tree.duration("within"), tree.duration("settle"));
        } catch (CodecException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw tree.fault("within", String.valueOf(e.getMessage()));
        }
    }

    private PolicyCodec() {}
}
