//! Comments over two small rules.

use std::sync::Arc;

use crate::diagnostic::{Applicability, Severity};
use crate::format::Format;
use crate::rule::{self, RuleFiles};
use crate::session::{Session, Settings};
use crate::source::Source;

const RULE: &str = "message: wrong\nseverity: warning\ntags: [t]\nmatch: {phrases: [WORD]}\n\
                    examples: [{bad: 'A WORD here.'}, {ok: 'None.'}]\n";

fn session(settings: Settings) -> Session {
    let mut files = RuleFiles::new();
    for (path, word) in [("a/foo.yml", "foo"), ("a/bar.yml", "bar"), ("b/baz.yml", "baz")] {
        files.add(path, path, RULE.replace("WORD", word));
    }
    let rules = Arc::new(rule::load(&files).expect("they compile"));
    Session::new(rules, None, settings).expect("known names")
}

fn settings(select: &[&str], ignore: &[&str]) -> Settings {
    let parse = |names: &[&str]| names.iter().map(|name| name.parse().expect("a selector")).collect();
    Settings { select: parse(select), ignore: parse(ignore), ..Settings::default() }
}

/// `rule@line` of each finding.
fn found_with(settings: Settings, text: &str, format: Format) -> Vec<String> {
    let source = Source::from_text(text).expect("short");
    let found = session(settings).check(&source, format);
    found.iter().map(|d| format!("{}@{}", d.rule, source.position(d.span.start).line)).collect()
}

fn found(text: &str) -> Vec<String> {
    found_with(Settings::default(), text, Format::Markdown)
}

const NONE: [&str; 0] = [];

#[test]
fn the_next_block_is_silenced_and_nothing_else() {
    let text = "A foo.\n\n<!-- mtlint-disable-next-line a/foo: his word -->\nA foo\nand a foo and a bar.\n\nA foo.\n";
    assert_eq!(found(text), ["a/foo@1", "a/bar@5", "a/foo@7"]);
    assert_eq!(
        found(&text.replace("a/foo:", "a, b/baz:")),
        ["a/foo@1", "mtlint/unused-suppression@3", "a/foo@7"]
    );
    assert_eq!(found("<!-- mtlint-disable-next-line tag:t -->\n\n- A foo.\n- A foo.\n"), ["a/foo@4"]);
    assert_eq!(
        found("<!-- mtlint-disable-next-line tag:t -->\n\n| A foo | A foo |\n|--|--|\n| A foo | b |\n"),
        ["a/foo@5"]
    );
    assert_eq!(found("<!-- mtlint-disable-next-line -->\n![A foo](x) and a foo.\n\nA foo.\n"), ["a/foo@4"]);
    let inside = "A foo <!-- mtlint-disable-next-line a/foo -->\nand a foo\nand a foo.\n";
    assert_eq!(found(inside), ["a/foo@1", "a/foo@3"]);
    assert_eq!(found(&inside.replace('\n', "\r\n")), ["a/foo@1", "a/foo@3"]);
}

#[test]
fn in_html_the_next_block_is_an_element() {
    let text = "<p>A foo</p><!-- mtlint-disable-next-line a/foo --><p>A <b>foo</b> and foo</p><p>A foo</p>";
    let count = |text: &str| found_with(Settings::default(), text, Format::Html).len();
    assert_eq!(count(text), 2);
    assert_eq!(count(&text.replace("-next-line", "")), 1);
    assert_eq!(count(&text.replace("-next-line", "-file")), 0);
}

#[test]
fn the_nearest_word_about_a_finding_counts() {
    let text = "<!-- mtlint-disable a -->\nA foo.\n\nA bar.\n\n<!-- mtlint-enable a/foo -->\nA foo.\n\nA bar.\n\n\
                <!-- mtlint-enable a -->\nA bar.\n";
    assert_eq!(found(text), ["a/foo@7", "a/bar@12"]);
    assert_eq!(found("A foo.\n\n<!-- mtlint-disable -->\nA foo.\n\nA baz.\n"), ["a/foo@1"]);
    assert_eq!(found("A foo.\n\n<!-- mtlint-disable-file a/foo -->\nA foo and a bar.\n"), ["a/bar@4"]);
}

