//! Literals that must stand in every match of a regular expression.
//!
//! [`required`] walks the pattern's high-level form and gives a set of strings of which at least one
//! stands in every match, or nothing if it finds none worth having. The set is a necessary condition
//! only: whoever finds one of the strings must still run the pattern.

use std::ops::Range;

use regex_syntax::hir::{Class, ClassUnicode, Hir, HirKind, Repetition};

use super::script::Script;

/// Most alternatives that a set of literals may have.
const MAX_SET: usize = 256;

/// How many characters are kept of each string where a set grows too large to be joined with the next.
const KEPT: usize = 4;

/// Most characters of a class that are spelt out.
const MAX_CLASS: usize = 10;

/// Strings of which one must stand in every match of `hir`, in lower case as far as ASCII goes.
///
/// `cost` says how many places per million words a literal is expected at; the set with the
/// smallest summed cost wins.
pub(crate) fn required(hir: &Hir, cost: &dyn Fn(&str) -> f32) -> Option<Vec<String>> {
    best(walk(hir, cost))
}

/// The pattern with its word borders and anchors left out and its large classes widened: it matches wherever
/// `pattern` does, and more.
///
/// A Unicode word border forces the regex engine out of its automaton on any text that is not ASCII,
/// and newspaper text never is; a prefilter may match too much, so it goes without.
pub(crate) fn without_borders(pattern: &str) -> String {
    let Ok(hir) = regex_syntax::parse(pattern) else { return pattern.to_owned() };
    let mut out = String::new();
    match regex_syntax::hir::print::Printer::new().print(&borderless(&hir), &mut out) {
        Ok(()) => out,
        Err(_) => pattern.to_owned(),
    }
}

fn borderless(hir: &Hir) -> Hir {
    match hir.kind() {
        HirKind::Look(_) | HirKind::Empty => Hir::empty(),
        HirKind::Class(Class::Unicode(class)) => Hir::class(Class::Unicode(widened(class))),
        HirKind::Literal(_) | HirKind::Class(_) => hir.clone(),
        HirKind::Capture(capture) => borderless(&capture.sub),
        HirKind::Repetition(repetition) => {
            Hir::repetition(Repetition { sub: Box::new(borderless(&repetition.sub)), ..repetition.clone() })
        }
        HirKind::Concat(parts) => Hir::concat(parts.iter().map(borderless).collect()),
        HirKind::Alternation(parts) => Hir::alternation(parts.iter().map(borderless).collect()),
    }
}

/// Whether every match of `hir` has a digit in it, so that a text without digits need not be searched.
pub(crate) fn requires_digit(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Class(Class::Unicode(class)) => {
            !class.ranges().is_empty()
                && class.ranges().iter().all(|r| r.len() <= 64 && (r.start()..=r.end()).all(char::is_numeric))
        }
        HirKind::Literal(literal) => literal.0.iter().any(u8::is_ascii_digit),
        HirKind::Capture(capture) => requires_digit(&capture.sub),
        HirKind::Repetition(repetition) => repetition.min > 0 && requires_digit(&repetition.sub),
        HirKind::Concat(parts) => parts.iter().any(requires_digit),
        HirKind::Alternation(parts) => parts.iter().all(requires_digit),
        HirKind::Empty | HirKind::Class(_) | HirKind::Look(_) => false,
    }
}

/// The class with everything beyond Latin letters and general punctuation in it, if anything beyond was.
///
/// `\p{L}` has hundreds of ranges, and the automaton a state for many of them; English prose meets few.
fn widened(class: &ClassUnicode) -> ClassUnicode {
    let mut beyond = Script::Latin.characters();
    beyond.negate();
    let mut near = class.clone();
    near.intersect(&Script::Latin.characters());
    let mut far = class.clone();
    far.intersect(&beyond);
    if !far.ranges().is_empty() {
        near.union(&beyond);
    }
    near
}

/// The part of `text` in `window` with one character before and after it, which word borders look at.
pub(crate) fn with_neighbours<'t>(text: &'t str, window: &Range<usize>) -> &'t str {
    let before = text[..window.start].chars().next_back().map_or(0, char::len_utf8);
    let after = text[window.end..].chars().next().map_or(0, char::len_utf8);
    &text[window.start - before..window.end + after]
}

/// What is known of a part of a pattern.
enum Part {
    /// The part matches exactly these strings.
    Exact(Vec<String>),
    /// One of these strings stands in it.
    Inside(Vec<String>),
    /// Nothing is known.
    Unknown,
}

