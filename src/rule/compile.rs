//! From rule files to a [`RuleSet`], with every mistake drawn at its place.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;
use regex_syntax::hir::{Hir, HirKind};
use serde_saphyr::Spanned;

use super::condition::{Condition, Conditions};
use super::error::{RuleError, RuleErrors};
use super::files::{RuleFile, RuleFiles, list_entries};
use super::literal;
use super::pattern::{LazyRegex, PatternError};
use super::phrase::{Alternative, Phrase, PhraseError};
use super::schema::{
    CaseYaml, ConditionYaml, ExampleYaml, FixSpec, FixYaml, MatchYaml, PackDefaults, PackYaml, PhrasesYaml,
    RuleYaml, TokenYaml,
};
use super::template::{Slot, Template};
use super::tokens::{Element, Test, TokenList, TokenPattern};
use super::view::fold;
use super::{Example, FixPlan, Matcher, Pack, PhraseEntry, Preferred, RegexMatcher, Rule, RuleSet};
use crate::diagnostic::{Applicability, Severity};
use crate::lexicon::{Lexicon, Pos, PosSet};

/// Largest rule file, in bytes.
const MAX_FILE: usize = 4 << 20;

/// A regex literal expected more often than this, per million words, is no use to search for.
const TOO_COMMON: f32 = 15_000.0;

/// Loads all rules of `files`.
///
/// # Errors
/// Every mistake in every file; a set with a mistake in it is not loaded at all.
pub fn load(files: &RuleFiles) -> Result<RuleSet, RuleErrors> {
    let documents = AtomicUsize::new(0);
    let loader = || Loader {
        files,
        lexicon: Lexicon::embedded(),
        errors: Vec::new(),
        lists: HashMap::new(),
        documents: &documents,
    };
    let mut first = loader();
    let packs = first.packs();
    let paths: Vec<(&str, &RuleFile)> = files.iter().collect();
    let loaded: Vec<(Option<Rule>, Vec<RuleError>)> = paths
        .par_iter()
        .map(|(path, file)| {
            let mut loader = loader();
            let rule = loader.rule_path(path, file).and_then(|(pack, name)| {
                let defaults =
                    packs.get(pack.as_str()).map(|(yaml, _)| yaml.defaults.clone()).unwrap_or_default();
                loader.rule(&format!("{pack}/{name}"), &pack, file, &defaults)
            });
            (rule, loader.errors)
        })
        .collect();
    let (rules, errors): (Vec<_>, Vec<_>) = loaded.into_iter().unzip();
    let errors: Vec<RuleError> = first.errors.into_iter().chain(errors.into_iter().flatten()).collect();
    if !errors.is_empty() {
        return Err(RuleErrors(errors));
    }
    let mut rules: Vec<Rule> = rules.into_iter().flatten().collect();
    rules.sort_by(|a, b| a.id.cmp(&b.id));
    let packs = packs
        .into_iter()
        .map(|(name, (yaml, _))| Pack {
            title: yaml.title.unwrap_or_else(|| name.to_owned()),
            description: yaml.description.unwrap_or_default(),
            name: name.to_owned(),
        })
        .collect();
    Ok(RuleSet::new(rules, packs, documents.into_inner()))
}

/// Compiles the rules of one file at a time; each thread has its own.
struct Loader<'f> {
    files: &'f RuleFiles,
    lexicon: &'static Lexicon,
    errors: Vec<RuleError>,
    /// Word lists as phrases see them, by pack, name and case.
    lists: HashMap<(String, String, bool), Arc<[Alternative]>>,
    /// Document-wide conditions met so far by all threads; each takes the next number.
    documents: &'f AtomicUsize,
}

/// Collects the mistakes of one file.
struct Complaints<'f> {
    file: &'f RuleFile,
    errors: Vec<RuleError>,
}

impl Complaints<'_> {
    fn at(&mut self, span: Range<usize>, message: impl Into<String>, label: &str, help: impl Into<String>) {
        self.errors.push(RuleError {
            path: self.file.shown.clone(),
            text: self.file.text.clone(),
            span,
            message: message.into(),
            label: label.to_owned(),
            help: help.into(),
        });
    }

    fn on<T>(&mut self, node: &Spanned<T>, message: impl Into<String>, label: &str, help: impl Into<String>) {
        let span = place(node);
        self.at(span, message, label, help);
    }
}

