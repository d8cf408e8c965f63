//! A finding as a remark in the margin: its number, the correction, the reason.

use maud::{Markup, html};

use super::Place;
use super::kind::{Kind, severity_letter};
use crate::diagnostic::{Applicability, Diagnostic, Fix};
use crate::report::correction::{corrected, foremost, reach};
use crate::report::escape::{is_web, visible};
use crate::report::window::shorten;
use crate::source::Source;

/// Corrections that are shown of a finding that has many.
const CHOICES: usize = 4;

/// A finding with what a page needs to know about it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Remark<'a> {
    pub(super) place: Place,
    pub(super) diagnostic: &'a Diagnostic,
    pub(super) kind: Kind,
    pub(super) category: &'a str,
    /// The number of its rule on the page.
    pub(super) rule: usize,
}

impl Remark<'_> {
    /// The classes of everything that belongs to it: how marks are drawn, by kind and by severity.
    pub(super) fn classes(&self) -> String {
        format!("k{} s{}", self.kind.letter(), severity_letter(self.diagnostic.severity))
    }

    /// Its number in the text, which leads to the remark.
    pub(super) fn number(&self) -> Markup {
        let Place { article, number } = self.place;
        let severity = self.diagnostic.severity.as_str();
        let label = format!("Remark {number}: {}, {severity}", self.kind.name());
        html! {
            a.ref.(self.classes()) id={ "a" (article) "f" (number) } href={ "#a" (article) "n" (number) }
                data-f=(self.place) aria-label=(label) { (number) }
        }
    }

    /// The remark itself, an item of a list.
    pub(super) fn note(&self, source: &Source) -> Markup {
        let Place { article, number } = self.place;
        let Diagnostic { severity, rule, message, why_url, .. } = self.diagnostic;
        let first = foremost(self.diagnostic);
        let others = self.diagnostic.fixes.iter().filter(|&fix| first.is_some_and(|f| !std::ptr::eq(f, fix)));
        let link = why_url.as_deref().filter(|url| is_web(url));
        html! {
            li.note.(self.classes()) id={ "a" (article) "n" (number) } data-f=(self.place)
                data-s=(severity_letter(*severity)) data-k=(self.kind.letter()) data-r=(self.rule) {
                p.fix {
                    a.num href={ "#a" (article) "f" (number) } aria-label={ "Remark " (number) ", back to the text" } { (number) }
                    " "
                    abbr.letter title={ (self.kind.name()) @if self.category != "other" { ": " (visible(self.category)) } } { (self.kind.letter()) }
                    " "
                    (change(source, self.diagnostic, first))
                    @for other in others.take(CHOICES) {
                        span.or { " or " }
                        ins { (after(source, self.diagnostic, other)) }
                    }
                }
                p.why {
                    (visible(message))
                    " "
                    span.meta {
                        (severity.as_str())
                        @if let Some(trust) = trust(self.diagnostic, first) { ", " (trust) }
                        " · "
                        @if let Some(link) = link {
                            a href=(link) rel="noreferrer" { (visible(rule)) }
                        } @else {
                            (visible(rule))
                        }
                    }
                }
            }
        }
    }
}

/// The fault, and what it becomes.
fn change(source: &Source, diagnostic: &Diagnostic, fix: Option<&Fix>) -> Markup {
    let span = diagnostic.fixes.iter().fold(diagnostic.span, reach);
    let fault = shorten(source.slice(span));
    html! {
        @match fix {
            None => span.fault { (blank(&fault)) },
            Some(fix) => {
                @if !fault.is_empty() {
                    del { (blank(&fault)) }
                    span.arrow { " → " }
                }
                ins { (after(source, diagnostic, fix)) }
            }
        }
    }
}

/// What the fault becomes with `fix`.
fn after(source: &Source, diagnostic: &Diagnostic, fix: &Fix) -> Markup {
    let span = diagnostic.fixes.iter().fold(diagnostic.span, reach);
    let text = corrected(source, span, fix);
    html! {
        @if text.is_empty() { i { "delete" } } @else { (blank(&shorten(&text))) }
    }
}

/// `text`, or a word for it where it is but blanks.
fn blank(text: &str) -> Markup {
    html! {
        @if !text.is_empty() && text.chars().all(char::is_whitespace) { i { "blank" } } @else { (text) }
    }
}

/// How far the fix can be trusted, in words for an editor.
fn trust(diagnostic: &Diagnostic, fix: Option<&Fix>) -> Option<&'static str> {
    let choices = diagnostic.fixes.iter().filter(|fix| fix.applicability >= Applicability::Unsafe).count();
    match fix?.applicability {
        _ if choices > 1 => Some("choose one"),
        Applicability::Safe => Some("safe to repair"),
        Applicability::Unsafe => Some("read before you repair"),
        Applicability::Suggest => Some("a suggestion"),
    }
}
