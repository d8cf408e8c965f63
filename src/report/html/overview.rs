//! What the reader sees first: the verdict, the pictures, the quality figure; and the tables by rule and by file.

use maud::{Markup, html};

use super::count::{Tally, WEIGHTS};
use super::kind::{Kind, severity_letter};
use super::picture::{BARS, cluster, joined, lying, small, small_height};
use super::{File, INDEX, PLACES, Page, RuleRow};
use crate::diagnostic::Severity;
use crate::limit::grouped;
use crate::report::count;
use crate::report::escape::visible;

const SEVERITIES: [Severity; 3] = [Severity::Error, Severity::Warning, Severity::Info];

/// Title, verdict, and what was found in a sentence.
pub(super) fn header(page: &Page<'_>, total: &Tally) -> Markup {
    let [info, warning, error] = total.all.0;
    let verdict = match (total.words, total.all.faults()) {
        (0, _) => "There is nothing to read.".to_owned(),
        (_, 0) => "No error and no warning.".to_owned(),
        (words, faults) => match (words as f64 / faults as f64).round() as usize {
            0 | 1 => "An error or a warning at every word.".to_owned(),
            apart => format!("An error or a warning every {} words.", grouped(apart)),
        },
    };
    html! {
        header.masthead {
            p.kicker { "mtlint report" }
            h1 { (visible(&page.title())) }
            p.verdict { (verdict) }
            p.standfirst {
                (grouped(total.words)) " words" @if page.files.len() != 1 { " in " (page.files.len()) " texts" } ". "
                @if total.all.all() > 0 {
                    (grouped(total.all.all())) " findings: "
                    b.te { (count(error, "error")) } ", " b.tw { (count(warning, "warning")) } ", "
                    b.ti { (info) " worth a look" } ". "
                    @if total.safe > 0 { code { "mtlint fix" } " repairs " (grouped(total.safe)) " of them by itself. " }
                }
                @for (language, number) in &page.guesses {
                    @if page.files.len() == 1 { "It seems to be translated from " (visible(language)) ". " }
                    @else { (count(*number, "text")) " seem to be translated from " (visible(language)) ". " }
                }
            }
            nav.jump aria-label="On this page" {
                a href="#where" { "Where" } " " a href="#what" { "What kind" } " "
                a href="#texts" { @if page.files.len() == 1 { "The text" } @else { "The texts" } } " "
                a href="#rules" { "By rule" } " " a href="#files" { "By file" }
            }
        }
    }
}

/// Which colour is which severity.
fn legend() -> Markup {
    html! {
        p.legend {
            span.key.fe aria-hidden="true" {} "error: wrong in every reading "
            span.key.fw aria-hidden="true" {} "warning: very probably wrong "
            span.key.fi aria-hidden="true" {} "info: worth a look"
        }
    }
}

/// Where faults cluster: the picture of the one text, or the table of all.
pub(super) fn places(page: &Page<'_>) -> Markup {
    html! {
        section id="where" {
            h2 { "Where the faults are" }
            @if let [file] = &page.files[..] {
                @let bars = joined(&file.bars, BARS);
                figure {
                    (cluster(1, &bars, file.shown))
                    figcaption {
                        "One bar a paragraph, from the beginning on the left to the end; the highest has "
                        (count(bars.iter().map(|bar| bar.counts.all()).max().unwrap_or(0), "finding")) "."
                        (legend())
                    }
                }
            } @else {
                (legend())
                (files(page, "where-files"))
            }
        }
    }
}

