//! [`Grammar`] by nlprule: LanguageTool's rules for English in a model that is built in or read from a folder.
//!
//! The built-in model is taken apart and run by [`Engine`]; a model from a folder is run by nlprule itself, which
//! finds the same and takes longer.
//!
//! Loading happens in a small pool of its own, never in rayon's global one: whoever waits for the model
//! may be blocking that. Checking happens where the caller is.

use std::borrow::Cow;
use std::fs;
use std::io::{ErrorKind, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use ::nlprule::Tokenizer;
use ::nlprule::types::Suggestion;
use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};
use serde::de::DeserializeOwned;

use super::engine::dictionary::{Dictionary, WordSet};
use super::engine::{Engine, Tables};
use super::stock::Stock;
use super::{Grammar, GrammarFinding, ModelError, RuleList};
use crate::diagnostic::Severity;
use crate::span::{Seg, Span};

/// No part of a model is larger than this, unpacked: the built-in ones have 6 to 9 MB.
const MAX_BYTES: u64 = 256 << 20;

/// A loaded model with the rules that are on.
pub struct NlpruleModel {
    kind: Kind,
}

enum Kind {
    /// The built-in model.
    Embedded(Box<Embedded>),
    /// A model as nlprule publishes it.
    Stock(Box<Stock>),
}

/// The built-in model, taken apart.
struct Embedded {
    engine: Engine,
    dictionary: Dictionary,
    chunker: Tokenizer,
}

/// Bytes of one part of a model, perhaps compressed, and how to call them in an error.
struct Part<'a> {
    origin: String,
    bytes: Cow<'a, [u8]>,
    compressed: bool,
}

impl NlpruleModel {
    /// The built-in model with the built-in rule list.
    ///
    /// # Errors
    /// [`ModelError`] if the built-in bytes cannot be decoded or no thread can be had.
    pub fn embedded() -> Result<Self, ModelError> {
        let part = |name: &str, bytes| Part {
            origin: format!("{name} (built in)"),
            bytes: Cow::Borrowed(bytes),
            compressed: true,
        };
        let tables = part("rules", include_bytes!("model/rules.bin.zst"));
        let dictionary = part("dictionary", include_bytes!("model/dictionary.bin.zst"));
        let chunker = part("chunker", include_bytes!("model/chunker.bin.zst"));
        let (chunker, (engine, dictionary)) = loading_pool()?.join(
            || chunker.decode::<Tokenizer>(),
            || {
                let engine = tables.decode().map(|tables: Tables| Engine::new(tables, &RuleList::builtin()));
                (engine, dictionary.decode().map(Dictionary::new))
            },
        );
        let broken = |part: &str| ModelError::Decode {
            origin: format!("{part} (built in)"),
            reason: "its tables contradict each other".to_owned(),
        };
        let engine = engine?.ok_or_else(|| broken("rules"))?;
        let dictionary = dictionary?.ok_or_else(|| broken("dictionary"))?;
        Ok(Self { kind: Kind::Embedded(Box::new(Embedded { engine, dictionary, chunker: chunker? })) })
    }

    /// The model in the folder `dir` (`en_tokenizer.bin` and `en_rules.bin`, each plain or with `.zst`)
    /// with the built-in rule list.
    ///
    /// # Errors
    /// [`ModelError`] if a file is missing, unreadable, or no model.
    pub fn from_dir(dir: &Path) -> Result<Self, ModelError> {
        let tokenizer = read_part(dir, "en_tokenizer.bin")?;
        let rules = read_part(dir, "en_rules.bin")?;
        let (tokenizer, rules) = loading_pool()?.join(|| tokenizer.decode(), || rules.decode());
        let stock = Stock::new(tokenizer?, rules?, &RuleList::builtin());
        Ok(Self { kind: Kind::Stock(Box::new(stock)) })
    }

    /// The rules that are on: id, severity and nlprule's name for it.
    pub fn rules(&self) -> Vec<(String, Severity, &str)> {
        match &self.kind {
            Kind::Embedded(model) => {
                model.engine.rules().map(|(id, severity, name)| (id.to_owned(), severity, name)).collect()
            }
            Kind::Stock(stock) => stock.rules().collect(),
        }
    }
}

