//! `report`: one page of HTML for an editor, complete in itself: no network, no script from elsewhere.
//!
//! [`Page`] takes the texts one after the other and is rendered at the end. Elements are made with `maud`, which
//! checks them when the program is compiled, escapes every text, and adds no blanks of its own: between two letters
//! of an article there may be a mark, but no blank. Behind that stands a Content-Security-Policy that lets nothing run
//! or load but the page's own style and script, named by their hashes; so there are no `style` attributes either.
//! What is the same on every page is in `style.css` and `script.js`.

mod article;
mod changes;
mod count;
mod kind;
mod marks;
mod overview;
mod picture;
mod place;
mod remark;
mod text;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

use crate::diagnostic::{Applicability, Severity};
use crate::document::{BlockKind, Document};
use crate::report::Checked;
use crate::report::escape::{harmless, visible, without_commands};
use crate::report::full::language;
use crate::report::window::head;
use crate::rule::RuleSet;
use crate::source::Source;
use count::{Counts, Tally};
use kind::{Kind, category};
use picture::Bar;
use remark::Remark;

/// Remarks that are written out for one text.
pub const REMARKS: usize = 500;

/// Bytes of one text that are shown.
pub const TEXT: usize = 256 * 1024;

/// Bytes of all texts, marks and remarks in a page; what comes after them is counted only.
pub const PAGE: usize = 16 * 1024 * 1024;

/// Texts that the table of files lists.
const INDEX: usize = 2000;

/// Places that the table of rules leads to, for each rule.
const PLACES: usize = 12;

/// Texts that are open when the page is: with more, the reader opens what is wanted.
const OPEN: usize = 3;

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// A place on the page: a remark of a text, both counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    article: usize,
    number: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.article, self.number)
    }
}

/// The findings of one rule.
#[derive(Debug)]
struct RuleRow {
    id: Arc<str>,
    /// The name of the rule in the page's attributes.
    number: usize,
    kind: Kind,
    category: String,
    severity: Severity,
    findings: usize,
    safe: usize,
    places: Vec<Place>,
}

/// One text of the page.
#[derive(Debug)]
struct File {
    number: usize,
    path: String,
    /// Its first heading, else the path.
    headline: String,
    tally: Tally,
    bars: Vec<Bar>,
    /// How many of its blocks are shown.
    shown: usize,
    /// The text with its remarks, ready; `None` if it had no room.
    section: Option<String>,
}

/// A page in the making.
#[derive(Debug)]
pub struct Page<'r> {
    rules: &'r RuleSet,
    title: Option<String>,
    fixes: &'static str,
    files: Vec<File>,
    rows: BTreeMap<Arc<str>, RuleRow>,
    guesses: BTreeMap<String, usize>,
    failed: Vec<(String, String)>,
    /// Bytes of the sections so far.
    length: usize,
    room: usize,
}

impl<'r> Page<'r> {
    /// A page without texts. `threshold` says how far the fixes of the texts can be trusted that are shown as repaired.
    pub fn new(rules: &'r RuleSet, title: Option<String>, threshold: Applicability) -> Self {
        let fixes = if threshold == Applicability::Safe { "safe fixes" } else { "safe and unsafe fixes" };
        Self {
            rules,
            title,
            fixes,
            files: Vec::new(),
            rows: BTreeMap::new(),
            guesses: BTreeMap::new(),
            failed: Vec::new(),
            length: 0,
            room: PAGE,
        }
    }

