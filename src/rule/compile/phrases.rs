//! Compiles `phrases` and `consistent`.

use std::sync::Arc;

use serde_saphyr::Spanned;

use super::complaint::Complaints;
use super::templates::bounded;
use super::{Loader, limits};
use crate::rule::condition::Conditions;
use crate::rule::files::list_entries;
use crate::rule::parts::{FixPlan, Matcher, PhraseEntry, Preferred};
use crate::rule::phrase::{Alternative, Phrase, PhraseError};
use crate::rule::schema::PhrasesYaml;
use crate::rule::template::{Slot, Template};

impl Loader<'_> {
    pub(super) fn phrases(
        &mut self,
        pack: &str,
        exact: bool,
        eager: bool,
        yaml: &PhrasesYaml,
        complaints: &mut Complaints<'_>,
    ) -> Option<Matcher> {
        let mut entries = Vec::new();
        for (number, (key, value)) in (1..).zip(&yaml.0) {
            if !limits::check(key, number, limits::PHRASES, "phrases", complaints) {
                return None;
            }
            let spec = &value.value.0;
            let choices = spec.to.as_ref().map_or(0, |to| to.0.len());
            limits::check(value, choices, limits::CHOICES, "corrections of one phrase", complaints);
            let mut lists = list_names(&key.value).filter_map(|name| self.files.list(pack, name));
            if !lists.all(|file| self.may_name(file, key, complaints)) {
                continue;
            }
            let phrase = match self.phrase(pack, &key.value, exact) {
                Ok(phrase) => phrase,
                Err(error) => {
                    let help = phrase_help(&error);
                    complaints.on(key, error.to_string(), "in this phrase", help);
                    continue;
                }
            };
            let mut to = Vec::new();
            for text in spec.to.iter().flat_map(|t| &t.0).take(limits::CHOICES) {
                match bounded(text) {
                    Ok(template) => {
                        self.check_correction(&template, &phrase, value, complaints);
                        to.push(template);
                    }
                    Err(error) => complaints.on(value, error.to_string(), "in this correction", ""),
                }
            }
            let message = spec.message.as_deref().map(bounded).transpose();
            let message = message.unwrap_or_else(|error| {
                complaints.on(value, error.to_string(), "in this message", "");
                None
            });
            let conditions = self.conditions(&spec.when, &spec.unless, eager, complaints);
            let entry = PhraseEntry {
                written: key.value.clone(),
                phrase,
                to,
                safety: spec.safety,
                severity: spec.severity,
                message,
                conditions,
            };
            entries.push(entry.into());
        }
        Some(Matcher::Phrases(entries))
    }

    pub(super) fn phrase(&mut self, pack: &str, written: &str, exact: bool) -> Result<Phrase, PhraseError> {
        if written.len() > limits::PHRASE {
            return Err(PhraseError::Long(limits::PHRASE));
        }
        let (files, lists) = (self.files, &mut self.lists);
        // Lists are read once for each pack and case, whatever the number of phrases that name them.
        for name in list_names(written) {
            let key = (pack.to_owned(), name.to_owned(), exact);
            if let (false, Some(file)) = (lists.contains_key(&key), files.list(pack, name)) {
                let mut entries: Vec<Alternative> =
                    list_entries(&file.text).map(|e| Alternative::plain(e, exact)).collect();
                entries.sort_by_key(|a| std::cmp::Reverse(a.text.len()));
                lists.insert(key, Arc::new(entries.into_iter().collect()));
            }
        }
        let list = |name: &str| lists.get(&(pack.to_owned(), name.to_owned(), exact)).cloned();
        Phrase::new(written, exact, self.lexicon, &list)
    }

    /// Slots of a correction: numbered groups that exist, and lemmas with an inflected group to follow.
    pub(super) fn check_correction<T>(
        &self,
        template: &Template,
        phrase: &Phrase,
        node: &Spanned<T>,
        complaints: &mut Complaints<'_>,
    ) {
        let mut lemmas = 0;
        for slot in template.slots() {
            match slot {
                Slot::Number(n) if *n > phrase.groups => {
                    let help = format!("the phrase has {} groups that are not lemmas", phrase.groups);
                    complaints.on(node, format!("there is no group {{{n}}}"), "in this correction", help);
                }
                Slot::Name(lemma) => {
                    lemmas += 1;
                    let lemma = lemma.split(':').next().unwrap_or(lemma);
                    if self.lexicon.forms(lemma).is_empty() {
                        let message = format!("“{lemma}” is not a lemma that the lexicon knows");
                        complaints.on(node, message, "in this correction", "write the word without braces");
                    }
                }
                Slot::Fix => complaints.on(node, "{fix} cannot stand in a correction", "here", ""),
                _ => {}
            }
        }
        if lemmas > phrase.lemmas {
            let help = "each {lemma} of the correction takes the form of the {lemma} in the same position of the phrase";
            complaints.on(node, "the correction has more lemmas than the phrase", "here", help);
        }
    }

    pub(super) fn consistent(
        &mut self,
        node: &Spanned<Vec<Vec<String>>>,
        exact: bool,
        fixes: &[FixPlan],
        complaints: &mut Complaints<'_>,
    ) -> Option<Matcher> {
        let preferred = match fixes.first().and_then(|f| f.to.as_ref()) {
            None => Preferred::ListedFirst,
            Some(to) if *to == Template::parse("listed-first").unwrap_or_default() => Preferred::ListedFirst,
            Some(to) if *to == Template::parse("most-used").unwrap_or_default() => Preferred::MostUsed,
            Some(_) => {
                complaints.on(
                    node,
                    "the fix of `consistent` is unknown",
                    "",
                    "use `to: listed-first` or `to: most-used`",
                );
                return None;
            }
        };
        let forms = node.value.iter().map(Vec::len).sum();
        if !limits::check(node, forms, limits::PHRASES, "names", complaints) {
            return None;
        }
        let mut groups = Vec::new();
        for forms in &node.value {
            let mut entries = Vec::new();
            for form in forms {
                match self.phrase("", form, exact) {
                    Ok(phrase) => {
                        let entry = PhraseEntry {
                            written: form.clone(),
                            phrase,
                            to: Vec::new(),
                            safety: None,
                            severity: None,
                            message: None,
                            conditions: Conditions::default(),
                        };
                        entries.push(entry.into());
                    }
                    Err(error) => complaints.on(node, format!("“{form}”: {error}"), "in these groups", ""),
                }
            }
            if entries.len() < 2 {
                complaints.on(node, "a group needs at least two forms", "in these groups", "");
            }
            groups.push(entries);
        }
        Some(Matcher::Consistent { groups, preferred })
    }
}

pub(super) fn list_names(written: &str) -> impl Iterator<Item = &str> {
    written.split("{@").skip(1).filter_map(|rest| rest.split('}').next())
}

pub(super) fn phrase_help(error: &PhraseError) -> &'static str {
    match error {
        PhraseError::UnknownLemma(_) => "list the forms instead: {wug|wugs}",
        PhraseError::UnknownList(_) => "a list is lists/<name>.txt in the pack, or rules/lists/<name>.txt",
        PhraseError::NoLiteral => "give at least one word of two letters or more that is not optional",
        _ => "",
    }
}
