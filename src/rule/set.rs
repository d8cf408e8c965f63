//! Rules and sets of them, as everything else sees them.
//!
//! Of a built-in rule only what every run needs is read at the start; the rest waits in [`Stored`] parts.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::candidates::Candidates;
use super::condition::Conditions;
use super::parts::{Body, Details, Example, FixPlan, Matcher, PhraseEntry};
use super::stored::Stored;
use super::template::Template;
use crate::diagnostic::{Applicability, Severity};

/// A set of loaded rules, in order of their ids.
#[derive(Debug, Default)]
pub struct RuleSet {
    rules: Vec<Rule>,
    packs: Vec<Pack>,
    /// Number of document-wide conditions; each has an index below it.
    pub(crate) document_conditions: usize,
    /// What finds candidates for the rules that are built in; the others are asked themselves.
    pub(crate) builtin: Option<Builtin>,
}

/// The built-in rules as they stand in a set.
#[derive(Debug)]
pub(crate) struct Builtin {
    pub(crate) candidates: Arc<Stored<Candidates>>,
    /// Built-in rule, by the number that `candidates` knows it by -> its place in the set; `None` if the set has
    /// another rule instead.
    pub(crate) places: Vec<Option<u32>>,
}

impl RuleSet {
    pub(crate) fn new(mut rules: Vec<Rule>, packs: Vec<Pack>, document_conditions: usize) -> Self {
        rules.sort_by(|a, b| a.id.cmp(&b.id));
        Self { rules, packs, document_conditions, builtin: None }
    }

    /// The set with the rules and packs of another; of two of the same name that of the other stands.
    pub(crate) fn with(self, other: Self) -> Self {
        let new: HashSet<&str> = other.rules.iter().map(|rule| &*rule.id).collect();
        let stays: Vec<bool> = self.rules.iter().map(|rule| !new.contains(&*rule.id)).collect();
        let ids: Vec<Arc<str>> = self.rules.iter().map(|rule| rule.id.clone()).collect();
        let old = self.rules.into_iter().zip(&stays).filter_map(|(rule, stays)| stays.then_some(rule));
        let mut packs: BTreeMap<String, Pack> = self.packs.into_iter().map(|p| (p.name.clone(), p)).collect();
        packs.extend(other.packs.into_iter().map(|p| (p.name.clone(), p)));
        let rules = old.chain(other.rules).collect();
        let mut set = Self::new(rules, packs.into_values().collect(), other.document_conditions);
        set.builtin = self.builtin.map(|builtin| {
            let place = |(id, stays): (&Arc<str>, &bool)| {
                let place = set.rules.binary_search_by(|rule| rule.id.cmp(id)).ok()?;
                stays.then_some(place as u32)
            };
            let places: Vec<Option<u32>> = ids.iter().zip(&stays).map(place).collect();
            Builtin { places, ..builtin }
        });
        set
    }

    /// The rules that no ready-made candidates are for, with their places.
    pub(crate) fn own(&self) -> impl Iterator<Item = (u32, &Rule)> {
        let places = self.builtin.iter().flat_map(|builtin| &builtin.places).flatten();
        let ready: HashSet<u32> = places.copied().collect();
        (0..).zip(&self.rules).filter(move |(place, _)| !ready.contains(place))
    }

    /// The rules, in order of their ids.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The packs, in order of their names.
    pub fn packs(&self) -> &[Pack] {
        &self.packs
    }

    /// The rule of that id.
    pub fn get(&self, id: &str) -> Option<&Rule> {
        let place = self.rules.binary_search_by(|rule| (*rule.id).cmp(id)).ok()?;
        Some(&self.rules[place])
    }

    /// How many rules there are.
    pub fn len(&self) -> usize {
        self.rules.len()
    }

    /// Whether there is no rule.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }
}

/// A pack of rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pack {
    /// The folder's name.
    pub name: String,
    /// Name for people.
    pub title: String,
    /// What the pack is for.
    pub description: String,
}

/// One rule, ready to use.
#[derive(Debug)]
pub struct Rule {
    /// `<pack>/<rule>`.
    pub id: Arc<str>,
    /// How bad it is.
    pub severity: Severity,
    /// Languages translated from that the rule is for; empty: any.
    pub source: Vec<String>,
    /// Whether the rule is embedded in the program.
    pub builtin: bool,
    pub(crate) priority: i32,
    /// Whether its matches wait for the verdict on the whole document: see [`super::evidence`].
    pub(crate) waits: bool,
    pub(crate) body: Stored<Body>,
    pub(crate) details: Stored<Details>,
}