/// Byte range of a YAML node.
fn place<T>(node: &Spanned<T>) -> Range<usize> {
    let span = node.referenced.span();
    let start = span.byte_offset().unwrap_or(0) as usize;
    start..start + span.byte_len().unwrap_or(0) as usize
}

impl<'f> Loader<'f> {
    fn parse<T: serde::de::DeserializeOwned>(&mut self, file: &'f RuleFile) -> Option<T> {
        if file.text.len() > MAX_FILE {
            let mut complaints = Complaints { file, errors: Vec::new() };
            complaints.at(0..0, "the rule file is larger than 4 MiB", "", "split it into several rules");
            self.errors.append(&mut complaints.errors);
            return None;
        }
        match serde_saphyr::from_str::<T>(&file.text) {
            Ok(value) => Some(value),
            Err(error) => {
                let span = error.location().map_or(0..0, |l| {
                    let span = l.span();
                    let start = span.byte_offset().unwrap_or(0) as usize;
                    start..start + span.byte_len().unwrap_or(0) as usize
                });
                let message = error.without_snippet().to_string();
                let first = message.lines().next().unwrap_or_default();
                let message = first.split(" at line ").next().unwrap_or(first).to_owned();
                let help = "see `mtlint schema rule`, or copy a rule that works with `mtlint new rule`";
                let mut complaints = Complaints { file, errors: Vec::new() };
                complaints.at(span, message, "here", help);
                self.errors.append(&mut complaints.errors);
                None
            }
        }
    }

