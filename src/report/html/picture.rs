//! Pictures as inline SVG: where faults cluster in an article, and bars of the kinds.
//!
//! Colours come from the style sheet by class; sizes are attributes, for the page allows no `style` attribute.

use maud::{Markup, html};

use super::count::Counts;
use crate::diagnostic::Severity;
use crate::report::count;

/// Bars in the picture of one article.
pub(super) const BARS: usize = 120;

/// Bars in a small one.
const SMALL: usize = 40;

/// One paragraph, or a few next to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bar {
    /// The first of the paragraphs, counted from 1.
    pub(super) first: usize,
    /// How many there are.
    pub(super) blocks: usize,
    /// What was found in them.
    pub(super) counts: Counts,
}

/// Joins neighbours until there are at most `most`.
pub(super) fn joined(bars: &[Bar], most: usize) -> Vec<Bar> {
    let size = bars.len().div_ceil(most).max(1);
    let join = |bars: &[Bar]| {
        let mut counts = Counts::default();
        for bar in bars {
            counts += bar.counts;
        }
        Bar { first: bars[0].first, blocks: bars.iter().map(|bar| bar.blocks).sum(), counts }
    };
    bars.chunks(size).map(join).collect()
}

/// The highest bar, of small pictures that are to be compared.
pub(super) fn small_height(bars: &[Bar]) -> usize {
    joined(bars, SMALL).iter().map(|bar| bar.counts.all()).max().unwrap_or(0)
}

/// The parts of a bar from below: severity, height, and how high it begins.
fn parts(counts: Counts) -> impl Iterator<Item = (Severity, usize, usize)> {
    let mut below = 0;
    [Severity::Error, Severity::Warning, Severity::Info].into_iter().filter_map(move |severity| {
        let number = counts.of(severity);
        let start = below;
        below += number;
        (number > 0).then_some((severity, number, start))
    })
}

const fn fill(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "fe",
        Severity::Warning => "fw",
        Severity::Info => "fi",
    }
}

/// Where faults cluster in article `article`: a bar for each paragraph, which leads to it.
pub(super) fn cluster(article: usize, bars: &[Bar], shown: usize) -> Markup {
    let top = bars.iter().map(|bar| bar.counts.all()).max().unwrap_or(0).max(1);
    let step = 10;
    html! {
        svg.cluster viewBox={ "0 0 " (bars.len().max(1) * step) " 100" } preserveAspectRatio="none" role="group"
            aria-label="Findings paragraph by paragraph, from the beginning to the end" {
            @for (i, bar) in bars.iter().enumerate() {
                @let label = label(*bar);
                @if bar.first <= shown {
                    a href={ "#a" (article) "b" (bar.first) } aria-label=(label) { (column(i * step, *bar, top, &label)) }
                } @else {
                    (column(i * step, *bar, top, &label))
                }
            }
        }
    }
}

fn label(bar: Bar) -> String {
    let [info, warning, error] = bar.counts.0;
    let place = match bar.blocks {
        1 => format!("Paragraph {}", bar.first),
        more => format!("Paragraphs {} to {}", bar.first, bar.first + more - 1),
    };
    let counts = format!("{}, {}, {info} info", count(error, "error"), count(warning, "warning"));
    format!("{place}: {} ({counts})", count(bar.counts.all(), "finding"))
}

fn column(x: usize, bar: Bar, top: usize, label: &str) -> Markup {
    let scale = |number: usize| format!("{:.1}", number as f64 * 100.0 / top as f64);
    html! {
        title { (label) }
        rect.hit x=(x) y="0" width="10" height="100" {}
        @for (severity, number, below) in parts(bar.counts) {
            rect.(fill(severity)) x=(x + 1) y=(scale(top - below - number)) width="8" height=(scale(number)) {}
        }
    }
}

/// The same, small, for a table of articles; `top` is the height of the highest bar of all of them.
pub(super) fn small(bars: &[Bar], top: usize) -> Markup {
    let bars = joined(bars, SMALL);
    // One path a severity keeps a page with many articles small.
    let path = |severity: Severity| {
        let mut path = String::new();
        for (i, bar) in bars.iter().enumerate() {
            for (_, number, below) in parts(bar.counts).filter(|part| part.0 == severity) {
                let scale = |number: usize| number * 100 / top.max(1);
                path.push_str(&format!(
                    "M{} {}h8v{}h-8z",
                    i * 10 + 1,
                    100 - scale(below + number),
                    scale(number)
                ));
            }
        }
        path
    };
    html! {
        svg.strip viewBox={ "0 0 " (bars.len().max(1) * 10) " 100" } preserveAspectRatio="none" aria-hidden="true" {
            path.ground d={ "M0 100h" (bars.len() * 10) } {}
            @for severity in [Severity::Error, Severity::Warning, Severity::Info] {
                path.(fill(severity)) d=(path(severity)) {}
            }
        }
    }
}

/// A lying bar of findings by severity; `longest` is the length of the longest.
pub(super) fn lying(counts: Counts, longest: usize) -> Markup {
    html! {
        svg.lying viewBox={ "0 0 " (longest.max(1)) " 10" } preserveAspectRatio="none" aria-hidden="true" {
            @for (severity, number, before) in parts(counts) {
                rect.(fill(severity)) x=(before) y="0" width=(number) height="10" {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bars(numbers: &[usize]) -> Vec<Bar> {
        let bar = |(i, &n)| Bar { first: i + 1, blocks: 1, counts: Counts([0, n, 0]) };
        numbers.iter().enumerate().map(bar).collect()
    }

    #[test]
    fn many_paragraphs_share_bars_and_lose_nothing() {
        let many = bars(&[1; 250]);
        let few = joined(&many, 120);
        assert_eq!(few.len(), 84);
        assert_eq!(few.iter().map(|bar| bar.counts.all()).sum::<usize>(), 250);
        assert_eq!((few[1].first, few[1].blocks), (4, 3));
        assert_eq!(joined(&bars(&[1, 2]), 120), bars(&[1, 2]));
        assert_eq!(joined(&[], 120), []);
    }

    #[test]
    fn a_bar_leads_to_its_paragraph_if_it_is_there() {
        let drawn = cluster(2, &bars(&[2, 4]), 1).0;
        assert!(drawn.contains(r##"href="#a2b1""##) && !drawn.contains("#a2b2"), "{drawn}");
        assert!(drawn.contains(r#"y="50.0" width="8" height="50.0""#), "{drawn}");
        assert!(drawn.contains("Paragraph 2: 4 findings (0 errors, 4 warnings, 0 info)"), "{drawn}");
    }
}
