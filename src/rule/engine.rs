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

/// What the lazy automaton of one pattern may remember, in bytes; hundreds of patterns are alive at once.
const AUTOMATON: usize = 128 << 10;

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

    /// Whether the pattern matches somewhere in `text`.
    pub(crate) fn is_match(&self, text: &str) -> bool {
        self.matches_in(&Input::new(text), &mut self.caches.get())
    }

    /// The matches in a part of `text`, one after the other; borders see what stands around the part.
    pub(crate) fn captures(&self, text: &str, window: Range<usize>, mut found: impl FnMut(&Captures)) {
        let mut caches = self.caches.get();
        let mut input = Input::new(text).span(window);
        while !input.is_done() && self.matches_in(&input, &mut caches) {
            let mut captures = Captures::all(self.backtracker.get_nfa().group_info().clone());
            self.trace(&input, &mut caches, &mut captures);
            let Some(whole) = captures.get_match() else { break };
            found(&captures);
            // No pattern of a rule matches the empty text.
            let next = whole.end().max(input.start() + 1);
            if next > input.end() || !text.is_char_boundary(next) {
                break;
            }
            input.set_start(next);
        }
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
