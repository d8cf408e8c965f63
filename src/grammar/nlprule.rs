//! [`Grammar`] by nlprule: LanguageTool's rules for English in a model that is built in or read from a folder.
//!
//! Loading happens in a small pool of its own, never in rayon's global one: whoever waits for the model
//! may be blocking that. Checking happens where the caller is; nlprule spreads the rules of one sentence
//! over the rayon pool the caller is in (the global one outside of any pool).

use std::fs;
use std::io::{ErrorKind, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use ::nlprule::{Rules, Tokenizer};
use rayon::ThreadPoolBuilder;
use serde::de::DeserializeOwned;

use super::{Grammar, GrammarFinding, ModelError, RuleList};
use crate::diagnostic::Severity;
use crate::span::Span;

const TOKENIZER: &str = "en_tokenizer.bin";
const RULES: &str = "en_rules.bin";
static TOKENIZER_ZST: &[u8] = include_bytes!("model/en_tokenizer.bin.zst");
static RULES_ZST: &[u8] = include_bytes!("model/en_rules.bin.zst");

/// No part of a model is larger than this, unpacked: the built-in ones have 12 and 8 MB.
const MAX_BYTES: u64 = 256 << 20;

/// A loaded model with the rules that are on.
pub struct NlpruleModel {
    tokenizer: Tokenizer,
    /// The rules of each severity, the gravest first: a sentence is given to each set in turn.
    sets: Vec<(Severity, Rules)>,
}

/// Bytes of one half of a model, perhaps compressed, and how to call them in an error.
struct Part<'a> {
    origin: String,
    bytes: std::borrow::Cow<'a, [u8]>,
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
            bytes: std::borrow::Cow::Borrowed(bytes),
            compressed: true,
        };
        Self::load(part(TOKENIZER, TOKENIZER_ZST), part(RULES, RULES_ZST), &RuleList::builtin())
    }

    /// The model in the folder `dir` (`en_tokenizer.bin` and `en_rules.bin`, each plain or with `.zst`)
    /// with the built-in rule list.
    ///
    /// # Errors
    /// [`ModelError`] if a file is missing, unreadable, or no model.
    pub fn from_dir(dir: &Path) -> Result<Self, ModelError> {
        Self::load(read_part(dir, TOKENIZER)?, read_part(dir, RULES)?, &RuleList::builtin())
    }

    /// Decodes both halves side by side and keeps the rules that `list` turns on.
    fn load(tokenizer: Part<'_>, rules: Part<'_>, list: &RuleList) -> Result<Self, ModelError> {
        let pool = ThreadPoolBuilder::new()
            .num_threads(2)
            .thread_name(|_| "grammar model".to_owned())
            .build()
            .map_err(|error| ModelError::Thread { reason: error.to_string() })?;
        let (tokenizer, rules) = pool.join(|| tokenizer.decode::<Tokenizer>(), || rules.decode::<Rules>());
        let (tokenizer, rules) = (tokenizer?, rules?);
        let (mut warnings, mut infos) = (Vec::new(), Vec::new());
        for mut rule in rules {
            // Some rules are off in the file; the list alone decides.
            rule.enable();
            match list.severity(&rule.id().to_string()) {
                Some(Severity::Warning | Severity::Error) => warnings.push(rule),
                Some(Severity::Info) => infos.push(rule),
                None => {}
            }
        }
        let sets = vec![
            (Severity::Warning, warnings.into_iter().collect()),
            (Severity::Info, infos.into_iter().collect()),
        ];
        Ok(Self { tokenizer, sets })
    }

    /// The rules that are on: id, severity and nlprule's name for it, in the order of the model.
    pub fn rules(&self) -> impl Iterator<Item = (String, Severity, &str)> {
        self.sets.iter().flat_map(|(severity, set)| {
            set.rules().iter().map(|rule| (rule.id().to_string(), *severity, rule.name()))
        })
    }

    /// The findings of one sentence; spans are bytes of `text`.
    fn check_sentence(&self, text: &str) -> Vec<GrammarFinding> {
        let mut found: Vec<GrammarFinding> = Vec::new();
        // nlprule may see further borders inside what we call a sentence.
        for sentence in self.tokenizer.pipe(text) {
            for (severity, rules) in &self.sets {
                for suggestion in rules.apply(&sentence) {
                    let bytes = suggestion.span().byte().clone();
                    if text.get(bytes.clone()).is_none() {
                        continue;
                    }
                    let span = Span::from(bytes);
                    // Within a set nlprule keeps one finding for each place; across sets the graver one stays.
                    if found.iter().any(|f| f.span.overlaps(span) || f.span == span) {
                        continue;
                    }
                    let message = match suggestion.message().trim() {
                        "" => format!("A fault of grammar ({}).", suggestion.source()),
                        message => message.to_owned(),
                    };
                    found.push(GrammarFinding {
                        rule: suggestion.source().to_owned(),
                        span,
                        message,
                        replacements: suggestion.replacements().to_vec(),
                        severity: *severity,
                    });
                }
            }
        }
        found
    }
}

impl Grammar for NlpruleModel {
    fn check_sentences(&self, sentences: &[&str]) -> Vec<Vec<GrammarFinding>> {
        // The closure shares nothing that it changes: the model is only read.
        let check = |text| catch_unwind(AssertUnwindSafe(|| self.check_sentence(text))).unwrap_or_default();
        sentences.iter().copied().map(check).collect()
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

/// The ids of all rules of the built-in model, on or off.
#[cfg(test)]
pub(super) fn embedded_rule_ids() -> Vec<String> {
    let part = Part { origin: RULES.to_owned(), bytes: RULES_ZST.into(), compressed: true };
    let rules: Rules = part.decode().expect("the embedded rules decode");
    rules.rules().iter().map(|rule| rule.id().to_string()).collect()
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
