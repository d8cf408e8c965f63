//! The strings that a regular expression matches, if they are few.

use std::collections::BTreeSet;

use regex_syntax::hir::{Class, Hir, HirKind, Look};

/// All strings that `pattern` matches as a whole; `None` if there are more than `most` or it cannot be known.
pub(super) fn expand(pattern: &str, most: usize) -> Option<BTreeSet<String>> {
    strings(&regex_syntax::parse(pattern).ok()?, most)
}

fn strings(hir: &Hir, most: usize) -> Option<BTreeSet<String>> {
    let empty = || BTreeSet::from([String::new()]);
    let found = match hir.kind() {
        HirKind::Empty | HirKind::Look(Look::Start | Look::End) => empty(),
        HirKind::Look(_) => return None,
        HirKind::Literal(literal) => BTreeSet::from([std::str::from_utf8(&literal.0).ok()?.to_owned()]),
        HirKind::Class(Class::Unicode(class)) => {
            let size: usize = class.iter().map(regex_syntax::hir::ClassUnicodeRange::len).sum();
            if size > most {
                return None;
            }
            class.iter().flat_map(|range| range.start()..=range.end()).map(String::from).collect()
        }
        HirKind::Class(Class::Bytes(_)) => return None,
        HirKind::Capture(capture) => strings(&capture.sub, most)?,
        HirKind::Repetition(repetition) => {
            let one = strings(&repetition.sub, most)?;
            let (mut all, mut longest) = (BTreeSet::new(), empty());
            let max = repetition.max.filter(|max| *max as usize <= most)?;
            for count in 0..=max {
                if count >= repetition.min {
                    all.extend(longest.iter().cloned());
                }
                if count < max {
                    longest = product(&longest, &one, most)?;
                }
            }
            all
        }
        HirKind::Concat(parts) => {
            let mut all = empty();
            for part in parts {
                all = product(&all, &strings(part, most)?, most)?;
            }
            all
        }
        HirKind::Alternation(parts) => {
            let mut all = BTreeSet::new();
            for part in parts {
                all.extend(strings(part, most)?);
            }
            all
        }
    };
    (found.len() <= most).then_some(found)
}

fn product(left: &BTreeSet<String>, right: &BTreeSet<String>, most: usize) -> Option<BTreeSet<String>> {
    if left.len().checked_mul(right.len())? > most {
        return None;
    }
    Some(left.iter().flat_map(|a| right.iter().map(move |b| format!("{a}{b}"))).collect())
}
