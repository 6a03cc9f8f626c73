package io.reseal.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.daemon.Sources.Source;
import io.reseal.policy.GuestKind;
import io.reseal.policy.Level;
import io.reseal.policy.Spelled;
import io.reseal.policy.reset.Origin;
import io.reseal.policy.reset.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class WordsTest {
    /** Words that identifiers had before, and the words that took their place. */
    private static final Map<String, String> OLD_WORDS = Map.of(
            "ask", "request",
            "asks", "requests",
            "life", "incarnation",
            "curing", "settingRebootAction",
            "whoever", "a noun such as caller or client",
            "meanwhile", "during",
            "anew", "again");

    /** AMD's names of keys: ASK is the AMD SEV key, between the ARK and the VCEK. */
    private static final String AMD_KEYS = "igvm/src/main/java/io/reseal/igvm/attestation/snp/";

    /** Names that classes had before, by module. */
    private static final Map<String, Set<String>> OLD_CLASSES = Map.of(
            "reset-policy",
            names(
                    "Turn Trial Dossier Watching Proving Linking Asking Continuing Recreation Autopsy Outlook SameLaunch Room "
                            + "Situation Word Nearest Life Referee Agenda Story"),
            "config",
            names(
                    "Form Forms Keys Series Group Checked Loaded Place Nearest CountForm DigestForm DurationForm FlagForm "
                            + "ListenForm PathForms TextForm"),
            "daemon",
            names(
                    "LiveFleet Fleet FleetListener GuestView Board Publisher MonitorLink Monitor Commands Identification Lookout "
                            + "OneAtATime Sight Fingerprints LaunchDigests Surroundings Expectation MachineReader BundleReader Host "
                            + "HostRoom Trouble Keys Budget Plans Alarm Pause Retry Sampling Peer CommandLine Events LaunchWords "
                            + "PanicWords UnsettledException ResetAsk ResetAnswer Asks Answers NotTaken Manner Wakeup Page Routes "
                            + "Following EventLines Words Answer Watches HotMonitor MeterTable QmpWords Rig Witness Told"),
            "qmp-client",
            names("KnownKillers Wire Words"),
            "igvm",
            names("HeaderWalk Suspicions Rule FileOrder SnpMeasuring LaunchQueue SnpChain Evidence Findings "
                    + "MalformedIgvmException IgvmLimitException"),
            "testbed",
            names(
                    "Door Brought Places Watched Program Launch Platform GuestRecipe Crowd Bystanders Watching Act Cast Play "
                            + "Stage Story Closing"));

    private static final List<String> TERMS = List.of(
            "guest",
            "kind",
            "incarnation",
            "request",
            "reset",
            "origin",
            "evidence",
            "level",
            "verdict",
            "hazard",
            "force",
            "quarantine",
            "budget",
            "monitor",
            "run state",
            "launch digest",
            "idempotency key",
            "single flight");

    /** Nested types with the old name of a class, for what the word says in its field. */
    private static final Set<String> ANOTHER_THING = Set.of("Phase.Continuing", "Response.Events");

    private static final Pattern TYPE = Pattern.compile("\\b(?:class|interface|record|enum)\\s+(\\w+)");

    private static Set<String> names(String names) {
        return Set.of(names.split(" "));
    }

    @Test
    void no_class_has_one_of_its_old_names() {
        var old = Sources.all().stream()
                .filter(Source::isMain)
                .flatMap(source -> TYPE.matcher(source.code())
                        .results()
                        .map(type -> type.group(1))
                        .filter(OLD_CLASSES.getOrDefault(source.module(), Set.of())::contains)
                        .map(name -> source.className() + "." + name))
                .filter(name -> !ANOTHER_THING.contains(name))
                .toList();
        assertThat(old).as("classes whose names were given up for better ones").isEmpty();
    }

    /** Idioms that comments and messages had, and readers whose first language is another stopped at. */
    @Test
    void no_comment_and_no_message_has_an_idiom() {
        Sources.all().stream()
                .filter(Source::isMain)
                .forEach(source -> assertThat(source.text())
                        .as("comments and messages of %s: say it in plain words", source.path())
                        .doesNotContainPattern("(?i)\\b(whoever|meanwhile|anew|for ever|what came of)\\b"));
    }

    @Test
    void no_identifier_has_an_old_word() {
        Sources.all().stream()
                .filter(Source::isMain)
                .filter(source -> !source.path().toString().startsWith(AMD_KEYS))
                .forEach(source -> {
                    var words = Sources.words(source.code());
                    OLD_WORDS.forEach((old, better) -> assertThat(words)
                            .as("words in the identifiers of %s: say %s, not %s", source.path(), better, old)
                            .doesNotContain(old));
                });
    }

    @Test
    void the_glossary_has_the_terms_of_the_interface() throws IOException {
        assertThat(glossary()).containsAll(TERMS);
        var text = Files.readString(Path.of("../docs/glossary.md"));
        assertThat(Stream.of(Level.class, Verdict.class, GuestKind.class).flatMap(type -> texts(type).stream()))
                .allSatisfy(word -> assertThat(text).contains("`" + word + "`"));
        assertThat(Spelled.texts(Origin.class))
                .allSatisfy(word -> assertThat(text).contains("`" + word + "`"));
    }

    private static List<String> texts(Class<? extends Enum<?>> type) {
        return Stream.of(type.getEnumConstants())
                .map(each -> ((Spelled) each).text())
                .toList();
    }

    @Test
    void each_term_of_the_glossary_is_used_in_the_code() throws IOException {
        var code = Sources.all().stream()
                .filter(Source::isMain)
                .map(Source::text)
                .map(WordsTest::plain)
                .collect(Collectors.joining());
        assertThat(glossary())
                .isNotEmpty()
                .allSatisfy(term -> assertThat(code)
                        .as("the code of all modules, for the term `%s` of docs/glossary.md", term)
                        .contains(plain(term)));
    }

    private static List<String> glossary() throws IOException {
        return Files.readAllLines(Path.of("../docs/glossary.md")).stream()
                .filter(line -> line.startsWith("| ") && !line.startsWith("| word |") && !line.startsWith("| ---"))
                .flatMap(line -> Stream.of(line.split("\\|", -1)[1].split(",", -1)))
                .map(term -> term.replace("`", "").strip())
                .toList();
    }

    /** Letters and digits only, so that {@code back-off} is found as {@code Backoff}. */
    private static String plain(String text) {
        return text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
    }
}
