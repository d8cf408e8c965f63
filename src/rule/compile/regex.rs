//! Compiles `regex` and `where`, and finds the literals of a pattern.

use regex_syntax::hir::{Hir, HirKind};
use serde_saphyr::Spanned;

use super::complaint::Complaints;
use super::{Loader, limits};
use crate::lexicon::Lexicon;
use crate::rule::parts::{Matcher, RegexMatcher};
use crate::rule::pattern::{LazyRegex, PatternError, SIZE_LIMIT};
use crate::rule::{literal, reach};

/// A regex literal expected more often than this, per million words, is no use to search for.
pub(super) const TOO_COMMON: f32 = 30_000.0;

impl Loader<'_> {
    pub(super) fn regex(
        &mut self,
        node: &Spanned<String>,
        compare: Option<&Spanned<String>>,
        eager: bool,
        complaints: &mut Complaints<'_>,
    ) -> Option<Matcher> {
        let regex = self.pattern(node, false, eager, complaints)?;
        let hir = regex_syntax::parse(&node.value).ok()?;
        if hir.properties().minimum_len() == Some(0) {
            complaints.on(
                node,
                PatternError::MatchesEmpty.to_string(),
                "here",
                "require at least one character",
            );
        }
        let lexicon = self.lexicon;
        let cost = |literal: &str| expected(lexicon, literal);
        let literals = literal::required(&hir, &cost)
            .filter(|set| set.iter().map(|l| cost(l)).sum::<f32>() < TOO_COMMON);
        let compare = compare.and_then(|c| comparison(c, &node.value, complaints));
        let mut names = Vec::new();
        capture_names(&hir, &mut names);
        let groups = hir.properties().explicit_captures_len();
        let reach = reach::reach(&hir);
        Some(Matcher::Regex(RegexMatcher { regex, names, groups, compare, literals, reach }))
    }

    pub(super) fn pattern(
        &mut self,
        node: &Spanned<String>,
        whole: bool,
        eager: bool,
        complaints: &mut Complaints<'_>,
    ) -> Option<LazyRegex> {
        let was_over = self.compiled.is_over();
        if was_over || self.compiled.all_are_over() {
            return None;
        }
        if node.value.len() > limits::PATTERN {
            let what = format!("the pattern is longer than {} bytes", limits::PATTERN);
            complaints.on(node, what, "this pattern", "put words into a list, or make several rules");
            return None;
        }
        let pattern =
            if whole { LazyRegex::whole(&node.value, eager) } else { LazyRegex::new(&node.value, eager) };
        match pattern {
            Ok(pattern) => {
                self.compiled.add(pattern.size());
                if self.compiled.is_over() {
                    let most = limits::COMPILED[0] >> 20;
                    let what = format!("up to here the patterns of the rule compile to more than {most} MiB");
                    complaints.on(node, what, "this pattern", "use fewer repetitions, or make several rules");
                }
                Some(pattern)
            }
            Err(error) => {
                // To find out that it is too large was as much work as to compile it.
                if error == PatternError::TooLarge {
                    self.compiled.add(SIZE_LIMIT);
                }
                complaints.on(node, format!("bad pattern: {error}"), "in this pattern", "");
                None
            }
        }
    }
}

/// Names of the groups of a pattern, without compiling it.
pub(super) fn capture_names(hir: &Hir, names: &mut Vec<String>) {
    match hir.kind() {
        HirKind::Capture(capture) => {
            names.extend(capture.name.as_deref().map(str::to_owned));
            capture_names(&capture.sub, names);
        }
        HirKind::Repetition(repetition) => capture_names(&repetition.sub, names),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            parts.iter().for_each(|p| capture_names(p, names));
        }
        HirKind::Empty | HirKind::Literal(_) | HirKind::Class(_) | HirKind::Look(_) => {}
    }
}

/// How much more often than by chance two words of a pattern stand side by side; a guess that only steers the choice.
const LIFT: f32 = 20.0;

/// The words of at least two letters or digits in a literal, and where they begin.
fn words(literal: &str) -> impl Iterator<Item = (usize, &str)> {
    let parts = literal.split(|c: char| !c.is_alphanumeric());
    parts
        .scan(0, |at, word| {
            let start = *at;
            *at += word.len() + literal[start + word.len()..].chars().next().map_or(0, char::len_utf8);
            Some((start, word))
        })
        .filter(|(_, word)| word.len() > 1)
}

/// How often per million words a literal of a regex is expected: letters by their word's frequency, marks by a guess
/// from counts in English prose.
pub(super) fn expected(lexicon: &Lexicon, literal: &str) -> f32 {
    let mut rarest = f32::INFINITY;
    let mut together = 1.0_f32;
    for (at, word) in words(literal) {
        let open_left = at == 0;
        let open_right = at + word.len() == literal.len();
        // Part of a word stands in other words too.
        let spread = match (open_left || open_right, word.chars().filter(|c| c.is_alphabetic()).count()) {
            (false, _) | (_, 5..) => 0.0,
            (_, 4) => 500.0,
            _ => 8_000.0,
        };
        let expected = lexicon.frequency(word).max(0.5) + spread;
        rarest = rarest.min(expected);
        together *= (expected * LIFT / 1e6).min(1.0);
    }
    if rarest.is_finite() {
        // The rarest word with the others beside it.
        return rarest * (together / (rarest * LIFT / 1e6).min(1.0));
    }
    literal
        .chars()
        .map(|c| match c {
            ' ' => 1_000_000.0,
            ',' | '.' => 60_000.0,
            '’' | '\'' => 12_000.0,
            '"' | '“' | '”' | '-' => 10_000.0,
            '(' | ')' | ':' | ';' | '?' | '–' | '—' => 4_000.0,
            c if c.is_ascii_digit() => 8_000.0,
            c if c.is_alphabetic() => 200_000.0,
            _ => 100.0,
        })
        .fold(f32::INFINITY, f32::min)
}

/// `x == y` or `x != y` over the named groups of `pattern`.
pub(super) fn comparison(
    node: &Spanned<String>,
    pattern: &str,
    complaints: &mut Complaints<'_>,
) -> Option<(String, String, bool)> {
    let parsed = ["==", "!="].iter().find_map(|op| {
        let (x, y) = node.value.split_once(op)?;
        Some((x.trim().to_owned(), y.trim().to_owned(), *op == "=="))
    });
    let Some((x, y, equal)) = parsed else {
        complaints.on(node, "`where` compares two captures", "here", "write `x == y` or `x != y`");
        return None;
    };
    for name in [&x, &y] {
        if !pattern.contains(&format!("<{name}>")) {
            complaints.on(
                node,
                format!("the pattern has no group named “{name}”"),
                "here",
                "name it with (?P<name>…)",
            );
        }
    }
    Some((x, y, equal))
}