    /// Adds a text with its findings. `repaired` is the text with its fixes, or why there is none; `read` gives the
    /// prose of both.
    pub fn add(
        &mut self,
        checked: &Checked<'_>,
        read: impl Fn(&Source) -> Document<'_>,
        repaired: Result<&Source, &str>,
    ) {
        let document = read(checked.source);
        let number = self.files.len() + 1;
        let words = document.segments.iter().map(|s| s.text.split_whitespace().count()).sum();
        let mut tally = Tally { words, ..Tally::default() };
        let shown = article::shown(&document);
        let rules = self.rules;
        let mut remarks = Vec::new();
        for (i, diagnostic) in checked.diagnostics.iter().enumerate() {
            let category = category(rules, &diagnostic.rule);
            let kind = Kind::of(category);
            let safe = diagnostic.unattended_fix(Applicability::Safe).is_some();
            tally.add(category, diagnostic.severity, safe);
            let next = self.rows.len();
            let row = self.rows.entry(Arc::clone(&diagnostic.rule)).or_insert_with(|| RuleRow {
                id: Arc::clone(&diagnostic.rule),
                number: next,
                kind,
                category: category.to_owned(),
                severity: diagnostic.severity,
                findings: 0,
                safe: 0,
                places: Vec::new(),
            });
            row.findings += 1;
            row.safe += usize::from(safe);
            row.severity = row.severity.max(diagnostic.severity);
            let place = Place { article: number, number: i + 1 };
            remarks.push(Remark { place, diagnostic, kind, category, rule: row.number });
        }
        if let Some(guess) = checked.guess {
            *self.guesses.entry(language(&guess.language).to_owned()).or_default() += 1;
        }
        let mut file = File {
            number,
            path: checked.path.to_owned(),
            headline: headline(&document).unwrap_or_else(|| checked.path.to_owned()),
            tally,
            bars: Vec::new(),
            shown,
            section: None,
        };
        if document.segments.is_empty() {
            file.section = Some(html! { p.notice { "There is no prose in this text." } }.0);
            self.files.push(file);
            return;
        }
        let mut layout = place::lay(&document, checked.diagnostics);
        let mut counts = vec![Counts::default(); document.segments.len()];
        for (remark, &home) in remarks.iter().zip(&layout.home) {
            counts[home].add(remark.diagnostic.severity);
        }
        let bars = counts.iter().enumerate().map(|(i, &counts)| Bar { first: i + 1, blocks: 1, counts });
        file.bars = picture::joined(&bars.collect::<Vec<Bar>>(), picture::BARS);
        if self.length < self.room {
            // What stands beyond the part of the text that is shown is counted, too.
            let fits = layout.home.iter().take(REMARKS).take_while(|&&home| home < shown).count();
            let repaired = repaired.map(&read);
            let text = article::Text {
                number,
                source: checked.source,
                document: &document,
                remarks: &remarks[..fits],
                more: remarks.len() - fits,
                after: repaired.as_ref().map_err(|why| *why),
                fixes: self.fixes,
            };
            layout.truncate(fits);
            let section = text.render(&layout).0;
            if self.length + section.len() <= self.room {
                self.length += section.len();
                file.section = Some(section);
                for remark in &remarks[..fits] {
                    let row = self.rows.get_mut(&remark.diagnostic.rule);
                    let places = row.map(|row| &mut row.places);
                    if let Some(places) = places.filter(|places| places.len() < PLACES) {
                        places.push(remark.place);
                    }
                }
            }
        }
        if file.section.is_none() {
            // Nothing is to lead to what is not there.
            file.shown = 0;
        }
        self.files.push(file);
    }

    /// Says of a path that it could not be checked.
    pub fn failed(&mut self, path: &str, error: &str) {
        self.failed.push((path.to_owned(), error.to_owned()));
    }

    /// How many texts there are.
    pub fn texts(&self) -> usize {
        self.files.len()
    }

    fn title(&self) -> String {
        match (&self.title, &self.files[..]) {
            (Some(title), _) => title.clone(),
            (None, [file]) => file.path.clone(),
            (None, files) => format!("{} texts", files.len()),
        }
    }