fn best(part: Part) -> Option<Vec<String>> {
    let set = match part {
        Part::Exact(set) | Part::Inside(set) => set,
        Part::Unknown => return None,
    };
    if set.is_empty() || set.iter().any(String::is_empty) {
        return None;
    }
    let mut set: Vec<String> = set.iter().map(|s| s.to_ascii_lowercase()).collect();
    set.sort();
    set.dedup();
    // A literal inside another one finds all that the longer one finds.
    let all = set.clone();
    set.retain(|s| !all.iter().any(|t| t.len() < s.len() && s.contains(t.as_str())));
    Some(set)
}

fn total(set: &[String], cost: &dyn Fn(&str) -> f32) -> f32 {
    if set.is_empty() || set.iter().any(String::is_empty) {
        return f32::INFINITY;
    }
    set.iter().map(|s| cost(s)).sum()
}

fn walk(hir: &Hir, cost: &dyn Fn(&str) -> f32) -> Part {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Part::Exact(vec![String::new()]),
        HirKind::Literal(literal) => match std::str::from_utf8(&literal.0) {
            Ok(text) => Part::Exact(vec![text.to_owned()]),
            Err(_) => Part::Unknown,
        },
        HirKind::Class(class) => class_strings(class).map_or(Part::Unknown, Part::Exact),
        HirKind::Capture(capture) => walk(&capture.sub, cost),
        HirKind::Repetition(repetition) => match (repetition.min, repetition.max) {
            (1, Some(1)) => walk(&repetition.sub, cost),
            (0, _) => match (repetition.max, walk(&repetition.sub, cost)) {
                (Some(1), Part::Exact(mut set)) if set.len() < MAX_SET => {
                    set.push(String::new());
                    Part::Exact(set)
                }
                _ => Part::Unknown,
            },
            _ => match walk(&repetition.sub, cost) {
                Part::Exact(set) | Part::Inside(set) if set.iter().all(|s| !s.is_empty()) => {
                    Part::Inside(set)
                }
                _ => Part::Unknown,
            },
        },
        HirKind::Concat(parts) => concat(parts, cost),
        HirKind::Alternation(parts) => {
            let mut all = Vec::new();
            let mut exact = true;
            for part in parts {
                match walk(part, cost) {
                    Part::Exact(set) => all.extend(set),
                    Part::Inside(set) => {
                        exact = false;
                        all.extend(set);
                    }
                    Part::Unknown => return Part::Unknown,
                }
                if all.len() > MAX_SET * 4 {
                    return Part::Unknown;
                }
            }
            all.sort();
            all.dedup();
            if exact {
                Part::Exact(all)
            } else if all.iter().all(|s| !s.is_empty()) {
                Part::Inside(all)
            } else {
                Part::Unknown
            }
        }
    }
}

/// Joins neighbouring exact parts, and keeps the rarest of the sets met on the way.
fn concat(parts: &[Hir], cost: &dyn Fn(&str) -> f32) -> Part {
    let mut run = vec![String::new()];
    let mut all_exact = true;
    let mut found: Option<(f32, Vec<String>)> = None;
    let mut consider = |set: &[String]| {
        let price = total(set, cost);
        if price.is_finite() && found.as_ref().is_none_or(|(c, _)| price < *c) {
            found = Some((price, set.to_vec()));
        }
    };
    for part in parts {
        match walk(part, cost) {
            Part::Exact(set) if run.len() * set.len() <= MAX_SET => {
                run = run.iter().flat_map(|a| set.iter().map(move |b| format!("{a}{b}"))).collect();
                consider(&run);
            }
            Part::Exact(set) => {
                all_exact = false;
                consider(&run);
                consider(&set);
                // What stands here ends with one of the shortened strings as well.
                run = endings(&run);
                if run.len() * set.len() <= MAX_SET {
                    run = run.iter().flat_map(|a| set.iter().map(move |b| format!("{a}{b}"))).collect();
                    consider(&run);
                } else {
                    run = if set.len() <= MAX_SET { set } else { endings(&set) };
                }
            }
            Part::Inside(set) => {
                all_exact = false;
                consider(&run);
                consider(&set);
                run = vec![String::new()];
            }
            Part::Unknown => {
                all_exact = false;
                consider(&run);
                run = vec![String::new()];
            }
        }
    }
    consider(&run);
    if all_exact {
        return Part::Exact(run);
    }
    found.map_or(Part::Unknown, |(_, set)| Part::Inside(set))
}

