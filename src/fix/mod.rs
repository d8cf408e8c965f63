//! Fixing a text: choose fixes, apply them, read again, until nothing applies.
//!
//! Only this module builds text. `correction` makes a fix out of a match.

pub(crate) mod correction;
pub mod effect;
pub mod policy;

use std::collections::{BTreeSet, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use self::effect::{corrected, reach};
use crate::diagnostic::{Applicability, Diagnostic, Edit};
use crate::source::{Edited, Position, Source};

/// Most passes over one text; rules that need more are fighting.
pub const MAX_PASSES: usize = 10;

/// A text may grow to this many times its length, and by [`ROOM`] besides. Corrections are as long as what they
/// correct; a rule that writes pages for a letter would fill the memory, and with ten passes any disk.
const GROWTH: usize = 4;

/// Bytes that a text may grow by however short it is.
const ROOM: usize = 64 << 10;

/// A text that has been fixed.
#[derive(Debug, Clone)]
pub struct Fixed {
    /// The file after all passes.
    pub source: Source,
    /// What was fixed, in the order of the passes; spans count in the text that the pass began with.
    pub applied: Vec<Diagnostic>,
    /// What that changed, in the same order.
    pub changes: Vec<Change>,
    /// What is left; spans count in the text of [`Fixed::source`].
    pub remaining: Vec<Diagnostic>,
    /// Number of passes that changed something.
    pub passes: usize,
}

impl Fixed {
    /// The whole text after all passes.
    pub fn text(&self) -> &str {
        self.source.text()
    }
}

/// One fix that was applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The rule that asked for it.
    pub rule: Arc<str>,
    /// Where it began, in the text as it stood before the pass.
    pub at: Position,
    /// What stood there.
    pub old: String,
    /// What stands there now.
    pub new: String,
}

/// Why a text could not be fixed; it stays as it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FixError {
    /// A text came up that had been there before.
    #[error(
        "the fixes of {} undo each other, so the text was left as it was; \
         switch one of them off with --ignore, or lower the safety of its fix",
        list(rules)
    )]
    Fighting {
        /// The rules whose fixes were applied in the passes that went round.
        rules: Vec<Arc<str>>,
    },
    /// The text would have become many times as long as it was.
    #[error(
        "the fixes of {} would make the text more than {GROWTH} times as long, so it was left as it was; \
         switch one of them off with --ignore",
        list(rules)
    )]
    Growing {
        /// The rules whose fixes would have been applied in the last pass.
        rules: Vec<Arc<str>>,
    },
    /// The text was still changing after [`MAX_PASSES`] passes.
    #[error(
        "the fixes of {} were still changing the text after {MAX_PASSES} passes, so it was left as it was; \
         switch one of them off with --ignore",
        list(rules)
    )]
    Endless {
        /// The rules whose fixes were applied in the last pass.
        rules: Vec<Arc<str>>,
    },
    /// There is too much in the text to read it to its end, so nobody knows what the fixes would come to.
    #[error(
        "there is too much in the text to read it to its end, so it was left as it was; \
         split it, or run `mtlint check` to see how far it was read"
    )]
    Unfinished,
}

fn list(rules: &[Arc<str>]) -> String {
    match rules {
        [] => "no rule".to_owned(),
        [only] => format!("`{only}`"),
        [first @ .., last] => {
            let first: Vec<String> = first.iter().map(|r| format!("`{r}`")).collect();
            format!("{} and `{last}`", first.join(", "))
        }
    }
}

