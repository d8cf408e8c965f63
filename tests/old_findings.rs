//! Runs the program over findings that are known: allowed, in the baseline, moved, copied, edited.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const RULE: &str = "message: \"“{0}”: twice.\"\nseverity: error\nmatch: {phrases: {\"the the\": \"the\"}}\n\
                    fix: {safety: safe}\nexamples: [{bad: \"In the the end.\", good: \"In the end.\"}, {ok: \"In the end.\"}]\n";

const ONE: &str = "She came to the the market on Monday.\n";
const TWO: &str = "He went to the the sea, and nobody saw it.\n";

/// A folder with one rule and these files.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    write(folder.path(), ".mtlint/rules/house/twice.yml", RULE);
    write(folder.path(), "mtlint.toml", "grammar = false\n[rules]\nselect = ['house', 'mtlint']\n");
    files.iter().for_each(|(name, text)| write(folder.path(), name, text));
    folder
}

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().expect("it has one")).expect("made");
    fs::write(path, text).expect("written");
}

fn run_on(day: &str, folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_mtlint"))
        .args(arguments)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .env("MTLINT_TODAY", day)
        .env("MTLINT_CACHE_DIR", concat!(env!("CARGO_BIN_EXE_mtlint"), "/cache"))
        .output()
        .expect("the program runs")
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    run_on("2027-01-31", folder, arguments)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

/// Runs what must succeed; gives what it says.
fn done(folder: &Path, arguments: &[&str]) -> String {
    let output = run(folder, arguments);
    assert!(output.status.success(), "{arguments:?}: {}{}", text(&output.stdout), text(&output.stderr));
    text(&output.stdout)
}

/// Where `check` with the baseline finds something.
fn new_findings(folder: &Path) -> Vec<String> {
    let arguments = ["check", "-q", "--output-format", "concise", "--baseline", ".mtlint-baseline.json"];
    let output = run(folder, &arguments);
    assert!(output.status.code().expect("it ends") < 2, "{}", text(&output.stderr));
    let place = |line: &str| line.split(": ").next().unwrap_or_default().to_owned();
    text(&output.stdout).lines().map(place).collect()
}

#[test]
fn a_baseline_knows_a_sentence_wherever_it_goes() {
    let folder = folder(&[("a.txt", &format!("{ONE}\n{TWO}"))]);
    let folder = folder.path();
    assert!(done(folder, &["baseline", "create"]).contains("2 known findings"));
    let none: [&str; 0] = [];
    assert_eq!(new_findings(folder), none);
    write(folder, "a.txt", &format!("Something new.\n\n{TWO}\n{ONE}"));
    assert_eq!(new_findings(folder), none, "paragraphs have moved");
    write(folder, "a.txt", &format!("{} All neighbours are new.\n\nA new one. {TWO}", ONE.trim()));
    assert_eq!(new_findings(folder), none, "neighbours have changed");
    write(folder, "a.txt", &format!("{ONE}\n{}", TWO.replace("the the sea, ", "the the sea,  ")));
    assert_eq!(new_findings(folder), none, "blanks are others");
    write(folder, "a.txt", &format!("{ONE}\n{TWO}\n{ONE}"));
    assert_eq!(new_findings(folder), ["a.txt:5:13"], "a second copy");
    write(folder, "a.txt", &format!("{ONE}\n{}", TWO.replace("nobody", "somebody")));
    assert_eq!(new_findings(folder), ["a.txt:3:12"], "the sentence was edited");
    // Lines are broken elsewhere, too.
    write(folder, "b/new.md", &format!("{ONE}\n{}", TWO.replace("the the sea, ", "the the\nsea, ")));
    assert_eq!(new_findings(folder).len(), 3, "another file");
    fs::remove_file(folder.join("a.txt")).expect("removed");
    assert_eq!(new_findings(folder), none, "the file has another name and format");
    done(folder, &["baseline", "prune"]);
    let baseline = fs::read_to_string(folder.join(".mtlint-baseline.json")).expect("there");
    assert!(baseline.contains("\"b/new.md\"") && !baseline.contains("a.txt"), "{baseline}");
    assert_eq!(new_findings(folder), none, "what was renamed stays known");
}

#[test]
fn prune_only_forgets_and_update_learns() {
    let folder = folder(&[("a.txt", ONE), ("b.txt", ONE)]);
    let folder = folder.path();
    done(folder, &["baseline", "create"]);
    assert_eq!(run(folder, &["baseline", "create"]).status.code(), Some(2), "it is there already");
    write(folder, "a.txt", TWO);
    write(folder, "b.txt", "Fine.\n");
    assert!(done(folder, &["baseline", "update", "b.txt"]).contains("1 known finding, 2 before"));
    assert_eq!(new_findings(folder), ["a.txt:1:12"]);
    assert!(done(folder, &["baseline", "prune"]).contains("0 known findings, 1 before"));
    assert!(done(folder, &["baseline", "update"]).contains("1 known finding, 0 before"));
    assert_eq!(new_findings(folder).len(), 0);
}

#[test]
fn fix_leaves_alone_what_is_in_the_baseline() {
    let folder = folder(&[("a.txt", ONE)]);
    let folder = folder.path();
    done(folder, &["baseline", "create"]);
    write(
        folder,
        "mtlint.toml",
        "grammar = false\nbaseline = '.mtlint-baseline.json'\n[rules]\nselect = ['house']\n",
    );
    write(folder, "a.txt", &format!("{ONE}\n{TWO}"));
    assert!(done(folder, &["fix"]).contains("1 known finding in the baseline"));
    let fixed = || fs::read_to_string(folder.join("a.txt")).expect("there");
    assert_eq!(fixed(), format!("{ONE}\n{}", TWO.replace("the the", "the")));
    done(folder, &["fix", "--no-baseline"]);
    assert!(!fixed().contains("the the"));
    write(folder, ".mtlint-baseline.json", "{\"version\": 1,\n\"files\": []}");
    let broken = run(folder, &["check"]);
    assert_eq!(broken.status.code(), Some(2));
    assert!(text(&broken.stderr).contains(".mtlint-baseline.json:2:"), "{}", text(&broken.stderr));
}

#[test]
fn what_is_allowed_is_quiet_until_its_day() {
    let folder = folder(&[("a.txt", &format!("{ONE}\n{TWO}"))]);
    let folder = folder.path();
    let code = |day: &str| run_on(day, folder, &["check"]).status.code();
    let nothing = run(folder, &["allow", "a.txt:2", "--reason", "r"]);
    assert!(text(&nothing.stderr).contains("nothing is found there"), "{}", text(&nothing.stderr));
    done(folder, &["allow", "a.txt:1", "--reason", "her: \"word\"", "--until", "2027-01-31"]);
    assert_eq!(code("2027-01-31"), Some(1));
    let twice = run(folder, &["allow", "a.txt:1", "--reason", "again"]);
    assert!(text(&twice.stderr).contains(".mtlint-allow.yml:1: this finding has an entry already"));
    let found = done(folder, &["check", "--exit-zero", "--output-format", "jsonl"]);
    let record: serde_json::Value = serde_json::from_str(found.trim()).expect("one finding");
    let fingerprint = record["fingerprint"].as_str().expect("a text");
    done(folder, &["allow", fingerprint, "--reason", "his"]);
    assert_eq!(code("2027-01-31"), Some(0));
    assert_eq!(
        run(
            folder,
            &["check", "--isolated", "--rules", ".mtlint/rules", "--select", "house", "--no-grammar"]
        )
        .status
        .code(),
        Some(1)
    );
    let late = run_on("2027-02-01", folder, &["check"]);
    assert_eq!(late.status.code(), Some(1));
    assert!(
        text(&late.stderr)
            .contains("note: .mtlint-allow.yml:1: the entry for house/twice held until 2027-01-31")
    );
    let listed = done(folder, &["allow", "--list"]);
    assert!(listed.contains("house/twice a.txt: her: \"word\" (until 2027-01-31)"), "{listed}");
    write(folder, "a.txt", ONE);
    let unused = run(folder, &["check"]);
    assert!(text(&unused.stderr).contains("allows nothing that is still found"), "{}", text(&unused.stderr));
    write(folder, "b.txt", "Fine.\n");
    assert_eq!(text(&run(folder, &["check", "b.txt"]).stderr), "", "a.txt was not read");
    assert!(done(folder, &["allow", "--prune"]).contains("1 entry removed, 1 left"));
    assert_eq!(code("2027-01-31"), Some(0));
}

#[test]
fn entries_that_still_hold_were_pruned() {
    let folder = folder(&[("data/a.json", "{\"body\": \"She came to the the market.\"}\n")]);
    let found = ["check", "-q", "--output-format", "jsonl", "data/a.json"];
    let output = text(&run(folder.path(), &found).stdout);
    let at = output.find("\"fingerprint\":\"").expect("it is found") + "\"fingerprint\":\"".len();
    let fingerprint = &output[at..at + 16];
    for path in ["path: data/*.json", "sentence: any"] {
        let entry = format!("- rule: house/twice\n  fingerprint: \"{fingerprint}\"\n  reason: r\n  {path}\n");
        write(folder.path(), ".mtlint-allow.yml", &entry);
        assert_eq!(text(&run(folder.path(), &found).stdout), "");
        // Files of JSON are read where they are named only.
        assert!(done(folder.path(), &["allow", "--prune"]).contains("0 entries removed, 1 left"));
    }
}

#[test]
fn what_rules_knew_that_did_not_run_was_forgotten() {
    let folder = folder(&[("a.txt", ONE)]);
    done(folder.path(), &["baseline", "create", "-q"]);
    for what in ["prune", "update"] {
        let said = done(folder.path(), &["baseline", what, "--select", "spacing"]);
        assert!(said.contains("1 known finding, 1 before"), "{said}");
    }
}

#[test]
fn a_config_had_another_file_replaced_by_a_baseline() {
    let folder = folder(&[("a.txt", ONE), ("notes", "Mine.\n")]);
    write(folder.path(), "mtlint.toml", "grammar = false\nbaseline = 'notes'\n[rules]\nselect = ['house']\n");
    let output = run(folder.path(), &["baseline", "create", "--force"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("is no baseline"), "{}", text(&output.stderr));
    assert_eq!(fs::read_to_string(folder.path().join("notes")).expect("there"), "Mine.\n");
    done(folder.path(), &["baseline", "create", "--force", "--baseline", "notes"]);
}