    fn packs(&mut self) -> BTreeMap<&'f str, (PackYaml, &'f RuleFile)> {
        let mut packs = BTreeMap::new();
        for (path, file) in self.files.iter() {
            let Some(pack) = path.strip_suffix("/pack.yml").filter(|p| !p.contains('/')) else { continue };
            if let Some(yaml) = self.parse::<PackYaml>(file) {
                packs.insert(pack, (yaml, file));
            }
        }
        packs
    }

    /// Pack and name of a rule file; `None` for other files. A misplaced file is a mistake.
    fn rule_path(&mut self, path: &str, file: &'f RuleFile) -> Option<(String, String)> {
        let name = path.strip_suffix(".yml").or_else(|| path.strip_suffix(".yaml"))?;
        let (pack, rule) = match name.split_once('/') {
            Some((pack, rule)) if !rule.contains('/') => (pack, rule),
            _ => ("", name),
        };
        if rule == "pack" {
            return None;
        }
        let kebab = |s: &str| {
            !s.is_empty() && s.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        };
        if kebab(pack) && kebab(rule) {
            return Some((pack.to_owned(), rule.to_owned()));
        }
        let mut complaints = Complaints { file, errors: Vec::new() };
        complaints.at(
            0..0,
            format!("“{path}” is not a place for a rule"),
            "",
            "a rule is <pack>/<rule>.yml, both in small letters, digits and hyphens",
        );
        self.errors.append(&mut complaints.errors);
        None
    }

    fn rule(&mut self, id: &str, pack: &str, file: &'f RuleFile, defaults: &PackDefaults) -> Option<Rule> {
        let yaml: RuleYaml = self.parse(file)?;
        let mut complaints = Complaints { file, errors: Vec::new() };
        let rule = self.compile(id, pack, file, defaults, &yaml, &mut complaints);
        let sound = complaints.errors.is_empty();
        self.errors.append(&mut complaints.errors);
        rule.filter(|_| sound)
    }

    fn compile(
        &mut self,
        id: &str,
        pack: &str,
        file: &RuleFile,
        defaults: &PackDefaults,
        yaml: &RuleYaml,
        complaints: &mut Complaints<'_>,
    ) -> Option<Rule> {
        let eager = !file.builtin;
        let examples = examples(yaml, complaints);
        let fixes = fixes(yaml, complaints);
        let mut tags = yaml.tags.clone().unwrap_or_default();
        tags.extend(defaults.tags.iter().cloned());
        tags.sort();
        tags.dedup();
        let matcher = self.matcher(pack, eager, &yaml.matching, &fixes, complaints)?;
        let template = template(&yaml.message, complaints)?;
        let names = names(&matcher);
        check_slots(&yaml.message, &template, &matcher, &names, complaints);
        if let Some(node) = &yaml.fix {
            check_fix(node, &fixes, &matcher, &names, complaints);
        }
        let fixes = if matches!(&matcher, Matcher::Consistent { .. }) {
            fixes.into_iter().map(|f| FixPlan { to: None, ..f }).collect()
        } else {
            fixes
        };
        Some(Rule {
            id: id.into(),
            message: yaml.message.value.clone(),
            why: yaml.why.clone().map(|w| w.trim().to_owned()),
            url: yaml.url.as_deref().map(Arc::from),
            severity: yaml.severity.or(defaults.severity).unwrap_or(Severity::Warning),
            source: yaml.source.clone().or_else(|| defaults.source.clone()).unwrap_or_default().0,
            mqm: yaml.mqm.clone().or_else(|| defaults.mqm.clone()),
            tags,
            examples,
            budget: yaml.budget,
            builtin: file.builtin,
            path: file.shown.clone(),
            template,
            matcher,
            conditions: self.conditions(&yaml.when, &yaml.unless, eager, complaints),
            fixes,
            priority: yaml.priority,
        })
    }

    fn matcher(
        &mut self,
        pack: &str,
        eager: bool,
        node: &Spanned<MatchYaml>,
        fixes: &[FixPlan],
        complaints: &mut Complaints<'_>,
    ) -> Option<Matcher> {
        let yaml = &node.value;
        let given = [
            yaml.phrases.is_some(),
            yaml.regex.is_some(),
            yaml.tokens.is_some(),
            yaml.repeat.is_some(),
            yaml.pair.is_some(),
            yaml.consistent.is_some(),
            yaml.acronym.is_some(),
        ];
        if given.iter().filter(|g| **g).count() != 1 {
            complaints.on(
                node,
                "`match` needs exactly one kind",
                "here",
                "give one of phrases, regex, tokens, repeat, pair, consistent, acronym",
            );
            return None;
        }
        if let (Some(compare), None) = (&yaml.where_, &yaml.regex) {
            complaints.on(compare, "`where` goes with `regex` only", "here", "remove it, or use a regex");
        }
        let exact = yaml.case == Some(CaseYaml::Exact);
        if let Some(phrases) = &yaml.phrases {
            return self.phrases(pack, exact, eager, phrases, complaints);
        }
        if let Some(regex) = &yaml.regex {
            return self.regex(regex, yaml.where_.as_ref(), eager, complaints);
        }
        if let Some(tokens) = &yaml.tokens {
            let elements: Vec<Element> = tokens
                .value
                .iter()
                .filter_map(|t| self.element(pack, exact, eager, t, &t.value, complaints))
                .collect();
            if elements.iter().all(|e| e.optional) {
                complaints.on(
                    tokens,
                    "every token is optional",
                    "here",
                    "at least one must stand in the text",
                );
                return None;
            }
            return Some(Matcher::Tokens(TokenPattern::new(elements, self.lexicon)));
        }
        if let Some(repeat) = &yaml.repeat {
            return Some(Matcher::Repeat { unit: repeat.of, ignore: repeat.ignore.clone() });
        }
        if let Some(pair) = &yaml.pair {
            let mut mark = |node: &Spanned<String>| {
                let mut chars = node.value.chars();
                let (first, more) = (chars.next(), chars.next());
                if first.is_none() || more.is_some() {
                    complaints.on(node, "a mark is one character", "here", "such as “ or )");
                }
                first
            };
            let (open, close) = (mark(&pair.open)?, mark(&pair.close)?);
            if open == close {
                complaints.on(
                    &pair.close,
                    "the marks are the same",
                    "here",
                    "an opening mark must differ from its closing one",
                );
            }
            return Some(Matcher::Pair { open, close });
        }
        if let Some(groups) = &yaml.consistent {
            return self.consistent(groups, yaml.case != Some(CaseYaml::Fold), fixes, complaints);
        }
        yaml.acronym.as_ref().map(|a| Matcher::Acronym { ignore: a.ignore.clone() })
    }

    fn phrases(
        &mut self,
        pack: &str,
        exact: bool,
        eager: bool,
        yaml: &PhrasesYaml,
        complaints: &mut Complaints<'_>,
    ) -> Option<Matcher> {
        let mut entries = Vec::new();
        for (key, value) in &yaml.0 {
            let spec = &value.value.0;
            let phrase = match self.phrase(pack, &key.value, exact) {
                Ok(phrase) => phrase,
                Err(error) => {
                    let help = phrase_help(&error);
                    complaints.on(key, error.to_string(), "in this phrase", help);
                    continue;
                }
            };
            let mut to = Vec::new();
            for text in spec.to.iter().flat_map(|t| &t.0) {
                match Template::parse(text) {
                    Ok(template) => {
                        self.check_correction(&template, &phrase, value, complaints);
                        to.push(template);
                    }
                    Err(error) => complaints.on(value, error.to_string(), "in this correction", ""),
                }
            }
            let message = spec.message.as_deref().map(Template::parse).transpose();
            let message = message.unwrap_or_else(|error| {
                complaints.on(value, error.to_string(), "in this message", "");
                None
            });
            let conditions = self.conditions(&spec.when, &spec.unless, eager, complaints);
            entries.push(PhraseEntry {
                written: key.value.clone(),
                phrase,
                to,
                safety: spec.safety,
                severity: spec.severity,
                message,
                conditions,
            });
        }
        Some(Matcher::Phrases(entries))
    }

    fn phrase(&mut self, pack: &str, written: &str, exact: bool) -> Result<Phrase, PhraseError> {
        let (files, lists) = (self.files, &mut self.lists);
        // Lists are read once for each pack and case, whatever the number of phrases that name them.
        for name in list_names(written) {
            let key = (pack.to_owned(), name.to_owned(), exact);
            if let (false, Some(file)) = (lists.contains_key(&key), files.list(pack, name)) {
                let mut entries: Vec<Alternative> =
                    list_entries(&file.text).map(|e| Alternative::plain(e, exact)).collect();
                entries.sort_by_key(|a| std::cmp::Reverse(a.text.len()));
                lists.insert(key, entries.into());
            }
        }
        let list = |name: &str| lists.get(&(pack.to_owned(), name.to_owned(), exact)).cloned();
        Phrase::new(written, exact, self.lexicon, &list)
    }

    /// Slots of a correction: numbered groups that exist, and lemmas with an inflected group to follow.
    fn check_correction<T>(
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

    fn regex(
        &mut self,
        node: &Spanned<String>,
        compare: Option<&Spanned<String>>,
        eager: bool,
        complaints: &mut Complaints<'_>,
    ) -> Option<Matcher> {
        let regex = self.pattern(node, false, eager, complaints)?;
        let hir = regex_syntax::parse(&node.value).ok()?;
        if hir.properties().minimum_len() == Some(0) {
            complaints.on(
                node,
                PatternError::MatchesEmpty.to_string(),
                "here",
                "require at least one character",
            );
        }
        let lexicon = self.lexicon;
        let cost = |literal: &str| expected(lexicon, literal);
        let literals = literal::required(&hir, &cost)
            .filter(|set| set.iter().map(|l| cost(l)).sum::<f32>() < TOO_COMMON);
        let compare = compare.and_then(|c| comparison(c, &node.value, complaints));
        let mut names = Vec::new();
        capture_names(&hir, &mut names);
        let groups = hir.properties().explicit_captures_len();
        Some(Matcher::Regex(RegexMatcher { regex, names, groups, compare, literals }))
    }

    fn pattern(
        &self,
        node: &Spanned<String>,
        whole: bool,
        eager: bool,
        complaints: &mut Complaints<'_>,
    ) -> Option<LazyRegex> {
        let pattern =
            if whole { LazyRegex::whole(&node.value, eager) } else { LazyRegex::new(&node.value, eager) };
        pattern
            .map_err(|error| complaints.on(node, format!("bad pattern: {error}"), "in this pattern", ""))
            .ok()
    }

    fn element(
        &mut self,
        pack: &str,
        exact: bool,
        eager: bool,
        node: &Spanned<TokenYaml>,
        yaml: &TokenYaml,
        complaints: &mut Complaints<'_>,
    ) -> Option<Element> {
        let alternatives = |text: &Option<String>| -> Vec<String> {
            text.iter().flat_map(|t| t.split('|')).map(|t| t.trim().to_owned()).collect()
        };
        let mut tags = |pattern: &Option<String>| -> Option<PosSet> {
            let pattern = pattern.as_ref()?;
            let set = pos_set(pattern);
            if set.is_none() {
                complaints.on(
                    node,
                    format!("no part of speech matches “{pattern}”"),
                    "in this token",
                    "Penn tags: NN NNS NNP VB VBD VBG VBN VBP VBZ MD JJ JJR JJS RB IN DT PRP PRP$ CC CD TO WDT WP WRB …",
                );
            }
            set
        };
        let (pos, may, never) = (tags(&yaml.pos), tags(&yaml.may), tags(&yaml.never));
        let list = match &yaml.list {
            None => None,
            Some(name) => match self.files.list(pack, name) {
                Some(file) => Some(Arc::new(TokenList::new(list_entries(&file.text)))),
                None => {
                    complaints.on(
                        node,
                        format!("there is no word list “{name}”"),
                        "in this token",
                        format!("make {pack}/lists/{name}.txt with one entry a line"),
                    );
                    None
                }
            },
        };
        let regex = yaml.regex.as_ref().and_then(|pattern| {
            LazyRegex::whole(pattern, eager)
                .map_err(|error| complaints.on(node, format!("bad pattern: {error}"), "in this token", ""))
                .ok()
        });
        let test = Test {
            text: alternatives(&yaml.text).iter().map(|t| fold(t, exact)).collect(),
            exact,
            lemma: alternatives(&yaml.lemma),
            pos,
            may,
            never,
            list,
            regex,
            shape: yaml.shape,
            known: yaml.known,
        };
        let not = match &yaml.not {
            Some(not) => Some(Box::new(self.element(pack, exact, eager, node, not, complaints)?)),
            None => None,
        };
        Some(Element {
            test,
            not,
            optional: yaml.optional,
            skip: yaml.skip.min(20),
            at: yaml.at,
            space: yaml.space,
            name: yaml.name.as_deref().map(Arc::from),
            mark: yaml.mark,
        })
    }

    fn consistent(
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
        let mut groups = Vec::new();
        for forms in &node.value {
            let mut entries = Vec::new();
            for form in forms {
                match self.phrase("", form, exact) {
                    Ok(phrase) => {
                        entries.push(PhraseEntry {
                            written: form.clone(),
                            phrase,
                            to: Vec::new(),
                            safety: None,
                            severity: None,
                            message: None,
                            conditions: Conditions::default(),
                        });
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

    fn conditions(
        &mut self,
        when: &[ConditionYaml],
        unless: &[ConditionYaml],
        eager: bool,
        complaints: &mut Complaints<'_>,
    ) -> Conditions {
        let mut compile =
            |all: &[ConditionYaml]| all.iter().map(|c| self.condition(c, eager, complaints)).collect();
        Conditions { when: compile(when), unless: compile(unless) }
    }

    fn condition(&mut self, yaml: &ConditionYaml, eager: bool, complaints: &mut Complaints<'_>) -> Condition {
        let mut pattern = |node: &Option<Spanned<String>>| {
            node.as_ref().and_then(|n| self.pattern(n, false, eager, complaints))
        };
        let (before, after) = (pattern(&yaml.before), pattern(&yaml.after));
        let (matched, sentence, document) =
            (pattern(&yaml.matched), pattern(&yaml.sentence), pattern(&yaml.document));
        let document = document.map(|pattern| (self.documents.fetch_add(1, Ordering::Relaxed), pattern));
        let mut tags = |node: &Option<Spanned<String>>| {
            let node = node.as_ref()?;
            let set = pos_set(&node.value);
            if set.is_none() {
                complaints.on(
                    node,
                    "no part of speech matches this pattern",
                    "here",
                    "use Penn tags such as NN or VB[DZ]",
                );
            }
            set
        };
        let lemmas = |text: &Option<String>| -> Vec<String> {
            text.iter().flat_map(|t| t.split('|')).map(|t| t.trim().to_owned()).collect()
        };
        Condition {
            before,
            after,
            matched,
            sentence,
            document,
            inside: yaml.inside,
            at: yaml.at,
            lemma_before: lemmas(&yaml.lemma_before),
            lemma_after: lemmas(&yaml.lemma_after),
            pos_before: tags(&yaml.pos_before),
            pos_after: tags(&yaml.pos_after),
        }
    }
}

/// Names of the groups of a pattern, without compiling it.
fn capture_names(hir: &Hir, names: &mut Vec<String>) {
    match hir.kind() {
        HirKind::Capture(capture) => {
            names.extend(capture.name.as_deref().map(str::to_owned));
            capture_names(&capture.sub, names);
        }
        HirKind::Repetition(repetition) => capture_names(&repetition.sub, names),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            parts.iter().for_each(|p| capture_names(p, names));
        }
        HirKind::Empty | HirKind::Literal(_) | HirKind::Class(_) | HirKind::Look(_) => {}
    }
}

/// How often per million words a literal of a regex is expected: letters by their word's frequency, marks by a guess
/// from counts in English prose.
fn expected(lexicon: &Lexicon, literal: &str) -> f32 {
    let words = literal.split(|c: char| !c.is_alphanumeric()).filter(|w| w.len() > 1);
    let rarest = words.map(|w| lexicon.frequency(w).max(0.5)).fold(f32::INFINITY, f32::min);
    if rarest.is_finite() {
        // Part of a word stands in other words too.
        let letters = literal.chars().filter(|c| c.is_alphabetic()).count();
        let spread = if letters <= 3 {
            8_000.0
        } else if letters == 4 {
            500.0
        } else {
            0.0
        };
        let bounded = literal.starts_with(|c: char| !c.is_alphanumeric())
            && literal.ends_with(|c: char| !c.is_alphanumeric());
        return if bounded { rarest } else { rarest + spread };
    }
    literal
        .chars()
        .map(|c| match c {
            ' ' => 1_000_000.0,
            ',' | '.' => 60_000.0,
            '’' | '\'' => 12_000.0,
            '"' | '“' | '”' | '-' => 10_000.0,
            '(' | ')' | ':' | ';' | '?' | '–' | '—' => 4_000.0,
            c if c.is_ascii_digit() => 8_000.0,
            c if c.is_alphabetic() => 200_000.0,
            _ => 100.0,
        })
        .fold(f32::INFINITY, f32::min)
}

fn list_names(written: &str) -> impl Iterator<Item = &str> {
    written.split("{@").skip(1).filter_map(|rest| rest.split('}').next())
}

fn phrase_help(error: &PhraseError) -> &'static str {
    match error {
        PhraseError::UnknownLemma(_) => "list the forms instead: {wug|wugs}",
        PhraseError::UnknownList(_) => "a list is lists/<name>.txt in the pack, or rules/lists/<name>.txt",
        PhraseError::NoLiteral => "give at least one word of two letters or more that is not optional",
        _ => "",
    }
}

fn template(node: &Spanned<String>, complaints: &mut Complaints<'_>) -> Option<Template> {
    if node.value.trim().is_empty() {
        complaints.on(node, "the message is empty", "here", "say in one line what is wrong");
    }
    Template::parse(&node.value).map_err(|error| complaints.on(node, error.to_string(), "here", "")).ok()
}

/// Names that a template of the rule may use.
fn names(matcher: &Matcher) -> Vec<String> {
    match matcher {
        Matcher::Regex(m) => m.names.clone(),
        Matcher::Tokens(p) => {
            p.elements.iter().filter_map(|e| e.name.as_deref().map(str::to_owned)).collect()
        }
        Matcher::Repeat { .. } => vec!["once".to_owned()],
        Matcher::Acronym { .. } => ["acronym", "expansion", "initials"].map(str::to_owned).to_vec(),
        Matcher::Phrases(_) | Matcher::Pair { .. } | Matcher::Consistent { .. } => Vec::new(),
    }
}

fn check_slots<T>(
    node: &Spanned<T>,
    template: &Template,
    matcher: &Matcher,
    names: &[String],
    complaints: &mut Complaints<'_>,
) {
    let groups = match matcher {
        Matcher::Phrases(entries) => entries.iter().map(|e| e.phrase.groups).max().unwrap_or(0),
        Matcher::Regex(m) => m.groups,
        _ => 0,
    };
    for slot in template.slots() {
        let unknown = match slot {
            Slot::Match | Slot::Fix => None,
            Slot::Number(n) => (*n > groups).then(|| n.to_string()),
            Slot::Name(name) => (!names.contains(name)).then(|| name.clone()),
        };
        if let Some(name) = unknown {
            let known = if names.is_empty() {
                "{0} and {fix}".to_owned()
            } else {
                format!("{{0}}, {{fix}}, {{{}}}", names.join("}, {"))
            };
            complaints.on(
                node,
                format!("nothing is captured as {{{name}}}"),
                "in this template",
                format!("there is {known}"),
            );
        }
    }
}

fn check_fix(
    node: &Spanned<FixYaml>,
    fixes: &[FixPlan],
    matcher: &Matcher,
    names: &[String],
    complaints: &mut Complaints<'_>,
) {
    for fix in fixes {
        let Some(to) = &fix.to else {
            if !matches!(matcher, Matcher::Phrases(_) | Matcher::Consistent { .. }) {
                complaints.on(node, "the fix has no replacement", "here", "add `to`, or say `fix: none`");
            }
            continue;
        };
        if !matches!(matcher, Matcher::Consistent { .. }) {
            check_slots(node, to, matcher, names, complaints);
            if to.slots().any(|s| *s == Slot::Fix) {
                complaints.on(node, "{fix} cannot stand in a fix", "here", "");
            }
        }
    }
}

fn fixes(yaml: &RuleYaml, complaints: &mut Complaints<'_>) -> Vec<FixPlan> {
    let Some(node) = &yaml.fix else { return Vec::new() };
    let specs: &[FixSpec] = match &node.value {
        FixYaml::None => return Vec::new(),
        FixYaml::One(spec) => std::slice::from_ref(spec),
        FixYaml::Choices(specs) => specs,
    };
    let mut plan = |spec: &FixSpec| {
        let mut parse = |text: &str| {
            Template::parse(text).map_err(|error| complaints.on(node, error.to_string(), "here", "")).ok()
        };
        FixPlan {
            title: spec.title.as_deref().and_then(&mut parse),
            to: spec.to.as_ref().and_then(|t| parse(&t.value)),
            safety: spec.safety.unwrap_or(Applicability::Unsafe),
            case: spec.case,
            article: spec.article,
            quotes: spec.quotes,
        }
    };
    specs.iter().map(&mut plan).collect()
}

fn examples(yaml: &RuleYaml, complaints: &mut Complaints<'_>) -> Vec<Example> {
    let help = "add at least one `bad` (with `good` where there is a fix) and one `ok`, a near miss";
    let Some(nodes) = &yaml.examples else {
        complaints.at(0..0, "the rule has no examples", "", help);
        return Vec::new();
    };
    let mut all = Vec::new();
    for node in &nodes.value {
        let ExampleYaml { bad, good, ok, note: _ } = &node.value;
        match (bad, good, ok) {
            (Some(bad), good, None) => all.push(Example::Bad { bad: bad.clone(), good: good.clone() }),
            (None, None, Some(ok)) => all.push(Example::Ok(ok.clone())),
            _ => complaints.on(node, "an example is either `bad` (with `good`) or `ok`", "here", ""),
        }
    }
    let bad = all.iter().any(|e| matches!(e, Example::Bad { .. }));
    let ok = all.iter().any(|e| matches!(e, Example::Ok(_)));
    if !bad || !ok {
        let what = if bad { "the rule has no `ok` example" } else { "the rule has no `bad` example" };
        complaints.on(nodes, what, "here", help);
    }
    all
}

/// `x == y` or `x != y` over the named groups of `pattern`.
fn comparison(
    node: &Spanned<String>,
    pattern: &str,
    complaints: &mut Complaints<'_>,
) -> Option<(String, String, bool)> {
    let parsed = ["==", "!="].iter().find_map(|op| {
        let (x, y) = node.value.split_once(op)?;
        Some((x.trim().to_owned(), y.trim().to_owned(), *op == "=="))
    });
    let Some((x, y, equal)) = parsed else {
        complaints.on(node, "`where` compares two captures", "here", "write `x == y` or `x != y`");
        return None;
    };
    for name in [&x, &y] {
        if !pattern.contains(&format!("<{name}>")) {
            complaints.on(
                node,
                format!("the pattern has no group named “{name}”"),
                "here",
                "name it with (?P<name>…)",
            );
        }
    }
    Some((x, y, equal))
}

/// The parts of speech whose name, or whose plain Penn name, matches `pattern` as a whole; `None` if there is none.
fn pos_set(pattern: &str) -> Option<PosSet> {
    // Tags are ASCII; without Unicode tables the pattern compiles in microseconds.
    let regex = regex::bytes::RegexBuilder::new(&format!("^(?:{pattern})$")).unicode(false).build().ok()?;
    let mut set = PosSet::EMPTY;
    for pos in Pos::all() {
        if regex.is_match(pos.name().as_bytes()) || regex.is_match(pos.plain().name().as_bytes()) {
            set.insert(pos);
        }
    }
    (!set.is_empty()).then_some(set)
}
