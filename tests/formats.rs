//! Markup survives: what is not prose is the same before and after a fix.

#[path = "fuzz/invariants/outline.rs"]
mod outline;

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use mtlint::diagnostic::Applicability;
use mtlint::document::RunKind;
use mtlint::format::{self, Format};
use mtlint::rule::{self, RuleFiles};
use mtlint::session::{Session, Settings};
use mtlint::source::Source;
use outline::outline;
use proptest::prelude::*;

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
    let (before, after) = (outline(format, &source), outline(format, &fixed.source));
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

const PO: &[(&str, &str)] = &[
    ("", ""),
    ("", ""),
    ("%s ", "%d"),
    ("%(name)s ", " {x}"),
    ("<b>", "</b>"),
    ("\\\"", "\\\""),
    ("\"\n\"", "\"\n\""),
    ("\\n", "\\t"),
    ("<a href=\\\"%s\\\">", "</a>"),
];

const XLIFF: &[(&str, &str)] = &[
    ("", ""),
    ("", ""),
    ("<g id=\"1\">", "</g>"),
    ("<x id=\"2\"/>", "<bx id=\"3\"/>"),
    ("<bpt id=\"4\">&lt;b></bpt>", "<ept id=\"4\">&lt;/b></ept>"),
    ("<ph id=\"5\">the the</ph>", "<!-- the the -->"),
    ("&lt;i&gt;", "&lt;/i&gt;"),
    ("&#8220;", "&#8221;"),
    ("<![CDATA[", "]]>"),
    ("<mrk translate=\"no\">", "</mrk>"),
    ("&amp;", "&unknown;"),
];

/// Texts for values of JSON.
const VALUES: &[(&str, &str)] = &[
    ("", ""),
    ("", ""),
    ("<b>", "</b>"),
    ("“", "”"),
    ("\"", "\""),
    ("\n\n", "\t"),
    ("\\", "😀"),
    ("<p class=\"x\">", "</p>"),
];

/// A string of JSON, with the characters beyond ASCII escaped or not.
fn json_string(text: &str, ascii: bool) -> String {
    let written = serde_json::to_string(text).expect("a string");
    let escaped = |c: char| match ascii && !c.is_ascii() {
        true => c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect(),
        false => c.to_string(),
    };
    written.chars().map(escaped).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn json_has_its_outline_after_a_fix(
        values in prop::collection::vec((prop::sample::select(&["title", "body", "id", "text"][..]), line(VALUES), any::<bool>()), 1..6),
        lines in any::<bool>(),
    ) {
        let objects = values.iter().map(|(key, text, ascii)| format!("{{\"{key}\": [{}], \"n\": 1}}", json_string(text, *ascii)));
        let objects: Vec<String> = objects.collect();
        let (format, text) = match lines {
            true => (Format::JsonLines, objects.join("\n")),
            false => (Format::Json, format!("[{}]\n", objects.join(",\n "))),
        };
        prop_assert!(survives(format, &text).is_ok(), "{:?}\n{text}", survives(format, &text));
    }

    #[test]
    fn po_has_its_outline_after_a_fix(messages in prop::collection::vec(line(PO), 1..6)) {
        let message = |text: &String| format!("#, c-format\nmsgid \"the the\"\nmsgstr \"{}\"\n\n", text.replace(['\r'], "").replace(" \n", " "));
        let text: String = messages.iter().map(message).collect();
        prop_assert!(survives(Format::Po, &text).is_ok(), "{:?}\n{text}", survives(Format::Po, &text));
    }

    #[test]
    fn xliff_has_its_outline_after_a_fix(units in prop::collection::vec(line(XLIFF), 1..6)) {
        let unit = |text: &String| format!("<trans-unit><source>the the</source><target>{text}</target></trans-unit>\n");
        let units: String = units.iter().map(unit).collect();
        let text = format!("<xliff version=\"1.2\"><file target-language=\"en\"><body>\n{units}</body></file></xliff>\n");
        prop_assert!(survives(Format::Xliff, &text).is_ok(), "{:?}\n{text}", survives(Format::Xliff, &text));
    }
}

#[test]
fn faults_are_mended_inside_markup_and_left_across_it() {
    let fix = |format, text: &str| {
        let source = Source::from_text(text).expect("short");
        all_rules().fix(&source, format, Applicability::Safe).expect("no fight").source.into_text()
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
    let json = r#"{"id": "the the", "body": "He went to the the \u201cold\u201d market.\n\nIt is in the the \"it\", the <b>the</b> end."}"#;
    let mended = json.replace("to the the", "to the").replace("in the the", "in the");
    assert_eq!(fix(Format::Json, json), mended);
    let po = "#. the the\nmsgid \"le le\"\nmsgstr \"\"\n\"He went to the the %s market, and the \"\n\"the end of the the day.\"\n";
    assert_eq!(fix(Format::Po, po), po.replace("to the the", "to the").replace("of the the", "of the"));
    let xliff = "<xliff><file><unit><source>the the</source><target>He went <g id=\"1\">to the the market</g> of the \
                 <g id=\"2\">the</g> <x id=\"3\"/>end.</target></unit></file></xliff>";
    assert_eq!(fix(Format::Xliff, xliff), xliff.replace("to the the", "to the"));
}

/// Real files, for whoever has some: `MTLINT_ROUND_TRIP=FOLDER cargo test --test formats -- --ignored --nocapture`.
#[test]
#[ignore = "needs a folder of files in MTLINT_ROUND_TRIP"]
fn real_files_survive() {
    let root =
        PathBuf::from(std::env::var_os("MTLINT_ROUND_TRIP").expect("MTLINT_ROUND_TRIP names a folder"));
    let (mut counts, mut wrong) = ([(0, 0, 0); 8], Vec::new());
    for entry in ignore::WalkBuilder::new(root).standard_filters(false).build().flatten() {
        let format = Format::from_path(entry.path());
        let Ok(text) = std::fs::read_to_string(entry.path()) else { continue };
        if format == Format::Plain || text.len() > 300_000 {
            continue;
        }
        match survives(format, &text) {
            Ok(fixed) => {
                let count = &mut counts[format as usize];
                count.0 += 1;
                count.1 += fixed;
                let source = Source::from_text(text).expect("it was read");
                count.2 += format::read(&source, format).segments.len();
            }
            Err(why) => wrong.push(format!("{}: {why}", entry.path().display())),
        }
    }
    println!(
        "plain, Markdown, HTML, docx, JSON, JSON Lines, PO, XLIFF: files, fixes and segments in them: {counts:?}"
    );
    assert!(wrong.is_empty(), "{} files:\n{}", wrong.len(), wrong.join("\n"));
}
