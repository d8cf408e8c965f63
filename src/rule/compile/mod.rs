//! From rule files to a [`RuleSet`], with every mistake drawn at its place.
//!
//! Here a rule is put together; the submodules compile its parts.

mod complaint;
mod conditions;
pub(crate) mod limits;
mod phrases;
mod regex;
mod templates;
mod tokens;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use rayon::prelude::*;
use serde_saphyr::Spanned;

use super::error::{RuleError, RuleErrors};
use super::files::{RuleFile, RuleFiles, list_entries};
use super::memory::GivenNames;
use super::parts::{Body, Details, FixPlan, Matcher};
use super::phrase::{Alternatives, folded};
use super::schema::{CaseYaml, MatchYaml, PackDefaults, PackYaml, RuleYaml};
use super::set::{Pack, Rule, RuleSet};
use super::stored::Stored;
use super::tokens::{Element, TokenList, TokenPattern};
use crate::diagnostic::Severity;
use crate::lexicon::Lexicon;
use crate::text::visible::is_web;
use crate::yaml;
use complaint::Complaints;
use limits::Count;
use templates::{check_fix, check_slots, examples, fixes, names, template};
pub(crate) use tokens::pos_set;

/// Compiles the rules of those `files` that are `wanted`, by their path and file, and the packs of these rules.
///
/// Document-wide conditions are numbered from `conditions` on.
///
/// # Errors
/// Every mistake in every file; a set with a mistake in it is not loaded at all.
pub(crate) fn compile(
    files: &RuleFiles,
    conditions: usize,
    wanted: impl Fn(&str, &RuleFile) -> bool,
) -> Result<RuleSet, RuleErrors> {
    let (compiled, listed) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let loader = || Loader {
        files,
        lexicon: Lexicon::embedded(),
        compiled: Count::new(&compiled, limits::COMPILED),
        listed: Count::new(&listed, limits::LISTED),
        errors: Vec::new(),
        lists: HashMap::new(),
        token_lists: HashMap::new(),
    };
    let paths: Vec<(&str, &RuleFile)> = files.iter().filter(|(path, file)| wanted(path, file)).collect();
    let mut first = loader();
    let packs = first.packs(&paths.iter().filter_map(|(path, _)| path.split('/').next()).collect());
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
    let too_much = if first.compiled.all_are_over() {
        let most = limits::COMPILED[1] >> 20;
        let what = format!("the patterns of all rules together are larger than {most} MiB when compiled");
        Some((what, "load fewer rules, or use fewer repetitions in their patterns"))
    } else if first.listed.all_are_over() {
        let most = limits::LISTED[1];
        let what = format!(
            "the word lists that the phrases and tokens of all rules name have together more than {most} entries"
        );
        Some((what, "load fewer rules, or name long lists in fewer phrases"))
    } else {
        None
    };
    let mut errors: Vec<RuleError> = first.errors.into_iter().chain(errors.into_iter().flatten()).collect();
    if let Some((message, help)) = too_much {
        // Which rule was the last that had room is for the threads to say, so none is named.
        errors = vec![RuleError {
            path: paths.first().map(|(_, file)| file.shown.clone().into_owned()).unwrap_or_default(),
            text: "".into(),
            span: 0..0,
            message,
            label: String::new(),
            help: help.to_owned(),
        }];
    }
    if !errors.is_empty() {
        return Err(RuleErrors(errors));
    }
    let mut rules: Vec<Rule> = rules.into_iter().flatten().collect();
    let mut next = conditions;
    rules.iter_mut().for_each(|rule| number_conditions(rule, &mut next));
    let packs = packs
        .into_iter()
        .map(|(name, (yaml, _))| Pack {
            title: yaml.title.unwrap_or_else(|| name.to_owned()),
            description: yaml.description.unwrap_or_default(),
            name: name.to_owned(),
        })
        .collect();
    Ok(RuleSet::new(rules, packs, next))
}

/// Gives each document-wide condition of the rule the next number.
fn number_conditions(rule: &mut Rule, next: &mut usize) {
    let Some(body) = rule.body.get_mut() else { return };
    body.conditions.number(next);
    if let Matcher::Phrases(entries) = &mut body.matcher {
        entries.iter_mut().filter_map(Stored::get_mut).for_each(|entry| entry.conditions.number(next));
    }
}