/// The table by file, with a small picture of each.
pub(super) fn files(page: &Page<'_>, id: &str) -> Markup {
    let top = page.files.iter().map(|file| small_height(&file.bars)).max().unwrap_or(0);
    let left = page.files.len().saturating_sub(INDEX);
    html! {
        @if page.files.len() > 1 {
            p.tool.needs-script hidden {
                label { "Order " select data-sorts=(id) {
                    option value="path" { "as they were read" }
                    option value="rate" { "most points for 1,000 words first" }
                    option value="count" { "most findings first" }
                } }
            }
        }
        div.wide tabindex="0" role="region" aria-label="Table by file" {
            table.files id=(id) {
                thead { tr {
                    th scope="col" { "Text" } th scope="col" { "Beginning to end" }
                    th.n scope="col" { "Errors" } th.n scope="col" { "Warnings" } th.n scope="col" { "Info" }
                    th.n scope="col" { "Words" } th.n scope="col" { "Points per 1,000 words" }
                } }
                tbody { @for file in page.files.iter().take(INDEX) { (file_row(file, top)) } }
            }
        }
        @if left > 0 { p.notice { (grouped(left)) " more texts are counted above and not listed: name fewer at a time." } }
    }
}

fn file_row(file: &File, top: usize) -> Markup {
    let Tally { all, words, .. } = file.tally;
    html! {
        tr data-rate=(file.tally.per_thousand(all.points())) data-count=(all.all()) {
            th scope="row" {
                @if file.section.is_some() { a href={ "#a" (file.number) } { (visible(&file.headline)) } }
                @else { (visible(&file.headline)) " (counted only)" }
                @if file.headline != file.path { br; small.path { (visible(&file.path)) } }
            }
            td.strips { (small(&file.bars, top)) }
            @for severity in SEVERITIES { td.n { (all.of(severity)) } }
            td.n { (grouped(words)) }
            td.n { (file.tally.per_thousand(all.points())) }
        }
    }
}