/// Fixes `source` with all fixes at or above `threshold`, asking `check` again after each pass.
///
/// # Errors
/// [`FixError`] if rules undo each other or do not come to an end.
pub fn fix<E: From<FixError>>(
    source: &Source,
    threshold: Applicability,
    mut check: impl FnMut(&Source) -> Result<Vec<Diagnostic>, E>,
) -> Result<Fixed, E> {
    let hasher = RandomState::new();
    let mut seen = HashSet::from([hasher.hash_one(source.text())]);
    let mut fixed = Fixed {
        source: source.clone(),
        applied: Vec::new(),
        changes: Vec::new(),
        remaining: Vec::new(),
        passes: 0,
    };
    let mut history: Vec<Vec<Arc<str>>> = Vec::new();
    loop {
        let diagnostics = check(&fixed.source)?;
        let chosen = choose(&diagnostics, threshold);
        let added: usize =
            edits(&diagnostics, &chosen, threshold).flatten().map(|edit| edit.text.len()).sum();
        if fixed.text().len() + added > GROWTH * source.text().len() + ROOM {
            return Err(FixError::Growing { rules: rules(&diagnostics, &chosen) }.into());
        }
        let Some((next, taken)) = apply(&fixed.source, &diagnostics, chosen, threshold) else {
            fixed.remaining = diagnostics;
            return Ok(fixed);
        };
        let rules = rules(&diagnostics, &taken);
        if fixed.passes == MAX_PASSES {
            return Err(FixError::Endless { rules }.into());
        }
        history.push(rules);
        let of_taken = taken.iter().map(|&i| &diagnostics[i]);
        fixed.changes.extend(changes(&fixed.source, of_taken, threshold));
        fixed.source = next;
        fixed.passes += 1;
        if !seen.insert(hasher.hash_one(fixed.text())) {
            let rules: BTreeSet<Arc<str>> = history.into_iter().flatten().collect();
            return Err(FixError::Fighting { rules: rules.into_iter().collect() }.into());
        }
        let was_taken = |(index, _): &(usize, Diagnostic)| taken.binary_search(index).is_ok();
        let applied = diagnostics.into_iter().enumerate().filter(was_taken);
        fixed.applied.extend(applied.map(|(_, diagnostic)| diagnostic));
    }
}

/// What the fixes of `taken` change in `text`.
fn changes<'a>(
    source: &Source,
    taken: impl Iterator<Item = &'a Diagnostic>,
    threshold: Applicability,
) -> Vec<Change> {
    let change = |diagnostic: &Diagnostic| {
        let fix = diagnostic.unattended_fix(threshold)?;
        let span = reach(diagnostic.span, fix);
        let (old, new) = (source.slice(span).to_owned(), corrected(source, span, fix));
        Some(Change { rule: Arc::clone(&diagnostic.rule), at: source.position(span.start), old, new })
    };
    taken.filter_map(change).collect()
}

/// Indices of the diagnostics whose fixes are taken in one pass, in order.
///
/// Fixes are tried by priority, start, longer first, rule id; one is taken whole or not at all, and not if an edit
/// of it overlaps or touches an edit already taken.
pub(crate) fn choose(diagnostics: &[Diagnostic], threshold: Applicability) -> Vec<usize> {
    let mut order: Vec<(usize, &[Edit])> = diagnostics
        .iter()
        .enumerate()
        .filter_map(|(i, d)| Some((i, d.unattended_fix(threshold)?.edits.as_slice())))
        .filter(|(_, edits)| !edits.is_empty())
        .collect();
    order.sort_by(|(i, a), (j, b)| {
        let key = |index: usize, edits: &[Edit]| {
            let (start, end) = (edits[0].span.start, edits[edits.len() - 1].span.end);
            (diagnostics[index].priority, start, std::cmp::Reverse(end))
        };
        (key(*i, a), &diagnostics[*i].rule).cmp(&(key(*j, b), &diagnostics[*j].rule))
    });
    // Taken edits by start; neighbours in this order decide whether a new edit fits.
    let mut taken: std::collections::BTreeMap<usize, usize> = std::collections::BTreeMap::new();
    let mut chosen = Vec::new();
    for (index, edits) in order {
        let fits = edits.iter().all(|e| {
            let before = taken.range(..=e.span.start).next_back().is_none_or(|(_, end)| *end < e.span.start);
            let after = taken.range(e.span.start..).next().is_none_or(|(start, _)| e.span.end < *start);
            before && after
        });
        if fits {
            taken.extend(edits.iter().map(|e| (e.span.start, e.span.end)));
            chosen.push(index);
        }
    }
    chosen.sort_unstable();
    chosen
}

/// `source` with as many of the chosen fixes as it takes, and which those are; `None` if there are none.
fn apply(
    source: &Source,
    diagnostics: &[Diagnostic],
    mut chosen: Vec<usize>,
    threshold: Applicability,
) -> Option<(Source, Vec<usize>)> {
    if chosen.is_empty() {
        return None;
    }
    let fixes: Vec<&[Edit]> = edits(diagnostics, &chosen, threshold).collect();
    let Edited { source, refused } = source.edited(&fixes);
    let mut places = 0..;
    chosen.retain(|_| places.next().is_some_and(|place| refused.binary_search(&place).is_err()));
    (!chosen.is_empty()).then_some((source, chosen))
}

