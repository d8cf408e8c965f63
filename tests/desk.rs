//! An afternoon at a desk: two hundred old articles in git, a baseline, and a bad paragraph that does not get in.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const BAD: &str = "Moscow, for his part, turned to OTAN: the the summit ended “late”” on Monday.\n";
const GOOD: &str = "Moscow, for its part, turned to NATO: the summit ended “late” on Monday.\n";

fn command(program: &str, folder: &Path, arguments: &[&str]) -> Command {
    let program_folder = Path::new(env!("CARGO_BIN_EXE_mtlint")).parent().expect("it is in one");
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths(
        std::iter::once(program_folder.to_path_buf()).chain(std::env::split_paths(&path)),
    );
    let mut command = Command::new(program);
    command
        .args(arguments)
        .current_dir(folder)
        .env("PATH", path.expect("no colon in it"))
        .env("NO_COLOR", "1")
        .env("MTLINT_CACHE_DIR", folder.join(".git/mtlint-cache"))
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1");
    for (name, value) in [("NAME", "An Editor"), ("EMAIL", "editor@example.org")] {
        command.env(format!("GIT_AUTHOR_{name}"), value).env(format!("GIT_COMMITTER_{name}"), value);
    }
    command
}

fn run(program: &str, folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let Output { status, stdout, stderr } = command(program, folder, arguments).output().expect("it runs");
    (status.code(), String::from_utf8_lossy(&[stdout, stderr].concat()).into_owned())
}

/// Runs what is to succeed, and gives what it says.
fn done(program: &str, folder: &Path, arguments: &[&str]) -> String {
    let (code, said) = run(program, folder, arguments);
    assert_eq!(code, Some(0), "{program} {arguments:?}: {said}");
    said
}

/// The paragraphs of the machine-translated articles among the fixtures.
fn paragraphs() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/articles");
    let mut articles: Vec<PathBuf> =
        fs::read_dir(folder).expect("readable").map(|entry| entry.expect("readable").path()).collect();
    articles.sort();
    let texts = articles.iter().filter(|path| path.extension().is_some_and(|e| e == "txt"));
    let texts = texts.map(|path| fs::read_to_string(path).expect("UTF-8"));
    texts
        .flat_map(|text| text.lines().filter(|l| !l.is_empty()).map(str::to_owned).collect::<Vec<_>>())
        .collect()
}

/// They were read where a text was checked, and forgotten where it was shown.
#[test]
fn fields_that_were_named_were_missing_in_a_report_and_among_what_is_allowed() {
    let scratch = tempfile::tempdir().expect("a temporary folder");
    let desk = scratch.path();
    let config = "grammar = false\n[rules]\nselect = ['repetition/small-word-doubled']\n";
    fs::write(desk.join("mtlint.toml"), config).expect("written");
    let sentence = "The minister of the the interior resigned.";
    fs::write(desk.join("a.json"), format!("{{\"chapeau\": \"{sentence}\"}}\n")).expect("written");
    let arguments = ["report", "a.json", "--fields", "chapeau", "--no-cache", "-o", "report.html"];
    done("mtlint", desk, &arguments);
    let page = fs::read_to_string(desk.join("report.html")).expect("written");
    assert!(page.contains("minister") && !page.contains("There is no prose in this text."), "{page}");
    fs::write(desk.join("mtlint.toml"), format!("fields = ['chapeau']\n{config}")).expect("written");
    done("mtlint", desk, &["allow", "a.json:1", "--reason", "They say so.", "--no-cache"]);
    let allowed = fs::read_to_string(desk.join(".mtlint-allow.yml")).expect("written");
    assert!(allowed.contains(sentence), "{allowed}");
}

#[test]
fn old_findings_stay_quiet_and_a_bad_paragraph_does_not_get_in() {
    let scratch = tempfile::tempdir().expect("a temporary folder");
    let desk = scratch.path();
    let git = |arguments: &[&str]| done("git", desk, arguments);
    git(&["init", "--quiet", "--initial-branch=main"]);

    // Ten years of articles.
    let paragraphs = paragraphs();
    let articles = desk.join("articles");
    fs::create_dir(&articles).expect("made");
    let article = |number: usize| articles.join(format!("article-{number:03}.txt"));
    for number in 0..200 {
        let some = (0..3).map(|i| paragraphs[(number * 3 + i) % paragraphs.len()].as_str());
        fs::write(article(number), some.collect::<Vec<_>>().join("\n\n") + "\n").expect("written");
    }
    git(&["add", "--all"]);
    git(&["commit", "--quiet", "--message=old articles"]);

    // mtlint comes, with a baseline and a hook.
    fs::write(
        desk.join("mtlint.toml"),
        "source = \"fr\"\ngrammar = false\nbaseline = \".mtlint-baseline.json\"\n",
    )
    .expect("written");
    let (code, _) = run("mtlint", desk, &["check", "--no-baseline", "articles"]);
    assert_eq!(code, Some(1), "the old articles have faults");
    done("mtlint", desk, &["baseline", "create", "articles"]);
    let said = done("mtlint", desk, &["check", "articles"]);
    assert!(said.contains("in the baseline"), "{said}");
    git(&["add", "--all"]);
    git(&["commit", "--quiet", "--message=mtlint"]);
    let hook = desk.join(".git/hooks/pre-commit");
    fs::write(&hook, "#!/bin/sh\nexec mtlint check --staged --min-severity warning\n").expect("written");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).expect("set");
    }

    // A bad paragraph comes in between the old ones.
    let old = fs::read_to_string(article(117)).expect("UTF-8");
    let (first, rest) = old.split_once("\n\n").expect("three paragraphs");
    let with = |paragraph: &str| format!("{first}\n\n{paragraph}\n{rest}");
    fs::write(article(117), with(BAD)).expect("written");
    git(&["add", "--all"]);
    let (code, said) = run("git", desk, &["commit", "--quiet", "--message=new paragraph"]);
    assert_eq!(code, Some(1), "the hook stops it");
    assert!(said.contains("article-117.txt:3:") && !said.contains("article-117.txt:1:"), "{said}");

    // fix repairs it, and nothing else.
    done("mtlint", desk, &["fix", "articles/article-117.txt"]);
    assert_eq!(fs::read_to_string(article(117)).expect("UTF-8"), with(GOOD));
    git(&["add", "--all"]);
    git(&["commit", "--quiet", "--message=new paragraph"]);

    // Somebody moves a paragraph and renames an article; that is no new fault.
    fs::write(article(117), format!("{first}\n\n{rest}\n{GOOD}")).expect("written");
    git(&["mv", "articles/article-030.txt", "articles/renamed.txt"]);
    git(&["add", "--all"]);
    git(&["commit", "--quiet", "--message=moved"]);

    // CI passes, over what has changed and over everything.
    done("mtlint", desk, &["check", "--since", "HEAD~2", "--changed-lines", "--output-format", "github"]);
    done("mtlint", desk, &["check", "--output-format", "concise,sarif=mtlint.sarif"]);
    let sarif = fs::read_to_string(desk.join("mtlint.sarif")).expect("written");
    let sarif: serde_json::Value = serde_json::from_str(&sarif).expect("JSON");
    assert_eq!(sarif["version"], "2.1.0");
}