    /// The whole page.
    pub fn render(&self) -> String {
        // A checkout may have changed the line ends; a browser hashes them as it reads them.
        let (style, script) = (STYLE.replace("\r\n", "\n"), SCRIPT.replace("\r\n", "\n"));
        let policy = format!(
            "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
            hash(&style),
            hash(&script)
        );
        let mut total = Tally::default();
        for file in &self.files {
            total.join(&file.tally);
        }
        let mut rows: Vec<&RuleRow> = self.rows.values().collect();
        // Rules come in order of their names, and the sort keeps that order among equals.
        rows.sort_by_key(|row| std::cmp::Reverse(row.findings));
        let body = html! {
            main {
                (overview::header(self, &total))
                (self.not_checked())
                (overview::places(self))
                (overview::kinds(&total))
                section id="texts" aria-label="Texts" {
                    @if !rows.is_empty() { (overview::filters(&rows, total.all.all())) }
                    @for file in &self.files { (self.section(file)) }
                }
                (overview::rules(&rows, self.files.len()))
                section id="files" { h2 { "By file" }
                    @if self.files.len() == 1 { (overview::files(self, "files-table")) }
                    @else { p { "The table by file stands " a href="#where" { "at the beginning" } "." } }
                }
            }
        };
        // A page may go to standard output, and so into the log of a CI service.
        let body = without_commands(&body.0, "&#58;", "&#35;").into_owned();
        let title = self.title();
        let title = visible(&title);
        let page = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta http-equiv="Content-Security-Policy" content=(policy);
                    meta name="referrer" content="no-referrer";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    meta name="generator" content=(GENERATOR);
                    title { (harmless(&title)) " · mtlint report" }
                    style { (PreEscaped(style)) }
                }
                body {
                    a.skip href="#texts" { "To the text" }
                    (PreEscaped(body))
                    footer { p { "Made by " (GENERATOR) ". Everything on this page is in the page: it asks nothing of the network." } }
                    script { (PreEscaped(script)) }
                }
            }
        };
        page.0
    }

    fn section(&self, file: &File) -> Markup {
        let Some(section) = &file.section else { return html! {} };
        let [info, warning, error] = file.tally.all.0;
        let open = self.files.len() <= OPEN;
        html! {
            details.article open[open] id={ "a" (file.number) } {
                summary {
                    h2 { (visible(&file.headline)) }
                    span.sum {
                        @if file.headline != file.path { (visible(&file.path)) " · " }
                        b.te { (error) } " errors, " b.tw { (warning) } " warnings, " b.ti { (info) } " info"
                    }
                }
                (PreEscaped(section))
            }
        }
    }

    fn not_checked(&self) -> Markup {
        let left = self.files.iter().filter(|file| file.section.is_none()).count();
        html! {
            @if left > 0 {
                p.notice {
                    (crate::report::count(left, "text")) " had no room on this page and are counted only: "
                    "name fewer at a time to read them with their remarks."
                }
            }
            @if !self.failed.is_empty() {
                section.failed {
                    h2 { "Not checked" }
                    ul { @for (path, error) in self.failed.iter().take(INDEX) { li { code { (visible(path)) } ": " (visible(error)) } } }
                }
            }
        }
    }
}

/// How a page of ours names its maker.
pub const GENERATOR: &str = concat!("mtlint ", env!("CARGO_PKG_VERSION"));

/// A hash as a Content-Security-Policy wants it.
fn hash(text: &str) -> String {
    STANDARD.encode(Sha256::digest(text))
}

/// The first heading of a text, on one line.
fn headline(document: &Document<'_>) -> Option<String> {
    /// Columns of a headline in a table.
    const WIDTH: usize = 90;
    // A rubric above the headline is short; the longest of the first headings says more.
    let first = document.segments.iter().take(4).filter(|segment| segment.kind == BlockKind::Heading);
    let heading = first.max_by_key(|segment| segment.text.len().min(WIDTH))?;
    let words: Vec<&str> = heading.text.split_whitespace().collect();
    let line = words.join(" ");
    let (kept, cut) = head(&line, WIDTH);
    Some(format!("{kept}{}", if cut { " …" } else { "" })).filter(|line| !line.is_empty())
}

#[cfg(test)]
mod tests;
