//! Hostile configs, baselines and files of allowed findings, as a repository brings them along.

use super::folder::Folder;

fn check(files: &[(&str, &str)]) -> super::folder::Ended {
    let folder = Folder::with(files);
    folder.write("a.txt", "fine\n");
    folder.run(["check", "--no-grammar", "a.txt"])
}

#[test]
fn a_config_with_control_characters_is_drawn_without_them() {
    let ended = check(&[("mtlint.toml", "# \u{1b}\nsource = \"\u{9b}31m\u{202e}xyz\" ##[error]x \u{9d}\n")]);
    ended.refused(&["mtlint.toml:"]);
    assert!(!ended.err.contains("##["), "{}", ended.err);
    let ended = check(&[("mtlint.toml", "[rules]\nselect = ['\u{85}::error::\u{9b}x']\n")]);
    ended.refused(&["mtlint.toml:2:"]);
}

#[test]
fn a_file_of_allowed_findings_that_is_a_bomb_is_refused() {
    let bomb = "- {rule: &a x, fingerprint: *a, reason: *a}\n";
    check(&[(".mtlint-allow.yml", bomb)]).refused(&["an alias", ".mtlint-allow.yml:1:"]);
    let bad = "- {rule: a/b, fingerprint: no, reason: r}\n".repeat(20_000);
    check(&[(".mtlint-allow.yml", &bad)]).refused(&["16 digits", "more mistakes"]);
    check(&[(".mtlint-allow.yml", &"[".repeat(100_000))]).refused(&[".mtlint-allow.yml:1:"]);
    check(&[(".mtlint-allow.yml", &"#\n".repeat(3 << 20))]).refused(&["it is larger than 4 MiB"]);
}

/// What compiles such a pattern goes down its stack for each brace: a few kilobytes ended the program.
#[test]
fn braces_inside_braces_do_not_overflow_the_stack() {
    let braces = format!("{}b{}", "{a,".repeat(50_000), "}".repeat(50_000));
    let files = [
        ("mtlint.toml", format!("[files]\nexclude = ['{braces}']\n")),
        ("mtlint.toml", format!("[[per-file]]\nfiles = ['{braces}']\ngrammar = false\n")),
        (
            ".mtlint-allow.yml",
            format!("- {{rule: a/b, fingerprint: abcdefabcdefabcd, reason: r, path: '*{braces}'}}"),
        ),
    ];
    for (name, text) in files {
        check(&[(name, &text)]).refused(&["this is no pattern: it is longer than 4000 bytes", name]);
        let few = text.replace(&braces, &"{a,".repeat(100));
        check(&[(name, &few)]).refused(&["more than 8 braces inside each other", name]);
    }
    for name in [".gitignore", ".ignore", ".mtlintignore"] {
        let folder = Folder::with(&[("t/a.txt", "fine\n"), ("t/sub/b.txt", "the the\n")]);
        folder.write(format!("t/sub/{name}"), &braces);
        let ended = folder.run(["check", "--no-grammar", "t"]);
        ended.refused(&[name, "it has more than 8 braces inside each other"]);
        assert!(ended.out().contains("1 file"), "the others are checked: {}", ended.out());
        folder.run(["check", "--no-grammar", "t/sub"]).refused(&[name]);
        let named = folder.run(["check", "--no-grammar", "--force-exclude", "t/sub/b.txt"]);
        // Nobody knows whether it is left out.
        assert_eq!(named.code, Some(if name == ".mtlintignore" { 2 } else { 1 }), "{named:?}");
    }
}

/// Each pattern was compiled on its own.
#[test]
fn thousands_of_patterns_in_a_file_of_allowed_findings_are_refused() {
    let entry = |n| format!("- {{rule: a/b, fingerprint: abcdefabcdefabcd, reason: r, path: 'a{n}*'}}\n");
    let entries: String = (0..1001).map(entry).collect();
    check(&[(".mtlint-allow.yml", &entries)]).refused(&["more than 1000 entries have one"]);
}

#[test]
fn a_baseline_that_nests_without_end_is_refused() {
    let config = ("mtlint.toml", "baseline = 'b.json'\n");
    check(&[config, ("b.json", &"[".repeat(1_000_000))]).refused(&["b.json:1:"]);
    check(&[config, ("b.json", "{\"\u{1b}\u{9b}::error::\": 1}")]).refused(&["this is no baseline"]);
}

#[test]
fn a_config_that_extends_itself_or_nests_without_end_is_refused() {
    check(&[("mtlint.toml", "extend = 'mtlint.toml'\n")]).refused(&["extends this file"]);
    let deep = format!("a = {}\n", "[".repeat(100_000));
    check(&[("mtlint.toml", &deep)]).refused(&["mtlint.toml:1:"]);
    let deep = format!("{}a = 1\n", "a.".repeat(100_000));
    check(&[("mtlint.toml", &deep)]).refused(&["mtlint.toml:1:"]);
}

/// A baseline was read whatever it was: a device for ever, a pipe until somebody wrote to it.
#[cfg(unix)]
#[test]
fn a_pipe_or_a_device_in_the_place_of_a_file_is_refused_at_once() {
    for (name, text) in [
        ("baseline", "baseline = 'PATH'\n"),
        ("extend", "extend = 'PATH'\n"),
        ("words", "[words]\nfiles = ['PATH']\n"),
    ] {
        for path in ["pipe", "/dev/zero"] {
            let folder = Folder::with(&[("mtlint.toml", &text.replace("PATH", path)), ("a.txt", "fine\n")]);
            folder.pipe("pipe");
            let ended = folder.run(["check", "--no-grammar", "a.txt"]);
            assert!(ended.err.contains("it is not a regular file"), "{name} {path}: {}", ended.err);
            ended.refused(&[]);
        }
    }
    let folder = Folder::with(&[("a.txt", "fine\n"), ("mtlint.toml", "baseline = 'big'\n")]);
    std::fs::File::create(folder.path().join("big")).and_then(|file| file.set_len(10 << 30)).expect("made");
    folder.run(["check", "--no-grammar", "a.txt"]).refused(&["it is larger than 64 MiB"]);
    // One that nobody named is no file of ours.
    let folder = Folder::with(&[("a.txt", "fine\n")]);
    folder.pipe("mtlint.toml");
    folder.pipe(".mtlint-allow.yml");
    assert_eq!(folder.run(["check", "--no-grammar", "a.txt"]).code, Some(0));
}