#[test]
fn what_silences_nothing_is_told_unless_nobody_can_know() {
    let unused = "mtlint/unused-suppression@1";
    let text = "<!-- mtlint-disable-next-line a/foo -->\nA bar.\n";
    assert_eq!(found(text), [unused, "a/bar@2"]);
    assert_eq!(found_with(settings(&[], &["a/foo"]), text, Format::Markdown), ["a/bar@2"], "it was not run");
    assert_eq!(found_with(settings(&[], &["mtlint"]), text, Format::Markdown), ["a/bar@2"]);
    assert_eq!(
        found_with(settings(&["a/bar", "a/foo"], &[]), text, Format::Markdown),
        ["a/bar@2"],
        "not selected"
    );
    assert_eq!(
        found_with(settings(&["mtlint/unused-suppression", "a"], &[]), text, Format::Markdown).len(),
        2
    );
    assert_eq!(found("<!-- mtlint-enable a/foo -->\nNone.\n"), [unused]);
    assert_eq!(found("<!-- mtlint-disable-file -->\nNone.\n"), NONE, "grammar was not run");
    assert_eq!(found(&format!("<!-- mtlint-disable-file mtlint: x -->\n\n{text}")), ["a/bar@4"]);
}

#[test]
fn what_names_nothing_or_is_not_understood_is_a_warning() {
    let check = |text: &str| {
        session(Settings::default()).check(&Source::from_text(text).expect("short"), Format::Markdown)
    };
    let unknown = check("<!-- mtlint-disable a/fooo -->\nNone.\n");
    assert_eq!((&*unknown[0].rule, unknown[0].severity), ("mtlint/unused-suppression", Severity::Warning));
    assert!(unknown[0].message.contains("did you mean “a/foo”?"), "{}", unknown[0].message);
    assert_eq!(unknown[0].fixes[0].applicability, Applicability::Suggest);
    let malformed = check("<!-- mtlint-disable-nextline a/foo -->\nA foo.\n");
    assert_eq!(&*malformed[0].rule, "mtlint/malformed-suppression");
    assert_eq!(malformed[0].fixes[0].edits[0].text, "mtlint-disable-next-line");
    assert_eq!(malformed.len(), 2, "it silences nothing");
}

fn fixed(text: &str) -> String {
    let source = Source::from_text(text).expect("short");
    session(Settings::default())
        .fix(&source, Format::Markdown, Applicability::Safe)
        .expect("no fight")
        .source
        .into_text()
}

#[test]
fn the_fix_removes_the_comment_or_the_name() {
    assert_eq!(fixed("One.\n\n<!-- mtlint-disable-next-line a/foo -->\nTwo.\n"), "One.\n\nTwo.\n");
    assert_eq!(fixed("One.\n<!-- mtlint-disable-next-line a/foo -->\nTwo.\n"), "One.\n\nTwo.\n");
    assert_eq!(fixed("One <!-- mtlint-disable a/foo --> two.\n"), "One two.\n");
    assert_eq!(fixed("One. <!-- mtlint-disable a/foo -->\nTwo.\n"), "One.\nTwo.\n");
    let text = "<!-- mtlint-disable a/bar, a/foo, b: why -->\nA foo.\n";
    assert_eq!(fixed(text), "<!-- mtlint-disable a/foo: why -->\nA foo.\n");
}

/// Quadratic work would take minutes here.
#[test]
fn very_many_comments_take_little_time() {
    let line = "<!-- mtlint-disable-next-line a/foo -->\n<!-- mtlint-disable a/x -->\n| a foo | a foo |\n\n";
    assert!(!found(&line.repeat(5_000)).is_empty());
    let unclosed = "<!-- mtlint-disable a\n".repeat(50_000);
    assert_eq!(found(&unclosed), NONE);
    let inline = format!("A foo {}", "x <!-- mtlint-disable-next-line a/foo --> foo ".repeat(3_000));
    assert!(!found(&inline).is_empty());
    let deep = format!("{}<!-- mtlint-disable-next-line a/foo -->A foo", "<div>".repeat(50_000));
    assert_eq!(found_with(Settings::default(), &deep, Format::Html), NONE);
}
