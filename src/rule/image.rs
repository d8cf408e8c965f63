//! The built-in rules as one row of bytes: the build script writes it, the program opens it in place.
//!
//! First the length of the index, then the index, then the parts of the rules, which stay encoded until one is asked
//! for: see [`Stored`].

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::candidates::Candidates;
use super::set::{Builtin, Pack, Rule, RuleSet};
use super::stored::{Stored, decode, encode};
use crate::diagnostic::Severity;

/// What is read at every start.
#[derive(Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
struct Index {
    rules: Vec<Head>,
    packs: Vec<Pack>,
    document_conditions: usize,
    candidates: Stored<Candidates>,
}

/// What is read of each rule at every start.
#[derive(Serialize, Deserialize)]
struct Head {
    id: Arc<str>,
    severity: Severity,
    source: Vec<String>,
    priority: i32,
    waits: bool,
    /// Bytes of its two parts, which follow those of the rule before.
    body: usize,
    details: usize,
}

/// The image of a set of rules.
///
/// # Errors
/// When a part of a rule has no encoding.
#[allow(dead_code, reason = "the build script and the tests write images")]
pub(crate) fn write(set: &RuleSet) -> bincode::Result<Vec<u8>> {
    let mut parts = Vec::new();
    let mut rules = Vec::new();
    for rule in set.rules() {
        let (body, details) = (encode(&*rule.body)?, encode(&*rule.details)?);
        rules.push(Head {
            id: rule.id.clone(),
            severity: rule.severity,
            source: rule.source.clone(),
            priority: rule.priority,
            waits: rule.waits,
            body: body.len(),
            details: details.len(),
        });
        parts.extend(body);
        parts.extend(details);
    }
    let candidates = Candidates::gather((0..).zip(set.rules())).into();
    let (packs, document_conditions) = (set.packs().to_vec(), set.document_conditions);
    let index = encode(&Index { rules, packs, document_conditions, candidates })?;
    let mut image = (index.len() as u64).to_le_bytes().to_vec();
    image.extend(index);
    image.extend(parts);
    Ok(image)
}

/// The rules of an image; `None` if the bytes are none.
pub(crate) fn open(image: &'static [u8]) -> Option<RuleSet> {
    let (length, rest) = image.split_first_chunk()?;
    let (index, mut parts) = rest.split_at_checked(usize::try_from(u64::from_le_bytes(*length)).ok()?)?;
    let index: Index = decode(index).ok()?;
    let mut part = |length: usize| {
        let (part, rest) = parts.split_at_checked(length)?;
        parts = rest;
        Some(part)
    };
    let rule = |head: Head| {
        Some(Rule {
            id: head.id,
            severity: head.severity,
            source: head.source,
            builtin: true,
            priority: head.priority,
            waits: head.waits,
            body: Stored::at(part(head.body)?),
            details: Stored::at(part(head.details)?),
        })
    };
    let rules: Vec<Rule> = index.rules.into_iter().map(rule).collect::<Option<_>>()?;
    let places = (0..rules.len() as u32).map(Some).collect();
    let mut set = RuleSet::new(rules, index.packs, index.document_conditions);
    set.builtin = Some(Builtin { candidates: Arc::new(index.candidates), places });
    Some(set)
}