/// Compiles the rules of one file at a time; each thread has its own.
struct Loader<'f> {
    files: &'f RuleFiles,
    lexicon: &'static Lexicon,
    errors: Vec<RuleError>,
    compiled: Count<'f>,
    listed: Count<'f>,
    /// Word lists as phrases see them, by pack, name and case.
    lists: HashMap<(String, String, bool), Arc<Alternatives>>,
    /// Word lists as tokens see them, by pack and name.
    token_lists: HashMap<(String, String), Arc<TokenList>>,
}

impl<'f> Loader<'f> {
    fn parse<T: serde::de::DeserializeOwned>(&mut self, file: &'f RuleFile) -> Option<T> {
        if file.text.len() > limits::FILE {
            let what = format!("the rule file is larger than {} MiB", limits::FILE >> 20);
            self.complain(file, 0..0, what, "", "split it into several rules");
            return None;
        }
        match yaml::read::<T>(&file.text, 0) {
            Ok(value) => Some(value),
            Err(error) => {
                let help = "see `mtlint schema rule`, or copy a rule that works with `mtlint new rule`";
                self.complain(file, error.span, error.what, "here", help);
                None
            }
        }
    }

    fn complain(
        &mut self,
        file: &'f RuleFile,
        span: std::ops::Range<usize>,
        what: String,
        label: &str,
        help: &str,
    ) {
        let mut complaints = Complaints::new(file);
        complaints.at(span, what, label, help);
        self.errors.append(&mut complaints.into_errors());
    }