/// The mix of kinds, and the quality figure.
pub(super) fn kinds(total: &Tally) -> Markup {
    let longest = Kind::ALL.map(|kind| total.of(kind).all()).into_iter().max().unwrap_or(0);
    html! {
        section id="what" {
            h2 { "What kind they are" }
            p.said {
                "Quality figure by MQM category. "
                strong { "Automatic and partial: only what rules can find." }
            }
            div.wide tabindex="0" role="region" aria-label="Quality figure by category" {
                table.kinds {
                    thead { tr {
                        th scope="col" { "Kind" } th scope="col" { "Findings" }
                        th.n scope="col" { "Errors" } th.n scope="col" { "Warnings" } th.n scope="col" { "Info" }
                        th.n scope="col" { "Points" } th.n scope="col" { "Points per 1,000 words" }
                    } }
                    tbody {
                        @for kind in Kind::ALL {
                            @let counts = total.of(kind);
                            @if counts.all() > 0 || !matches!(kind, Kind::Design | Kind::Other) {
                                tr {
                                    th scope="row" {
                                        span.letter.k.{ "k" (kind.letter()) } { (kind.letter()) } " "
                                        mark.sw.{ "k" (kind.letter()) } { (kind.name()) }
                                        br; small { (kind.gloss()) }
                                    }
                                    td.bar { (lying(counts, longest)) }
                                    (figures(total, counts))
                                }
                            }
                        }
                    }
                    tfoot { tr { th scope="row" { "All" } td.bar {} (figures(total, total.all)) } }
                }
            }
            p.small {
                "Points = " (WEIGHTS[2]) " × errors + " (WEIGHTS[1]) " × warnings + " (WEIGHTS[0])
                " × info; the figure is points × 1,000 ÷ words. The weights are those of MQM for major, minor and neutral, "
                "which our severities are taken for. A person who rates the text finds what no rule does, and may weigh it "
                "otherwise: compare this figure only with itself, between texts or before and after editing."
            }
            details {
                summary { "The figure by sub-category" }
                div.wide tabindex="0" role="region" aria-label="Quality figure by sub-category" {
                    table.kinds {
                        thead { tr {
                            th scope="col" { "MQM category" }
                            th.n scope="col" { "Errors" } th.n scope="col" { "Warnings" } th.n scope="col" { "Info" }
                            th.n scope="col" { "Points" } th.n scope="col" { "Points per 1,000 words" }
                        } }
                        tbody {
                            @for (category, counts) in &total.categories {
                                tr { th scope="row" { (visible(category)) } (figures(total, *counts)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn figures(total: &Tally, counts: super::count::Counts) -> Markup {
    html! {
        @for severity in SEVERITIES { td.n { (counts.of(severity)) } }
        td.n { (grouped(counts.points())) }
        td.n { b { (total.per_thousand(counts.points())) } }
    }
}

/// The table by rule, with links to the places.
pub(super) fn rules(rows: &[&RuleRow], texts: usize) -> Markup {
    html! {
        section id="rules" {
            h2 { "By rule" }
            @if rows.is_empty() { p { "No rule found anything." } } @else {
                div.wide tabindex="0" role="region" aria-label="Table by rule" {
                    table.rules {
                        thead { tr {
                            th scope="col" { "Rule" } th scope="col" { "Kind" } th scope="col" { "Severity" }
                            th.n scope="col" { "Findings" } th.n scope="col" { "Safe to repair" } th scope="col" { "Places" }
                        } }
                        tbody { @for row in rows { (rule_row(row, texts)) } }
                    }
                }
            }
        }
    }
}

fn rule_row(row: &RuleRow, texts: usize) -> Markup {
    html! {
        tr {
            th scope="row" { (visible(&row.id)) @if row.category != "other" { br; small { (visible(&row.category)) } } }
            td { abbr.letter.k.{ "k" (row.kind.letter()) } title=(row.kind.name()) { (row.kind.letter()) } }
            td { (row.severity.as_str()) }
            td.n { (row.findings) }
            td.n { @if row.safe > 0 { (row.safe) } @else { "–" } }
            td.places {
                @for place in &row.places {
                    a href={ "#a" (place.article) "f" (place.number) } {
                        @if texts == 1 { (place.number) } @else { (place) }
                    }
                    " "
                }
                @if row.findings > row.places.len() {
                    @if row.places.len() == PLACES { "and " } (row.findings - row.places.len()) " more"
                }
            }
        }
    }
}

/// The bar with the filters, above the texts.
pub(super) fn filters(rows: &[&RuleRow], findings: usize) -> Markup {
    html! {
        form.filters.needs-script id="filters" hidden aria-label="Remarks" {
            div.tools {
                output id="status" aria-live="polite" { (grouped(findings)) " remarks" }
                button type="button" data-go="-1" { "←" span.word { " Previous" } kbd { "p" } }
                button type="button" data-go="1" { span.word { "Next " } kbd { "n" } "→" }
            }
            details id="which" {
                summary { "Filter" }
                div.choices {
                    fieldset {
                        legend { "Severity" }
                        @for severity in SEVERITIES {
                            label { input type="checkbox" checked data-filter="s" value=(severity_letter(severity)); (severity.as_str()) }
                        }
                    }
                    fieldset {
                        legend { "Kind" }
                        @for kind in Kind::ALL {
                            @if rows.iter().any(|row| row.kind == kind) {
                                label { input type="checkbox" checked data-filter="k" value=(kind.letter());
                                    span.letter.k.{ "k" (kind.letter()) } { (kind.letter()) } (kind.name()) }
                            }
                        }
                    }
                    fieldset.byrule {
                        legend { "Rule" }
                        p { button type="button" data-all="true" { "All" } " " button type="button" data-all="false" { "None" } }
                        div.scroll tabindex="0" role="group" aria-label="Rules" {
                            @for row in rows {
                                label { input type="checkbox" checked data-filter="r" value=(row.number); (visible(&row.id)) " (" (row.findings) ")" }
                            }
                        }
                    }
                    fieldset {
                        legend { "Reading" }
                        label { input type="checkbox" checked id="reasons"; "Reasons below the corrections" }
                        label { input type="checkbox" checked id="keys"; "Keys: n or j next, p or k previous" }
                    }
                }
            }
        }
    }
}
