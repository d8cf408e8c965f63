//! What a stranger wrote, through every command and format: nothing of it moves the cursor of a terminal, turns
//! letters round, or is a command to the CI service that keeps the log.

use serde_json::Value;

use super::folder::{Folder, named};

/// Sequences of a terminal (colour, title, link, clipboard), single controls, marks that turn the direction of writing.
const CONTROLS: &str = "\u{1b}[31m\u{1b}]0;t\u{7}\u{1b}]8;;http://x\u{7}\u{1b}]52;c;eA==\u{7}\u{9b}2J\u{9d}0;t\u{9c}\
                        \u{8}\u{7f}\u{85}\u{202e}\u{2066}\u{2069}\u{2028}";

/// Commands of GitHub and Azure.
const COMMANDS: &str = "::error::x ##[error]y ##vso[task.complete]q";

/// The same as YAML writes it between double quotation marks.
fn yaml() -> String {
    let controls: String = CONTROLS.chars().map(|c| format!("\\u{:04x}", u32::from(c))).collect();
    format!("{controls}\\n{COMMANDS}")
}

/// A rule for what stands between two of `mark`, with all that a rule can say said in evil words.
fn hostile_rule(mark: &str, fix: &str) -> String {
    let (evil, path) = (yaml(), COMMANDS.replace(' ', "/"));
    format!(
        "message: \"{COMMANDS} {evil} {{0}}\"\nwhy: \"{COMMANDS}\\n{evil}\\n::add-mask::w\"\n\
         url: \"https://a.example/{path}\"\nmqm: \"{evil}\"\ntags: [\"{evil}\"]\n\
         match: {{regex: '(?s){mark}.*?{mark}'}}\nunless: [{{before: 'never'}}]\nfix: {fix}\n\
         examples:\n  - {{bad: \"{COMMANDS} {mark}{evil}{mark}\", good: \"{evil}\"}}\n  - {{ok: \"{COMMANDS} {evil}\"}}\n"
    )
}

/// A folder with two such rules, one with choices and one with a fix, and an article of that kind.
fn hostile() -> Folder {
    let evil = yaml();
    let one = format!("{{title: \"{evil}\", to: \"{evil}\", safety: unsafe}}");
    let choices = format!("[{one}, {{title: \"::x\", to: \"{COMMANDS}\"}}]");
    let rules = [hostile_rule("zz", &choices), hostile_rule("jj", &one)];
    let folder = Folder::with(&[("rules/house/evil.yml", &rules[0]), ("rules/house/mend.yml", &rules[1])]);
    folder.write(named(&name()), article());
    folder
}

fn article() -> String {
    let line = format!("{COMMANDS} zz{CONTROLS}{COMMANDS}zz {CONTROLS}{COMMANDS}");
    let mend = format!("{COMMANDS} jj{CONTROLS}{COMMANDS}jj");
    format!("{line}\n\n{mend}\n\n:{COMMANDS}\n\n #{line}\n\n{COMMANDS}\n\nzz\r{COMMANDS}zz{CONTROLS}\n")
}

fn name() -> Vec<u8> {
    format!("a{}\n{}.txt", CONTROLS.replace('/', ""), COMMANDS).into_bytes()
}

/// What does harm in `shown`, if anything: in lines of their own formats commands are what is wanted.
fn harm(shown: &str, color: bool, github: bool) -> Option<String> {
    let mut rest = shown;
    let mut plain = String::new();
    while let Some(at) = rest.find("\u{1b}[").filter(|_| color) {
        plain.push_str(&rest[..at]);
        let after = &rest[at + 2..];
        let end = after.find(|c: char| !c.is_ascii_digit() && c != ';')?;
        if !after[end..].starts_with('m') {
            return Some(format!("a sequence that sets no colour: {:?}", &after[..end + 1]));
        }
        rest = &after[end + 1..];
    }
    plain.push_str(rest);
    let turns = |c: char| matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if let Some(line) = plain.lines().find(|line| line.contains(|c: char| c.is_control() || turns(c))) {
        return Some(format!("{line:?}"));
    }
    let own = ["::error title=", "::warning title=", "::notice title="];
    let command = |line: &&str| {
        let is_own = github && own.iter().any(|own| line.starts_with(own));
        let obeyed = line.trim_start().starts_with("::") || line.contains("##[") || line.contains("##vso[");
        obeyed && !is_own
    };
    shown.split(['\n', '\r']).find(command).map(|line| format!("a command: {line:?}"))
}

