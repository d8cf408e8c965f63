//! Markup survives: what is not prose is the same before and after a fix.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use html5gum::{Token, Tokenizer};
use mtlint::diagnostic::Applicability;
use mtlint::document::RunKind;
use mtlint::format::{self, Format};
use mtlint::rule::{self, RuleFiles};
use mtlint::session::{Session, Settings};
use mtlint::source::Source;
use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser};

fn session(files: &RuleFiles) -> Session {
    let rules = Arc::new(rule::load(files).expect("the rules compile"));
    Session::new(rules, None, Settings { translated: true, ..Settings::default() }).expect("no selectors")
}

fn all_rules() -> &'static Session {
    static SESSION: OnceLock<Session> = OnceLock::new();
    SESSION.get_or_init(|| session(&RuleFiles::builtin()))
}

fn no_rules() -> &'static Session {
    static SESSION: OnceLock<Session> = OnceLock::new();
    SESSION.get_or_init(|| session(&RuleFiles::new()))
}

/// All that is no text.
fn outline(format: Format, text: &str) -> Vec<String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    match format {
        Format::Plain => Vec::new(),
        Format::Markdown => {
            let options = Options::ENABLE_TABLES
                | Options::ENABLE_FOOTNOTES
                | Options::ENABLE_STRIKETHROUGH
                | Options::ENABLE_TASKLISTS
                | Options::ENABLE_HEADING_ATTRIBUTES
                | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS
                | Options::ENABLE_PLUSES_DELIMITED_METADATA_BLOCKS;
            let events = Parser::new_ext(text, options);
            events
                .filter(|event| !matches!(event, Event::Text(_) | Event::SoftBreak))
                .map(|event| format!("{event:?}"))
                .collect()
        }
        Format::Html => Tokenizer::new(text)
            .map(|token| {
                let Ok(token) = token;
                token
            })
            .filter(|token| !matches!(token, Token::String(_) | Token::Error(_)))
            .map(|token| format!("{token:?}"))
            .collect(),
    }
}

/// Checks that markup survives all fixes in `text`, and everything does where there are none; gives how many there were.
fn survives(format: Format, text: &str) -> Result<usize, String> {
    let Ok(source) = Source::from_text(text) else { return Ok(0) };
    for segment in format::read(&source, format).segments {
        for run in segment.map.runs().iter().filter(|run| run.kind == RunKind::Exact) {
            if source.slice(run.src) != segment.slice(run.seg) {
                return Err(format!("{:?} is shown as {:?}", source.slice(run.src), segment.slice(run.seg)));
            }
        }
    }
    let same = no_rules().fix(&source, format, Applicability::Unsafe).map_err(|error| error.to_string())?;
    if same.text() != text {
        return Err("without rules the text has changed".to_owned());
    }
    let Ok(fixed) = all_rules().fix(&source, format, Applicability::Unsafe) else { return Ok(0) };
    let (before, after) = (outline(format, text), outline(format, fixed.text()));
    if before != after {
        let differ = before.iter().zip(&after).find(|(a, b)| a != b);
        return Err(format!("the outline differs: {differ:?}"));
    }
    Ok(fixed.applied.len())
}

/// Words, faults among them.
fn word() -> impl Strategy<Value = &'static str> {
    prop::sample::select(
        &[
            "the",
            "the the",
            "market",
            "OTAN",
            "Moscow, for his part,",
            "“”",
            "« old »",
            "is",
            "he",
            "a",
            "an",
            "year 2 020",
            "is is",
            ",",
            ".",
            "10 milliards",
            "of of",
            "Paris",
            "the Paris",
            "—",
            "…",
            "Mr",
            "whom",
        ][..],
    )
}

fn inline(open: &'static str, close: &'static str) -> impl Strategy<Value = String> {
    prop::collection::vec(word(), 1..4).prop_map(move |words| format!("{open}{}{close}", words.join(" ")))
}

fn line(marks: &'static [(&'static str, &'static str)]) -> impl Strategy<Value = String> {
    let piece = (0..marks.len()).prop_flat_map(|i| inline(marks[i].0, marks[i].1));
    let glue = prop::sample::select(&[" ", "", "\n", ", "][..]);
    prop::collection::vec((piece, glue), 1..7)
        .prop_map(|pieces| pieces.into_iter().map(|(piece, glue)| format!("{piece}{glue}")).collect())
}

