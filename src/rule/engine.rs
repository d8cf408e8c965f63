//! Runs one pattern over short parts of texts.
//!
//! `regex` compiles a pattern forwards and backwards and looks for literals in it. Here the prefilter has found the
//! literals, most parts of a text have no match, and compiling is what costs: so there is one automaton,
//! run forwards to say no, and traced by the backtracker only where it says yes.

use std::ops::Range;

use regex_automata::hybrid::dfa::{Cache, DFA};
use regex_automata::nfa::thompson::backtrack::{self, BoundedBacktracker};
use regex_automata::nfa::thompson::pikevm::{self, PikeVM};
use regex_automata::nfa::thompson::{Compiler, Config, NFA};
use regex_automata::util::captures::Captures;
use regex_automata::util::pool::Pool;
use regex_automata::{Anchored, Input};
use regex_syntax::hir::{Hir, Look};

use crate::span::border_before;

/// What the lazy automaton of one pattern may remember, in bytes; hundreds of patterns are alive at once.
const AUTOMATON: usize = 128 << 10;

/// How far a match is followed, in bytes. A sentence has some hundred; only text that is none goes on for so long.
const FAR: usize = 4 << 10;

/// A compiled pattern.
#[derive(Debug)]
pub(crate) struct Engine {
    dfa: DFA,
    backtracker: BoundedBacktracker,
    /// For texts that are too long for the backtracker's memory.
    pike: PikeVM,
    anchored: Anchored,
    caches: Pool<Caches, fn() -> Caches>,
}

/// The memory of one thread for one pattern, each part made when first needed.
#[derive(Debug, Default)]
struct Caches {
    dfa: Option<Cache>,
    backtracker: Option<backtrack::Cache>,
    pike: Option<pikevm::Cache>,
}

impl Engine {
    /// `None` if the pattern is larger than `limit` bytes when compiled.
    pub(crate) fn new(hir: &Hir, limit: usize) -> Option<Self> {
        let config = Config::new().nfa_size_limit(Some(limit)).shrink(false);
        let nfa: NFA = Compiler::new().configure(config).build_from_hir(hir).ok()?;
        let config = DFA::config()
            .unicode_word_boundary(true)
            .cache_capacity(AUTOMATON)
            .skip_cache_capacity_check(true);
        let dfa = DFA::builder().configure(config).build_from_nfa(nfa.clone()).ok()?;
        let backtracker = BoundedBacktracker::new_from_nfa(nfa.clone()).ok()?;
        let pike = PikeVM::new_from_nfa(nfa).ok()?;
        let starts = hir.properties().look_set_prefix().contains(Look::Start);
        let anchored = if starts { Anchored::Yes } else { Anchored::No };
        Some(Self { dfa, backtracker, pike, anchored, caches: Pool::new(Caches::default) })
    }

    /// Bytes of the compiled pattern.
    pub(crate) fn size(&self) -> usize {
        self.backtracker.get_nfa().memory_usage()
    }

    /// Whether the pattern matches somewhere in `text`.
    pub(crate) fn is_match(&self, text: &str) -> bool {
        self.matches_in(&Input::new(text), &mut self.caches.get())
    }

    /// The matches in a part of `text`, one after the other; borders see what stands around the part.
    ///
    /// A match is followed for [`FAR`] bytes: so the time is linear in the length of the part and the number of
    /// matches, whatever the pattern.
    pub(crate) fn captures(&self, text: &str, window: Range<usize>, mut found: impl FnMut(&Captures)) {
        let mut caches = self.caches.get();
        let mut at = window.start;
        while at < window.end {
            let far = border_before(text, (at + 2 * FAR).min(window.end));
            let cut = far < window.end;
            let input = Input::new(text).span(at..far);
            let captures = self.end_of_match(&input, &mut caches).map(|end| {
                let mut captures = Captures::all(self.backtracker.get_nfa().group_info().clone());
                self.trace(&input.clone().span(at..end), &mut caches, &mut captures);
                captures
            });
            let whole = captures.as_ref().and_then(Captures::get_match);
            at = match (captures, whole) {
                // Too near the end to be seen whole: once more from its beginning.
                (_, Some(whole)) if cut && whole.start() > at + FAR => whole.start(),
                (Some(captures), Some(whole)) => {
                    found(&captures);
                    // No pattern of a rule matches the empty text.
                    whole.end().max(at + 1)
                }
                _ if cut => border_before(text, at + FAR),
                _ => break,
            };
            if !text.is_char_boundary(at) {
                break;
            }
        }
    }