#[test]
fn no_control_character_and_no_command_of_a_stranger_reaches_the_log() {
    let folder = hostile();
    let path = String::from_utf8(name()).expect("UTF-8");
    let rules = ["--rules", "rules", "--no-grammar", "--select", "house"];
    let mut runs: Vec<Vec<&str>> = vec![
        vec!["rules", "--rules", "rules"],
        vec!["rule", "house/evil", "--rules", "rules"],
        vec!["test", "rules"],
        vec!["test", "rules", "-v"],
        vec!["config", &path],
        vec!["config", &path, "--output-format", "json"],
        vec!["bench", &path, "--rules", "rules", "--no-grammar", "--show", "5"],
        vec!["new", "rule", &path],
        vec!["man", &path],
        vec!["completions", &path],
        vec!["check", "gone\u{1b}[31m\n::error::x"],
        vec!["check", &path, "--select", "\u{1b}[31m\n::error::x"],
        vec!["check", &path, "--source", &path],
        vec!["check", &path, "--encoding", &path],
        vec!["check", &path, "--config", &path],
        vec!["check", &path, "--rules", "gone\u{1b}[31m\n::error::##[error]x"],
        vec!["check", &path, "--exclude", "{\u{1b}[31m\n::error::x"],
        vec!["check", "--\u{1b}[31m\n::error::x"],
        vec!["check", "--output-format", &path],
        vec!["check", &path, "--baseline", &path],
        vec!["check", &path, "--since", &path],
        vec!["\u{1b}]0;t\u{7}::error::x"],
        vec!["allow", &path],
        vec!["rule", &path],
        vec!["baseline", "create", &path, "--baseline", &path],
    ];
    for format in [
        "full",
        "concise",
        "json",
        "jsonl",
        "github",
        "sarif",
        "gitlab",
        "junit",
        "checkstyle",
        "rdjson",
        "summary",
    ] {
        runs.push([&["check", &path, "--output-format", format][..], &rules[..]].concat());
        runs.push(
            [&["check", &path, "-v", "--statistics", "--output-format", format][..], &rules[..]].concat(),
        );
        runs.push(
            [&["fix", "-", "--unsafe", "--show-fixes", "--output-format", format][..], &rules[..]].concat(),
        );
    }
    let place = format!("{path}:1");
    runs.push([&["check", &path, "-q"][..], &rules[..]].concat());
    runs.push([&["report", &path, "-o", "-"][..], &rules[..]].concat());
    runs.push([&["allow", &place, "--reason", "r"][..], &rules[..]].concat());
    runs.push([&["allow", "--list"][..]].concat());
    runs.push([&["review", &path][..], &rules[..]].concat());
    let mut found = Vec::new();
    let mut spoken = 0;
    for run in &runs {
        for color in ["always", "never"] {
            let mut arguments = run.clone();
            arguments.extend(["--color", color]);
            let is_text = run.starts_with(&["fix", "-"]);
            let input = if is_text { article() } else { "?\nn\nq\n".to_owned() };
            let ended = folder.run_with(&arguments, input.as_bytes(), &[]);
            spoken += usize::from(ended.out.len() + ended.err.len() > 0);
            let github = run.contains(&"github");
            // What `fix` reads from standard input goes to standard output as it is.
            let out = if is_text { String::new() } else { ended.out() };
            for shown in [&out, &ended.err] {
                found.extend(
                    harm(shown, color == "always", github).map(|what| format!("{run:?} {color}: {what}")),
                );
            }
        }
    }
    let diff = [&["diff", &path, "--unsafe", "--color", "always"][..], &rules[..]].concat();
    let ended = folder.run(&diff);
    assert!(ended.out().contains("@@"), "{ended:?}");
    found.extend(harm(&ended.out(), true, false));
    let fix = [&["fix", &path, "--unsafe", "--show-fixes", "--color", "never"][..], &rules[..]].concat();
    let ended = folder.run(&fix);
    assert!(ended.out().contains("→"), "{ended:?}");
    found.extend(harm(&ended.out(), false, false));
    assert_eq!(spoken, 2 * runs.len(), "every run says something");
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn mistakes_in_files_of_strangers_are_drawn_without_their_controls() {
    let evil = format!("{CONTROLS}{COMMANDS}");
    let files = [
        ("rules/house/x.yml", format!("message: [\"{evil}\"\nmatch: {evil}\n")),
        ("rules/house/y.yml", format!("message: \"{}\"\n\"{}\": 1\n", yaml(), yaml())),
        ("mtlint.toml", format!("# {evil}\n\"{}\" = 1\n", "\\u001b[31m\\u009b2J\\n::error::x")),
        (".mtlint-allow.yml", format!("- {{rule: a, fingerprint: \"{}\", reason: r}}\n", yaml())),
    ];
    for (file, text) in files {
        let folder = Folder::with(&[(file, &text), ("a.txt", "zz\n")]);
        for color in ["always", "never"] {
            let ended = folder.run(["check", "a.txt", "--no-grammar", "--rules", "rules", "--color", color]);
            assert!(ended.code == Some(2) && !ended.err.is_empty(), "{ended:?}");
            assert_eq!(harm(&ended.err, color == "always", false), None, "{file} {}", ended.err);
        }
    }
}

#[test]
fn a_rule_whose_address_runs_something_was_loaded() {
    for url in [format!("javascript:{}", yaml()), format!("https://a/{}", yaml()), "command:x".to_owned()] {
        let folder = Folder::with_rule(&format!("match: {{phrases: {{zz: yy}}}}\nurl: \"{url}\""), "zz\n");
        let ended = folder.check(&["a.txt"]);
        ended.refused(&["`url` is no address of a page on the web", "rule.yml:3:"]);
        assert_eq!(harm(&ended.err, false, false), None, "{}", ended.err);
    }
}

#[test]
fn programs_get_the_text_whole_behind_the_escapes() {
    let folder = hostile();
    let path = String::from_utf8(name()).expect("UTF-8");
    let ended = folder.check(&[&path, "--output-format", "jsonl"]);
    let lines: Vec<Value> =
        ended.out().lines().map(|line| serde_json::from_str(line).expect("an object a line")).collect();
    assert_eq!(lines[0]["path"], path.as_str());
    assert_eq!(lines[0]["text"], format!("zz{CONTROLS}{COMMANDS}zz"));
    let ended = folder.check(&[&path, "--output-format", "sarif"]);
    let log: Value = serde_json::from_str(&ended.out()).expect("JSON");
    let place = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
    let uri = place.as_str().expect("a URI");
    assert!(uri.starts_with("a%1B%5B31m") && uri.contains("%0A%3A%3Aerror"), "{uri}");
    for format in ["junit", "checkstyle"] {
        let ended = folder.check(&[&path, "--output-format", format]);
        let mut reader = quick_xml::Reader::from_str(std::str::from_utf8(&ended.out).expect("UTF-8"));
        let mut elements = 0;
        loop {
            match reader.read_event().expect("XML") {
                quick_xml::events::Event::Eof => break,
                quick_xml::events::Event::Start(element) | quick_xml::events::Event::Empty(element) => {
                    let attributes = element.attributes().collect::<Result<Vec<_>, _>>();
                    elements += attributes.expect("attributes").len();
                }
                _ => {}
            }
        }
        assert!(elements > 3, "{}", ended.out());
    }
}

/// A patch is the text itself: GitHub is told to obey no line of it, in words that the text cannot know.
#[test]
fn a_patch_in_the_log_of_a_job_gives_no_commands() {
    let folder =
        Folder::with_rule("match: {phrases: {zz: yy}}", "::error::x\n::stop-commands::x\nzz\n##[error]x\n");
    folder.write("b.txt", "nothing\nzz\n");
    let diff = ["diff", "a.txt", "--no-grammar", "--rules", "rules", "--select", "house", "--unsafe", "-q"];
    let plain = folder.run(diff).out();
    assert!(plain.starts_with("--- a/a.txt\n") && plain.contains("\n ::error::x\n"), "{plain}");
    let framed = |_| folder.run_with(diff, b"", &[("GITHUB_ACTIONS", "true")]).out();
    let [first, second] = [0, 1].map(framed);
    let word = first.lines().next().and_then(|line| line.strip_prefix("::stop-commands::")).expect("framed");
    assert_eq!(first, format!("::stop-commands::{word}\n{plain}::{word}::\n"));
    assert!(word.len() > 32 && !second.contains(word), "{second}");
    folder.write("framed.patch", &first);
    let git =
        std::process::Command::new("git").args(["apply", "framed.patch"]).current_dir(folder.path()).status();
    assert!(git.expect("git is there").success());
    assert!(folder.read("a.txt").contains("\nyy\n"));
    let quiet = [&["diff", "b.txt"][..], &diff[2..]].concat();
    let quiet = folder.run_with(quiet, b"", &[("GITHUB_ACTIONS", "true")]).out();
    assert!(quiet.starts_with("--- a/b.txt\n"), "{quiet}");
}