/// The last characters of each string, each ending once; nothing is known if they are still too many.
fn endings(set: &[String]) -> Vec<String> {
    let ending = |s: &String| {
        let start = s.char_indices().rev().nth(KEPT - 1).map_or(0, |(i, _)| i);
        s[start..].to_owned()
    };
    let mut all: Vec<String> = set.iter().map(ending).collect();
    all.sort();
    all.dedup();
    // A string that ends with another one of the set is found with it.
    let shorter = all.clone();
    all.retain(|s| !shorter.iter().any(|t| t.len() < s.len() && s.ends_with(t.as_str())));
    if all.len() <= MAX_SET { all } else { vec![String::new()] }
}

/// Whether `text` has a character that equals an ASCII letter when case is ignored, and is not spelt out in literals:
/// the long s and the sign for kelvin.
pub(crate) fn has_unusual_case(text: &str) -> bool {
    !text.is_ascii() && text.contains(UNUSUAL)
}

/// Equal to `s` and `k` where case is ignored.
const UNUSUAL: [char; 2] = ['\u{17f}', '\u{212a}'];

fn class_strings(class: &Class) -> Option<Vec<String>> {
    let mut all = Vec::new();
    match class {
        Class::Unicode(class) => {
            for range in class.ranges() {
                for c in (range.start()..=range.end()).filter(|c| !UNUSUAL.contains(c)) {
                    all.push(c.to_string());
                    if all.len() > MAX_CLASS * 2 {
                        return None;
                    }
                }
            }
        }
        Class::Bytes(class) => {
            for range in class.ranges() {
                for b in range.start()..=range.end() {
                    all.push(char::from(b).to_string());
                    if !b.is_ascii() || all.len() > MAX_CLASS * 2 {
                        return None;
                    }
                }
            }
        }
    }
    // Both cases of a letter are one literal: the search folds ASCII.
    for s in &mut all {
        s.make_ascii_lowercase();
    }
    all.sort();
    all.dedup();
    (all.len() <= MAX_CLASS).then_some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn literals(pattern: &str) -> Option<Vec<String>> {
        let hir = regex_syntax::parse(pattern).expect("a valid pattern");
        required(&hir, &|s| 1000.0 / s.len() as f32)
    }

    #[test]
    fn takes_the_longest_run() {
        assert_eq!(literals(r"\bfrom (\p{Lu}\p{L}+) to (\p{Lu}\p{L}+)\b"), Some(vec!["from ".into()]));
        assert_eq!(literals(r"\w+ as \w+"), Some(vec![" as ".into()]));
    }

    #[test]
    fn folds_case_and_spells_out_small_classes() {
        assert_eq!(literals("(?i)nato"), Some(vec!["nato".into()]));
        assert_eq!(literals("[“”]x"), Some(vec!["“x".into(), "”x".into()]));
    }

    #[test]
    fn alternatives_must_all_have_one() {
        assert_eq!(literals("(?:cat|dog)s"), Some(vec!["cats".into(), "dogs".into()]));
        assert_eq!(literals(r"(?:cat|\d+)"), None);
        assert_eq!(literals(r"\p{Ll}\p{Lu}"), None);
        assert_eq!(literals(r"(?:x)?\w"), None);
    }

    #[test]
    fn digits_are_required_where_every_match_has_one() {
        let requires =
            |pattern: &str| requires_digit(&regex_syntax::parse(pattern).expect("a valid pattern"));
        assert!(requires(r"\d+ ?%") && requires("(?:[0-9]|1er) x") && requires("a20b"));
        assert!(!requires(r"\d*x") && !requires(r"[\dx]") && !requires(r"(?:\d|x)"));
    }

    #[test]
    fn borders_go_and_the_rest_stays() {
        let wide = without_borders(r"\b(?P<x>ab)+\p{Lu}\b$");
        let wide = regex::Regex::new(&wide).expect("it is printed from a pattern");
        assert!(wide.is_match("xababÉcd") && wide.is_match("abЖ") && !wide.is_match("ab”"));
    }

    #[test]
    fn optional_parts_do_not_hide_required_ones() {
        assert_eq!(literals("a(?:bc)?d"), Some(vec!["abcd".into(), "ad".into()]));
        assert_eq!(literals("(?:ab)+"), Some(vec!["ab".into()]));
    }
}