impl Embedded {
    /// The findings of each of `sentences`.
    fn check(&self, sentences: &[&str]) -> Vec<Vec<GrammarFinding>> {
        let borders: Vec<_> = sentences.par_iter().map(|text| self.engine.sentences(text)).collect();
        let words = sentences.par_iter().zip(&borders).fold(WordSet::new, |mut words, (text, borders)| {
            borders.iter().for_each(|range| self.dictionary.words_in(&text[range.clone()], &mut words));
            words
        });
        let words = words.reduce(WordSet::new, |mut all, mut words| {
            all.append(&mut words);
            all
        });
        let tokenizer = self.dictionary.tokenizer(&words);
        let check = |(text, borders): (&&str, &Vec<_>)| {
            guarded(|| self.engine.check(text, borders, &tokenizer, &self.chunker), text)
        };
        sentences.par_iter().zip(&borders).map(check).collect()
    }
}

/// The findings in `text`, of the suggestions at warning and at info in each sentence that nlprule sees in it;
/// none if nlprule panics.
fn guarded(suggest: impl Fn() -> Vec<[Vec<Suggestion>; 2]>, text: &str) -> Vec<GrammarFinding> {
    // What is called shares nothing that it changes: the model is only read.
    let sentences = catch_unwind(AssertUnwindSafe(suggest)).unwrap_or_default();
    let mut found: Vec<GrammarFinding> = Vec::new();
    for [warnings, infos] in sentences {
        let warnings = warnings.into_iter().map(|suggestion| (Severity::Warning, suggestion));
        let infos = infos.into_iter().map(|suggestion| (Severity::Info, suggestion));
        for (severity, suggestion) in warnings.chain(infos) {
            let bytes = suggestion.span().byte().clone();
            let span = Span::from(bytes.clone());
            // Within a severity nlprule keeps one finding for each place; across them the graver one stays.
            let taken = found.iter().any(|f| f.span.overlaps(span) || f.span == span);
            if !taken && text.get(bytes).is_some() {
                found.push(finding(&suggestion, span, severity));
            }
        }
    }
    found
}

fn finding(suggestion: &Suggestion, span: Span<Seg>, severity: Severity) -> GrammarFinding {
    let message = match suggestion.message().trim() {
        "" => format!("A fault of grammar ({}).", suggestion.source()),
        message => message.to_owned(),
    };
    let rule = suggestion.source().to_owned();
    GrammarFinding { rule, span, message, replacements: suggestion.replacements().to_vec(), severity }
}

/// Two threads to load the parts of a model side by side.
fn loading_pool() -> Result<ThreadPool, ModelError> {
    ThreadPoolBuilder::new()
        .num_threads(2)
        .thread_name(|_| "grammar model".to_owned())
        .build()
        .map_err(|error| ModelError::Thread { reason: error.to_string() })
}

impl Grammar for NlpruleModel {
    fn check_sentences(&self, sentences: &[&str]) -> Vec<Vec<GrammarFinding>> {
        match &self.kind {
            Kind::Embedded(model) => model.check(sentences),
            Kind::Stock(stock) => sentences.iter().map(|text| guarded(|| stock.check(text), text)).collect(),
        }
    }
}

impl Part<'_> {
    /// Unpacks and deserialises; a model that makes nlprule panic is an error like any other.
    fn decode<T: DeserializeOwned>(self) -> Result<T, ModelError> {
        let Self { origin, bytes, compressed } = self;
        let bytes = if compressed {
            let mut unpacked = Vec::with_capacity(bytes.len().saturating_mul(2));
            zstd::stream::read::Decoder::new(bytes.as_ref())
                .and_then(|decoder| decoder.take(MAX_BYTES).read_to_end(&mut unpacked))
                .map_err(|source| ModelError::Unpack { origin: origin.clone(), source })?;
            unpacked.into()
        } else {
            bytes
        };
        // From a slice, so that a wrong length in a damaged file cannot ask for more memory than there are bytes.
        match catch_unwind(|| bincode::deserialize(&bytes)) {
            Ok(Ok(part)) => Ok(part),
            Ok(Err(error)) => Err(ModelError::Decode { origin, reason: error.to_string() }),
            Err(_) => {
                Err(ModelError::Decode { origin, reason: "its tables contradict each other".to_owned() })
            }
        }
    }
}

/// Reads `name` or `name.zst` from `dir`.
fn read_part(dir: &Path, name: &'static str) -> Result<Part<'static>, ModelError> {
    for (suffix, compressed) in [("", false), (".zst", true)] {
        let path = dir.join(format!("{name}{suffix}"));
        match fs::read(&path) {
            Ok(bytes) => {
                return Ok(Part { origin: path.display().to_string(), bytes: bytes.into(), compressed });
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(source) => return Err(ModelError::Read { path, source }),
        }
    }
    Err(ModelError::Missing { dir: dir.to_owned(), file: name })
}
