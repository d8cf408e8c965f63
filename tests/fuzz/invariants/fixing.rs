//! Any text is fixed by the built-in rules, and what was found can be told in every form.

use std::sync::Arc;

use mtlint::diagnostic::Severity;
use mtlint::encoding::Encoding;
use mtlint::format::Format;
use mtlint::report::{
    Checked, Reporter, Summary, checkstyle, concise, diff, full, github, gitlab, json, junit, rdjson, sarif,
};
use mtlint::source::Source;

use super::reading::source;
use super::text::{all_rules, mended};

/// Fixes the text, and writes every report.
pub(crate) fn fix(data: &[u8]) {
    let Some(source) = source(data) else { return };
    // One a time, or an input would take too long.
    let format = [Format::Plain, Format::Markdown, Format::Html][data.len() % 3];
    mended(all_rules(), format, &source);
    told(&source);
    // What counts bytes is to know of what; some inputs are enough to tell.
    if data.len().is_multiple_of(4)
        && let Some(source) = in_utf16(&source)
    {
        told(&source);
    }
}

/// The same text, read from a file in UTF-16.
fn in_utf16(source: &Source) -> Option<Source> {
    let bytes = Encoding::Utf16Le.encode(source.text()).ok()?.into_owned();
    Source::decode(bytes, Encoding::Utf16Le).ok()
}

fn told(source: &Source) {
    let found = all_rules().check(source, Format::Plain);
    let checked = Checked { path: "a.txt", source, diagnostics: &found, guess: None };
    let mut summary = Summary { files: 1, ..Summary::default() };
    summary.add(&found);
    let written = |reporter: &mut dyn Reporter| {
        let mut out = Vec::new();
        reporter.file(&checked, &mut out).expect("in memory");
        reporter.finish(&summary, &mut out).expect("in memory");
        String::from_utf8(out).expect("reports are UTF-8")
    };
    for line in written(&mut json::JsonLines).lines() {
        serde_json::from_str::<serde_json::Value>(line).expect("a line of JSON");
    }
    let documents: [Box<dyn Reporter>; 4] = [
        Box::new(json::Json::default()),
        Box::new(sarif::Sarif::new(Arc::clone(all_rules().rules()))),
        Box::new(gitlab::Gitlab::default()),
        Box::new(rdjson::Rdjson::default()),
    ];
    for mut reporter in documents {
        let _: serde_json::Value =
            serde_json::from_str(&written(reporter.as_mut())).expect("a document of JSON");
    }
    let xml: [Box<dyn Reporter>; 2] =
        [Box::new(checkstyle::Checkstyle::default()), Box::new(junit::Junit::new(Severity::Warning))];
    for mut reporter in xml {
        let text = written(reporter.as_mut());
        let mut reader = quick_xml::Reader::from_str(&text);
        while reader.read_event().expect("XML") != quick_xml::events::Event::Eof {}
    }
    let commands = written(&mut github::Github);
    assert!(
        commands.lines().all(|line| line.starts_with("::error ")
            || line.starts_with("::warning ")
            || line.starts_with("::notice ")),
        "{commands}"
    );
    let people: [Box<dyn Reporter>; 2] =
        [Box::new(full::Full { quiet: false }), Box::new(concise::Concise { quiet: false })];
    for mut reporter in people {
        let text = written(reporter.as_mut());
        let raw = text.chars().find(|c| c.is_control() && !matches!(c, '\n'));
        assert_eq!(raw, None, "a control character would reach the terminal: {text:?}");
    }
    let Ok(fixed) = all_rules().fix(source, Format::Plain, mtlint::diagnostic::Applicability::Unsafe) else {
        return;
    };
    for write in [diff::patch, diff::readable] {
        let mut out = Vec::new();
        write("a.txt", source.text(), fixed.text(), &mut out).expect("in memory");
        assert_eq!(out.is_empty(), fixed.text() == source.text(), "a diff shows what differs");
    }
}