impl Rule {
    /// The message as it is written in the rule.
    pub fn message(&self) -> &str {
        &self.details.message
    }

    /// Why it is a fault; a paragraph.
    pub fn why(&self) -> Option<&str> {
        self.details.why.as_deref()
    }

    /// A page that explains more.
    pub fn url(&self) -> Option<&Arc<str>> {
        self.body.url.as_ref()
    }

    /// MQM category.
    pub fn mqm(&self) -> Option<&str> {
        self.details.mqm.as_deref()
    }

    /// Tags, the pack's included.
    pub fn tags(&self) -> &[String] {
        &self.details.tags
    }

    /// Examples that prove the rule.
    pub fn examples(&self) -> &[Example] {
        &self.details.examples
    }

    /// Findings allowed per 100,000 words of edited English, if the rule says it itself.
    pub fn own_budget(&self) -> Option<f64> {
        self.details.budget
    }

    /// The file the rule is from, as shown to people.
    pub fn path(&self) -> &str {
        &self.details.path
    }

    pub(crate) fn matcher(&self) -> &Matcher {
        &self.body.matcher
    }

    pub(crate) fn conditions(&self) -> &Conditions {
        &self.body.conditions
    }

    pub(crate) fn fixes(&self) -> &[FixPlan] {
        &self.body.fixes
    }

    pub(crate) fn template(&self) -> &Template {
        &self.body.template
    }

    /// The pack: the part of the id before the slash.
    pub fn pack(&self) -> &str {
        self.id.split('/').next().unwrap_or_default()
    }

    /// Findings allowed per 100,000 words of edited English: what the rule says, else what its severity allows.
    pub fn budget(&self) -> f64 {
        self.own_budget().unwrap_or(Self::default_budget(self.severity))
    }

    /// The budget of a rule that states none.
    pub const fn default_budget(severity: Severity) -> f64 {
        match severity {
            Severity::Error => 0.5,
            Severity::Warning => 1.0,
            Severity::Info => 10.0,
        }
    }

    /// The name of the kind of match.
    pub fn kind(&self) -> &'static str {
        match self.matcher() {
            Matcher::Phrases(_) => "phrases",
            Matcher::Regex(_) => "regex",
            Matcher::Tokens(_) => "tokens",
            Matcher::Repeat { .. } => "repeat",
            Matcher::Pair { .. } => "pair",
            Matcher::Consistent { .. } => "consistent",
            Matcher::Acronym { .. } => "acronym",
            Matcher::BrokenParagraph => "broken-paragraph",
            Matcher::LinkBorder => "border",
            Matcher::NameVariant => "name-variant",
            Matcher::Gender(_) => "gender",
        }
    }

    /// How far the rule's best fix can be trusted; `None` if it has no fix.
    pub fn safety(&self) -> Option<Applicability> {
        let of_rule = self.fixes().iter().filter(|f| f.to.is_some()).map(|f| f.safety).max();
        let of_entries = match self.matcher() {
            Matcher::Phrases(entries) => {
                entries.iter().filter(|e| !e.to.is_empty()).map(|e| self.entry_safety(e)).max()
            }
            Matcher::Consistent { .. } => self.fixes().first().map(|f| f.safety),
            _ => None,
        };
        of_rule.max(of_entries)
    }

    /// How many phrases the rule has; 1 for other kinds.
    pub fn entries(&self) -> usize {
        if let Matcher::Phrases(entries) = self.matcher() { entries.len() } else { 1 }
    }

    /// Whether the rule carries the tag.
    pub fn has_tag(&self, tag: &str) -> bool {
        self.tags().iter().any(|t| t == tag)
    }

    /// The phrase of that index, for rules of phrases.
    pub(crate) fn entry(&self, index: usize) -> Option<&PhraseEntry> {
        match self.matcher() {
            Matcher::Phrases(entries) => entries.get(index).map(|entry| &**entry),
            _ => None,
        }
    }

    pub(crate) fn entry_safety(&self, entry: &PhraseEntry) -> Applicability {
        entry.safety.or_else(|| self.fixes().first().map(|f| f.safety)).unwrap_or(Applicability::Unsafe)
    }
}
