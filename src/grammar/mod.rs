//! Grammar checks on one block of prose.
//!
//! [`Grammar`] is what the engine sees; [`NlpruleModel`] stands behind it (cargo feature `grammar`),
//! [`LazyGrammar`] loads it in the background, [`Cached`] remembers what it found and may spare it the loading.
//! Which of nlprule's rules run, and how loud they are, is data: `rules.txt`, read by [`RuleList`].
//! Reading documents, mapping spans to the source and turning findings into diagnostics happen elsewhere.

mod background;
mod block;
mod cache;
#[cfg(feature = "grammar")]
pub mod engine;
mod guard;
#[cfg(feature = "grammar")]
pub mod mirror;
#[cfg(feature = "grammar")]
mod nlprule;
mod rule_list;
#[cfg(feature = "grammar")]
mod stock;
#[cfg(all(test, feature = "grammar"))]
mod tests;

use std::path::PathBuf;

use crate::diagnostic::Severity;
use crate::span::{Seg, Span};

pub use background::LazyGrammar;
pub use cache::{Cached, SentenceCache};
#[cfg(feature = "grammar")]
pub use nlprule::NlpruleModel;
pub use rule_list::{RuleList, RuleListError};

/// Finds faults of grammar in prose.
///
/// An implementation may run on rayon's threads: do not hold a lock across a call that another
/// check could want as well.
pub trait Grammar: Send + Sync {
    /// Checks sentences that have passed the guards, each for itself; gives the findings of each, in their order.
    ///
    /// Spans are bytes of the sentence; findings lie on character borders inside it, and never overlap.
    /// What is found in a sentence depends on nothing but its text.
    fn check_sentences(&self, sentences: &[&str]) -> Vec<Vec<GrammarFinding>>;

    /// Checks blocks (paragraphs, headings, table cells), and gives the findings of each; spans are bytes of it.
    ///
    /// Findings are sorted by place, lie on character borders inside their block, and never overlap.
    /// Many blocks at once take less time than one after the other.
    fn check_blocks(&self, blocks: &[&str]) -> Vec<Vec<GrammarFinding>> {
        block::batches(blocks)
            .flat_map(|batch| block::by_sentence(batch, |sentences| self.check_sentences(sentences)))
            .collect()
    }

    /// Whether a check has found nothing because there is no model.
    fn has_failed(&self) -> bool {
        false
    }

    /// Checks one block, see [`Grammar::check_blocks`].
    fn check(&self, block: &str) -> Vec<GrammarFinding> {
        self.check_blocks(&[block]).pop().unwrap_or_default()
    }
}

/// One fault of grammar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrammarFinding {
    /// Id of the rule, for example `GRAMMAR/WAS_BEEN/1`.
    pub rule: String,
    /// The faulty bytes of the block; empty where something is missing.
    pub span: Span<Seg>,
    /// One line for the reader; never empty.
    pub message: String,
    /// What could stand there instead, the likeliest first. May be empty.
    pub replacements: Vec<String>,
    /// How bad it is.
    pub severity: Severity,
}

/// Why there is no grammar model.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// The folder lacks one of the two files.
    #[error(
        "no grammar model in {}: neither {file} nor {file}.zst is there; \
         name a folder that holds en_tokenizer.bin and en_rules.bin, or leave --model-dir out to use the built-in model",
        dir.display()
    )]
    Missing {
        /// The folder that was searched.
        dir: PathBuf,
        /// The file that is missing, without `.zst`.
        file: &'static str,
    },
    /// A file is there but cannot be read.
    #[error("cannot read the grammar model {}: {source}; make the file readable, or use --no-grammar", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The compressed bytes are damaged.
    #[error(
        "cannot unpack the grammar model {origin}: {source}; the file is damaged or not zstd: fetch it again, or use --no-grammar"
    )]
    Unpack {
        /// The file, or the built-in one.
        origin: String,
        /// What the decoder said.
        source: std::io::Error,
    },
    /// The unpacked bytes are no model of the version this program reads.
    #[error(
        "cannot decode the grammar model {origin}: {reason}; it must be the English model of nlprule 0.6: fetch that one, or use --no-grammar"
    )]
    Decode {
        /// The file, or the built-in one.
        origin: String,
        /// What the decoder said.
        reason: String,
    },
    /// The system gave no thread to load with, or the loading thread died.
    #[error("cannot load the grammar model: {reason}; free some memory or processes, or use --no-grammar")]
    Thread {
        /// What happened.
        reason: String,
    },
}