    /// Where the first match ends; the end of `input` where only tracing can tell.
    fn end_of_match(&self, input: &Input<'_>, caches: &mut Caches) -> Option<usize> {
        let cache = caches.dfa.get_or_insert_with(|| self.dfa.create_cache());
        let end = self.dfa.try_search_fwd(cache, &input.clone().anchored(self.anchored));
        end.map_or(Some(input.end()), |end| end.map(|half| half.offset()))
    }

    fn matches_in(&self, input: &Input<'_>, caches: &mut Caches) -> bool {
        let input = input.clone().anchored(self.anchored).earliest(true);
        let cache = caches.dfa.get_or_insert_with(|| self.dfa.create_cache());
        match self.dfa.try_search_fwd(cache, &input) {
            Ok(end) => end.is_some(),
            // A word border beside a letter that is not ASCII is more than the automaton can decide.
            Err(_) => {
                let cache = caches.backtracker.get_or_insert_with(|| self.backtracker.create_cache());
                let answer = self.backtracker.try_search_slots(cache, &input, &mut []);
                answer.map_or_else(
                    |_| {
                        let cache = caches.pike.get_or_insert_with(|| self.pike.create_cache());
                        self.pike.is_match(cache, input)
                    },
                    |pattern| pattern.is_some(),
                )
            }
        }
    }

    fn trace(&self, input: &Input<'_>, caches: &mut Caches, captures: &mut Captures) {
        let input = input.clone().anchored(self.anchored);
        let cache = caches.backtracker.get_or_insert_with(|| self.backtracker.create_cache());
        if self.backtracker.try_search(cache, &input, captures).is_err() {
            let cache = caches.pike.get_or_insert_with(|| self.pike.create_cache());
            self.pike.search(cache, &input, captures);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, text: &str) -> Vec<Range<usize>> {
        let engine = Engine::new(&regex_syntax::parse(pattern).expect("valid"), 1 << 20).expect("small");
        let mut all = Vec::new();
        engine.captures(text, 0..text.len(), |captures| all.extend(captures.get_match().map(|m| m.range())));
        all
    }

    #[test]
    fn long_texts_are_searched_in_parts_without_losing_a_match() {
        let text = format!("{}« été 12 »{}« 3 »", "é".repeat(5000), " a".repeat(9000));
        let expected: Vec<_> =
            regex::Regex::new("«[^»]*\\d+ »").expect("valid").find_iter(&text).map(|m| m.range()).collect();
        assert_eq!(expected.len(), 2);
        assert_eq!(matches("«[^»]*\\d+ »", &text), expected);
        for before in (2 * FAR - 12..2 * FAR + 12).chain(FAR - 12..FAR + 12) {
            let text = format!("{}one two three{}", "-".repeat(before), "-".repeat(20));
            let expected: Vec<_> = std::iter::once(before..before + 13).collect();
            assert_eq!(matches("one(?: \\w+)*", &text), expected);
        }
    }

    #[test]
    fn a_match_is_followed_so_far_and_no_farther() {
        let text = format!("“{}”", "a".repeat(3 * FAR));
        assert!(matches("“[^”]+”", &text).is_empty());
        let text = format!("“{}”", "a".repeat(FAR));
        assert_eq!(matches("“[^”]+”", &text).len(), 1);
    }
}
