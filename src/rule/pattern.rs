//! Regular expressions of rules: checked when a rule loads, compiled when first needed.

use std::sync::{Arc, OnceLock};

use regex_syntax::hir::{Hir, Look};
use serde::{Deserialize, Serialize};

use super::engine::Engine;
use super::script::Script;

/// Largest program that a pattern may compile to, in bytes.
pub(crate) const SIZE_LIMIT: usize = 2 << 20;

/// A pattern whose compilation is put off: most rules never meet a candidate in one article.
///
/// It is compiled once for each [`Script`] of texts that it meets, with its classes cut to the characters of such
/// texts: it finds the same in them, and nearly all are of the first, for which the automaton is twenty times smaller.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct LazyRegex {
    pattern: Box<str>,
    whole: bool,
    /// The pattern cut to the characters of plain texts, if it was checked before; empty else.
    plain: Box<str>,
    #[serde(skip)]
    engines: [OnceLock<Option<Arc<Engine>>>; 3],
    /// Bytes that it compiles to for any text, if it was checked.
    #[serde(skip)]
    size: usize,
}

/// Why a pattern is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PatternError {
    #[error("{0}")]
    Syntax(String),
    #[error("the pattern is too large when compiled (over {} KiB): use fewer repetitions", SIZE_LIMIT >> 10)]
    TooLarge,
    #[error("the pattern can match the empty text")]
    MatchesEmpty,
}

impl LazyRegex {
    /// Checks syntax and compiled size of `pattern` if `eager`; a test does so for the built-in rules.
    pub(crate) fn new(pattern: &str, eager: bool) -> Result<Self, PatternError> {
        Self::build(pattern, false, eager)
    }

    /// The same for a pattern that must match a text as a whole.
    pub(crate) fn whole(pattern: &str, eager: bool) -> Result<Self, PatternError> {
        Self::build(pattern, true, eager)
    }

    fn build(pattern: &str, whole: bool, eager: bool) -> Result<Self, PatternError> {
        if let (true, Err(error)) = (eager, regex_syntax::parse(pattern)) {
            return Err(PatternError::Syntax(plain_syntax_error(&error)));
        }
        let mut lazy = Self {
            pattern: pattern.into(),
            whole,
            plain: Box::default(),
            engines: Default::default(),
            size: 0,
        };
        if eager {
            // Compiled to be measured and let go: most texts never need it in this form.
            let hir = lazy.hir();
            let engine = hir.and_then(|hir| Engine::new(&hir, SIZE_LIMIT));
            lazy.size = engine.ok_or(PatternError::TooLarge)?.size();
        }
        if let (true, Some(hir)) = (eager, lazy.hir()) {
            lazy.plain = Script::Plain.narrowed(&hir).to_string().into();
        }
        Ok(lazy)
    }

    /// Bytes that the pattern compiles to for any text; 0 if it was not checked.
    pub(crate) const fn size(&self) -> usize {
        self.size
    }

    /// The pattern compiled for `text`; `None` only for a built-in pattern over the size limit, which a test rules out.
    pub(crate) fn of(&self, text: &str) -> Option<&Arc<Engine>> {
        self.engine(Script::of(text))
    }

    fn engine(&self, script: Script) -> Option<&Arc<Engine>> {
        let hir = || match script {
            Script::Plain if !self.plain.is_empty() => regex_syntax::parse(&self.plain).ok(),
            _ => Some(script.narrowed(&self.hir()?)),
        };
        let compile = || Engine::new(&hir()?, SIZE_LIMIT).map(Arc::new);
        self.engines[script as usize].get_or_init(compile).as_ref()
    }

    fn hir(&self) -> Option<Hir> {
        let hir = regex_syntax::parse(&self.pattern).ok()?;
        Some(match self.whole {
            true => Hir::concat(vec![Hir::look(Look::Start), hir, Hir::look(Look::End)]),
            false => hir,
        })
    }

    /// Whether the pattern matches in `text`.
    pub(crate) fn is_match(&self, text: &str) -> bool {
        self.of(text).is_some_and(|r| r.is_match(text))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.pattern
    }
}

/// The parser's message in one line, without its own drawing of the pattern.
fn plain_syntax_error(error: &regex_syntax::Error) -> String {
    let what = match error {
        regex_syntax::Error::Parse(e) => e.kind().to_string(),
        regex_syntax::Error::Translate(e) => e.kind().to_string(),
        other => other.to_string(),
    };
    match what.as_str() {
        w if w.contains("look-around") => {
            "look-around is not supported: use `unless` or `when` with `before` and `after`".to_owned()
        }
        w if w.contains("backreferences") => {
            "backreferences are not supported: name two groups and compare them with `where`".to_owned()
        }
        _ => what,
    }
}