/// The edits of each of the chosen fixes.
fn edits<'d>(
    diagnostics: &'d [Diagnostic],
    chosen: &[usize],
    threshold: Applicability,
) -> impl Iterator<Item = &'d [Edit]> {
    let edits = move |&i: &usize| diagnostics[i].unattended_fix(threshold).map(|fix| fix.edits.as_slice());
    chosen.iter().filter_map(edits)
}

/// The rules of these diagnostics, each once.
fn rules(diagnostics: &[Diagnostic], chosen: &[usize]) -> Vec<Arc<str>> {
    let rules: BTreeSet<&Arc<str>> = chosen.iter().map(|&i| &diagnostics[i].rule).collect();
    rules.into_iter().cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Fix, Severity};
    use crate::fingerprint::Fingerprint;
    use crate::package::Stubborn;
    use crate::span::Span;

    fn finding(rule: &str, start: usize, end: usize, text: &str) -> Diagnostic {
        Diagnostic {
            rule: rule.into(),
            severity: Severity::Warning,
            message: "m".into(),
            why_url: None,
            span: Span::new(start, end),
            fixes: vec![Fix {
                title: "t".into(),
                applicability: Applicability::Safe,
                edits: vec![Edit { span: Span::new(start, end), text: text.into() }],
            }],
            priority: 0,
            fingerprint: Fingerprint::default(),
        }
    }

    fn replace(text: &str, rules: &[(&'static str, &'static str, &'static str)]) -> Result<Fixed, FixError> {
        let source = Source::from_text(text).expect("short");
        fix(&source, Applicability::Safe, |source| {
            let text = source.text();
            let find = |(rule, bad, good): &(&str, &str, &str)| {
                text.match_indices(bad).map(|(i, m)| finding(rule, i, i + m.len(), good)).collect::<Vec<_>>()
            };
            Ok(rules.iter().flat_map(find).collect())
        })
    }

    #[test]
    fn passes_go_on_until_nothing_applies() {
        let fixed = replace("aaaa", &[("x", "aa", "a")]).expect("ends");
        assert_eq!((fixed.text(), fixed.passes), ("a", 3));
    }

    #[test]
    fn touching_fixes_wait_for_the_next_pass() {
        let fixed = replace("ab", &[("x", "a", "1"), ("y", "b", "2")]).expect("ends");
        assert_eq!((fixed.text(), fixed.passes), ("12", 2));
        let changes = fixed.changes.iter().map(|c| (&*c.rule, c.at.column, &*c.old, &*c.new));
        assert_eq!(changes.collect::<Vec<_>>(), [("x", 1, "a", "1"), ("y", 2, "b", "2")]);
    }

    #[test]
    fn rules_that_undo_each_other_are_named() {
        let error = replace("a", &[("x", "a", "b"), ("y", "b", "a")]).expect_err("they fight");
        assert_eq!(error, FixError::Fighting { rules: vec!["x".into(), "y".into()] });
        assert!(error.to_string().contains("`x` and `y`"));
    }

    /// Found by fuzzing: such a fix was taken for one that another undoes, and nothing of the file was fixed.
    #[test]
    fn a_fix_that_a_package_does_not_take_was_called_a_fight() {
        let source = Source::from_package(Arc::new(Stubborn::new("the the"))).expect("short");
        let check = |_: &Source| Ok::<_, FixError>(vec![finding("x", 3, 7, "")]);
        let fixed = fix(&source, Applicability::Safe, check).expect("nobody undoes it");
        assert_eq!((fixed.text(), fixed.passes, fixed.applied.len()), ("the the\n", 0, 0));
        assert_eq!(fixed.remaining.len(), 1);
    }

    #[test]
    fn a_text_that_multiplies_in_each_pass_is_left_as_it_was() {
        let long = "a".repeat(1000);
        let error = replace(&"a ".repeat(1000), &[("x", "a", long.leak())]).expect_err("it grows");
        assert_eq!(error, FixError::Growing { rules: vec!["x".into()] });
    }

    #[test]
    fn a_growing_text_comes_to_an_end() {
        assert!(matches!(replace("a", &[("x", "a", "aa")]), Err(FixError::Endless { .. })));
    }
}