    /// What the packs of these names say of themselves.
    fn packs(&mut self, wanted: &BTreeSet<&str>) -> BTreeMap<&'f str, (PackYaml, &'f RuleFile)> {
        let mut packs = BTreeMap::new();
        for (path, file) in self.files.iter() {
            let Some(pack) = path.strip_suffix("/pack.yml").filter(|p| wanted.contains(p)) else { continue };
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
        let help = "a rule is <pack>/<rule>.yml, both in small letters, digits and hyphens";
        self.complain(file, 0..0, format!("“{path}” is not a place for a rule"), "", help);
        None
    }

    fn rule(&mut self, id: &str, pack: &str, file: &'f RuleFile, defaults: &PackDefaults) -> Option<Rule> {
        let yaml: RuleYaml = self.parse(file)?;
        let mut complaints = Complaints::new(file);
        let rule = self.compile(id, pack, file, defaults, &yaml, &mut complaints);
        let sound = complaints.is_empty();
        self.errors.append(&mut complaints.into_errors());
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
        if let Some(budget) = yaml.budget.as_ref().filter(|b| !(b.value.is_finite() && b.value >= 0.0)) {
            let help = "write how many findings are allowed per 100,000 words";
            complaints.on(budget, "the budget is no number of findings", "here", help);
        }
        if let Some(url) = yaml.url.as_ref().filter(|url| !is_web(&url.value)) {
            let help = "write one that begins with https:// or http://, and %20 and the like for blanks \
                        and what is not ASCII";
            complaints.on(url, "`url` is no address of a page on the web", "here", help);
        }
        let source = yaml.source.clone().or_else(|| defaults.source.clone()).unwrap_or_default().0;
        let is_code =
            |code: &String| (2..=3).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_lowercase());
        if let Some(code) = source.iter().find(|code| !is_code(code)) {
            let what = format!("“{code}” is no code of a language");
            complaints.at(0..0, what, "", "write `source` as a code of two or three letters, such as `fr`");
        }
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
        let conditions = self.conditions(&yaml.when, &yaml.unless, eager, complaints);
        let details = Details {
            message: yaml.message.value.clone(),
            why: yaml.why.clone().map(|w| w.trim().to_owned()),
            mqm: yaml.mqm.clone().or_else(|| defaults.mqm.clone()),
            tags,
            examples,
            budget: yaml.budget.as_ref().map(|budget| budget.value),
            path: file.shown.clone().into_owned(),
        };
        let url = yaml.url.as_ref().map(|url| Arc::from(url.value.as_str()));
        Some(Rule {
            id: id.into(),
            severity: yaml.severity.or(defaults.severity).unwrap_or(Severity::Warning),
            source,
            builtin: file.builtin,
            priority: yaml.priority,
            waits: conditions.translated,
            body: Body { template, url, conditions, fixes, matcher }.into(),
            details: details.into(),
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
            yaml.broken_paragraph.is_some(),
            yaml.border.is_some(),
            yaml.name_variant.is_some(),
            yaml.gender.is_some(),
        ];
        if given.iter().filter(|g| **g).count() != 1 {
            complaints.on(
                node,
                "`match` needs exactly one kind",
                "here",
                "give one of phrases, regex, tokens, repeat, pair, consistent, acronym, broken-paragraph, border, name-variant, gender",
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
            if !limits::check(tokens, tokens.value.len(), limits::TOKENS, "tokens", complaints) {
                return None;
            }
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
            let mut marked = elements.iter().filter(|e| e.mark).peekable();
            if marked.peek().is_some() && marked.all(|e| e.optional) {
                complaints.on(
                    tokens,
                    "every marked token is optional",
                    "here",
                    "at least one must stand in every match: where none does, there is nothing to mark",
                );
                return None;
            }
            return Some(Matcher::Tokens(TokenPattern::new(elements, self.lexicon)));
        }
        if let Some(repeat) = &yaml.repeat {
            limits::check(node, repeat.ignore.len(), limits::IGNORED, "words to ignore", complaints);
            let ignore = repeat.ignore.iter().map(|word| folded(word, false)).collect();
            return Some(Matcher::Repeat { unit: repeat.of, ignore });
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
        if yaml.broken_paragraph.is_some() {
            return Some(Matcher::BrokenParagraph);
        }
        if yaml.border.is_some() {
            return Some(Matcher::LinkBorder);
        }
        if yaml.name_variant.is_some() {
            return Some(Matcher::NameVariant);
        }
        if let Some(gender) = &yaml.gender {
            let mut names = |node: &Spanned<String>| {
                let list = self.files.list(pack, &node.value);
                if list.is_none() {
                    let help = "a list is lists/<name>.txt in the pack, or rules/lists/<name>.txt";
                    complaints.on(node, format!("there is no word list “{}”", node.value), "here", help);
                }
                let file = list.filter(|file| self.may_name(file, node, complaints))?;
                Some(list_entries(&file.text).map(str::to_owned).collect())
            };
            let (female, male) = (names(&gender.female), names(&gender.male));
            return Some(Matcher::Gender(GivenNames { female: female?, male: male? }));
        }
        let acronym = yaml.acronym.as_ref()?;
        limits::check(node, acronym.ignore.len(), limits::IGNORED, "acronyms to ignore", complaints);
        Some(Matcher::Acronym { ignore: acronym.ignore.clone() })
    }

    /// Whether a word list has no more than it may, and the rule may name one more; a complaint at `node`, which names
    /// it, if not.
    fn may_name<T>(&mut self, file: &RuleFile, node: &Spanned<T>, complaints: &mut Complaints<'_>) -> bool {
        if self.listed.is_over() || self.listed.all_are_over() {
            return false;
        }
        let long = |line: &str| line.len() > limits::ENTRY;
        let is_large = file.text.len() > limits::FILE;
        let entries = if is_large { 0 } else { list_entries(&file.text).count() };
        // Comments take time too.
        self.listed.add(entries.max(file.text.len() / limits::ENTRY));
        let what = if is_large {
            format!("the word list {} is larger than {} MiB", file.shown, limits::FILE >> 20)
        } else if entries > limits::ENTRIES {
            format!("the word list {} is longer than {} entries", file.shown, limits::ENTRIES)
        } else if let Some((line, _)) =
            (1..).zip(file.text.lines()).find(|(_, line)| list_entries(line).any(long))
        {
            let most = limits::ENTRY;
            format!(
                "the word list {} is at fault: the entry in line {line} is longer than {most} bytes",
                file.shown
            )
        } else if self.listed.is_over() {
            let most = limits::LISTED[0];
            format!("up to here the word lists that the rule names have more than {most} entries")
        } else {
            return true;
        };
        complaints.on(node, what, "named here", "");
        false
    }
}