const MARKDOWN: &[(&str, &str)] = &[
    ("", ""),
    ("", ""),
    ("**", "**"),
    ("_", "_"),
    ("*", "*"),
    ("[", "](<http://a.b/the the>)"),
    ("[", "](a.b/the the)"),
    ("[", "]"),
    ("[", "][]"),
    ("`", "`"),
    ("![", "](a.jpg)"),
    ("<b>", "</b>"),
    ("~~", "~~"),
    ("\\*", "&amp;"),
];

const HTML: &[(&str, &str)] = &[
    ("", ""),
    ("", ""),
    ("<b>", "</b>"),
    ("<a href='the the'>", "</a>"),
    ("<code>", "</code>"),
    ("&ldquo;", "&rdquo;"),
    ("<!-- the the -->", ""),
    ("<br>", "&nbsp;"),
    ("<i lang=fr>", "</i>"),
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn markdown_has_its_outline_after_a_fix(
        blocks in prop::collection::vec((prop::sample::select(&["", "# ", "- ", "> ", "1. ", "| "][..]), line(MARKDOWN)), 1..6),
    ) {
        let text: String = blocks.iter().map(|(mark, line)| format!("{mark}{line}\n\n")).chain(["[the the market]: http://a.b\n[the the]: c.d\n".to_owned()]).collect();
        prop_assert!(survives(Format::Markdown, &text).is_ok(), "{:?}\n{text}", survives(Format::Markdown, &text));
    }

    #[test]
    fn html_has_its_outline_after_a_fix(
        blocks in prop::collection::vec((prop::sample::select(&["p", "h1", "li", "td", "div"][..]), line(HTML)), 1..6),
    ) {
        let text: String = blocks.iter().map(|(tag, line)| format!("<{tag}>{line}</{tag}>\n")).collect();
        prop_assert!(survives(Format::Html, &text).is_ok(), "{:?}\n{text}", survives(Format::Html, &text));
    }
}

#[test]
fn faults_are_mended_inside_markup_and_left_across_it() {
    let fix = |format, text: &str| {
        let source = Source::from_text(text).expect("short");
        all_rules().fix(&source, format, Applicability::Safe).expect("no fight").text
    };
    let markdown = "---\ntitle: Back to the the market\n---\n\nHe went *to the the market* today, and the **the** end came.\n\n\
                    `the the` and [of the the](<http://x.y/the the>) it.\n";
    assert_eq!(
        fix(Format::Markdown, markdown),
        "---\ntitle: Back to the market\n---\n\nHe went *to the market* today, and the **the** end came.\n\n\
         `the the` and [of the](<http://x.y/the the>) it.\n"
    );
    let html =
        "<p>He went <i>to the the market</i> today, and the <b>the</b> end&nbsp;came.</p><pre>the the</pre>";
    assert_eq!(fix(Format::Html, html), html.replace("to the the market", "to the market"));
}

/// Real files, for whoever has some: `MTLINT_ROUND_TRIP=FOLDER cargo test --test formats -- --ignored --nocapture`.
#[test]
#[ignore = "needs a folder of files in MTLINT_ROUND_TRIP"]
fn real_files_survive() {
    let root =
        PathBuf::from(std::env::var_os("MTLINT_ROUND_TRIP").expect("MTLINT_ROUND_TRIP names a folder"));
    let (mut counts, mut wrong) = ([(0, 0); 3], Vec::new());
    for entry in ignore::WalkBuilder::new(root).standard_filters(false).build().flatten() {
        let format = Format::from_path(entry.path());
        let Ok(text) = std::fs::read_to_string(entry.path()) else { continue };
        if format == Format::Plain || text.len() > 300_000 {
            continue;
        }
        match survives(format, &text) {
            Ok(fixed) => {
                counts[format as usize].0 += 1;
                counts[format as usize].1 += fixed;
            }
            Err(why) => wrong.push(format!("{}: {why}", entry.path().display())),
        }
    }
    println!("plain, Markdown, HTML: files and fixes in them: {counts:?}");
    assert!(wrong.is_empty(), "{} files:\n{}", wrong.len(), wrong.join("\n"));
}
