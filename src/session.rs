//! The whole engine for one text: takes text, gives values. No I/O, no output, shared by all threads.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, OnceLock};

use crate::accept::Accepted;
use crate::cache::{Key, PROGRAM, TextCache, key};
use crate::diagnostic::{self, Applicability, Diagnostic, Severity};
use crate::document::{Document, Segment};
pub use crate::examined::{Examined, Guess};
use crate::fingerprint::Fingerprints;
pub use crate::fix::policy::QuotePolicy;
use crate::fix::{self, FixError, Fixed, correction};
use crate::format::{self, FieldError, Fields, Format};
use crate::grammar::{Grammar, GrammarFinding};
use crate::lexicon::Lexicon;
use crate::limit::{Excess, MAX_FINDINGS, Unread};
use crate::rule::evidence::Known as Verdict;
use crate::rule::find::{self, Before, Prefilters};
use crate::rule::view::{DocumentView, SegmentView};
use crate::rule::{Recall, Rule, RuleFiles, RuleSet};
use crate::source::Source;
use crate::span::{SpanSet, Src};
use crate::suppress::{self, Standing};
use crate::text::quotation::{dominant_quotes, written_quotes};
use crate::unfinished;

/// Names rules: `pack/rule`, `pack`, `tag:calque`, or `all`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Selector(String);

/// Why a text is no selector.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "“{0}” selects no rules: write a rule id (typography/doubled-quote), a pack (typography) or a tag (tag:calque)"
)]
pub struct SelectorError(String);

impl FromStr for Selector {
    type Err = SelectorError;

    fn from_str(text: &str) -> Result<Self, SelectorError> {
        let text = text.trim();
        let fine = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '/' | ':');
        if text.is_empty() || !text.chars().all(fine) || text.starts_with('/') || text == "tag:" {
            return Err(SelectorError(text.to_owned()));
        }
        Ok(Self(text.trim_end_matches('/').to_owned()))
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Selector {
    /// Whether the selector names the rule.
    pub fn selects(&self, rule: &Rule) -> bool {
        match self.0.strip_prefix("tag:") {
            Some(tag) => rule.has_tag(tag),
            None => self.selects_id(&rule.id),
        }
    }

    /// Whether the selector names the id, tags left aside; for findings of the grammar checker.
    pub fn selects_id(&self, id: &str) -> bool {
        self.0 == "all"
            || self.0 == id
            || id.strip_prefix(self.0.as_str()).is_some_and(|rest| rest.starts_with('/'))
    }

    /// Makes sure that there is something of that name.
    ///
    /// # Errors
    /// [`SettingsError::UnknownRule`] if the selector names no rule of `rules` and no grammar.
    pub fn names_some_of(&self, rules: &RuleSet) -> Result<(), SettingsError> {
        if self.is_grammar()
            || self.is_of_comments()
            || self.0 == "all"
            || rules.rules().iter().any(|r| self.selects(r))
        {
            return Ok(());
        }
        Err(SettingsError::UnknownRule { selector: self.0.clone(), suggestion: nearest(rules, &self.0) })
    }

    fn is_grammar(&self) -> bool {
        self.0 == "grammar" || self.0.starts_with("grammar/")
    }

    /// Whether it names what is said about comments.
    fn is_of_comments(&self) -> bool {
        [suppress::PACK, suppress::UNUSED, suppress::MALFORMED].contains(&self.0.as_str())
    }
}

/// What a session does with its rules.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Settings {
    /// Rules to run; empty: all.
    pub select: Vec<Selector>,
    /// Rules not to run; wins over `select`.
    pub ignore: Vec<Selector>,
    /// Severities that override the rules' own; `None`: off. The last that fits counts.
    pub severity: Vec<(Selector, Option<Severity>)>,
    /// Findings below it are left out.
    pub min_severity: Severity,
    /// Fields of JSON whose texts are read, as [`format::Field`] writes them; empty: [`format::DEFAULT_FIELDS`].
    pub fields: Vec<String>,
    /// Language the text was translated from: rules for other languages do not run. `None`: all run.
    pub source_language: Option<String>,
    /// The text is known to be a translation: rules with the condition `translated` need no evidence for it.
    /// So it is with a source language.
    pub translated: bool,
    /// What becomes of fixes between quotation marks.
    pub quotes: QuotePolicy,
    /// Words and names in which nothing is found; see [`crate::accept`].
    pub accept: Vec<Arc<str>>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            select: Vec::new(),
            ignore: Vec::new(),
            severity: Vec::new(),
            min_severity: Severity::Info,
            fields: Vec::new(),
            source_language: None,
            translated: false,
            quotes: QuotePolicy::Suggest,
            accept: Vec::new(),
        }
    }
}

/// Why settings do not fit the rules.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// A selector names nothing.
    #[error("no rule, pack or tag is called “{selector}”{}", suggestion.as_ref().map(|s| format!("; did you mean “{s}”?")).unwrap_or_default())]
    UnknownRule {
        /// The selector.
        selector: String,
        /// The nearest name, if one is near.
        suggestion: Option<String>,
    },
    /// A field is none.
    #[error(transparent)]
    Field(#[from] FieldError),
}

/// Rules and grammar, ready to check any number of texts from any number of threads.
pub struct Session {
    rules: Arc<RuleSet>,
    grammar: Option<Arc<dyn Grammar>>,
    settings: Settings,
    fields: Fields,
    /// Made for the first text that is not known.
    prefilters: OnceLock<Prefilters>,
    lexicon: &'static Lexicon,
    active: Vec<bool>,
    /// Made for the first comment: what the name of a rule, a pack or a tag stands for.
    names: OnceLock<HashMap<String, Standing>>,
    accepted: Option<Accepted>,
    known: Option<Known>,
    max_findings: usize,
}

/// What earlier runs found in whole texts.
struct Known {
    cache: Arc<TextCache>,
    /// Stands for all that findings depend on beside the text: program, rules, settings.
    state: Key,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("active_rules", &self.active_rules()).finish_non_exhaustive()
    }
}

impl Session {
    /// A session over `rules`, and `grammar` if it is wanted.
    ///
    /// # Errors
    /// [`SettingsError`] if a selector or a field of `settings` names nothing.
    pub fn new(
        rules: Arc<RuleSet>,
        grammar: Option<Arc<dyn Grammar>>,
        settings: Settings,
    ) -> Result<Self, SettingsError> {
        let named =
            settings.select.iter().chain(&settings.ignore).chain(settings.severity.iter().map(|(s, _)| s));
        for selector in named {
            selector.names_some_of(&rules)?;
        }
        let fields = Fields::new(&settings.fields)?;
        let active: Vec<bool> = rules.rules().iter().map(|r| settings.runs(r)).collect();
        let lexicon = Lexicon::embedded();
        let grammar = grammar.filter(|_| {
            let selected =
                settings.select.is_empty() || settings.select.iter().any(|s| s.is_grammar() || s.0 == "all");
            selected && !settings.ignore.iter().any(|s| s.0 == "grammar" || s.0 == "all")
        });
        let accepted = Accepted::new(&settings.accept);
        Ok(Self {
            rules,
            grammar,
            settings,
            fields,
            prefilters: OnceLock::new(),
            lexicon,
            active,
            names: OnceLock::new(),
            accepted,
            known: None,
            max_findings: MAX_FINDINGS,
        })
    }

    /// The same, reading a text no further than to so many faults instead of [`MAX_FINDINGS`].
    #[must_use]
    pub fn reading_to(self, max_findings: usize) -> Self {
        Self { max_findings, ..self }
    }

    /// The same, looking up in `cache` what was found in a text, and remembering it there.
    ///
    /// `rules` are the files that the rules of the session were compiled from; its grammar is to be the built-in one.
    #[must_use]
    pub fn remembering(mut self, cache: Arc<TextCache>, rules: &RuleFiles) -> Self {
        let own: Vec<(&str, &str)> =
            rules.iter().filter(|(_, file)| !file.builtin).map(|(path, file)| (path, &*file.text)).collect();
        let state = key((PROGRAM, own, &self.settings, self.checks_grammar(), self.max_findings));
        self.known = Some(Known { cache, state });
        self
    }

    /// All rules, those included that do not run.
    pub fn rules(&self) -> &Arc<RuleSet> {
        &self.rules
    }

    /// How many rules run, grammar not counted.
    pub fn active_rules(&self) -> usize {
        self.active.iter().filter(|a| **a).count()
    }

    /// Whether grammar is checked.
    pub fn checks_grammar(&self) -> bool {
        self.grammar.is_some()
    }

    /// Whether all rules of that name (an id, a pack, `tag:x`, or `all`) are run.
    pub fn has_run(&self, name: &str) -> bool {
        suppress::Rules::standing(self, name) == Standing::Ran
    }

    /// Whether findings of every severity are shown.
    pub fn shows_all(&self) -> bool {
        self.settings.min_severity == Severity::Info
    }

    /// Everything found in `source`, sorted by place and rule.
    ///
    /// Of a text in which there is too much, everything up to the finding [`unfinished::UNFINISHED`], which is the last.
    pub fn check(&self, source: &Source, format: Format) -> Vec<Diagnostic> {
        self.examine(source, format).diagnostics
    }

    /// Everything found in `source`, and the language it seems to be translated from if none is set.
    pub fn examine(&self, source: &Source, format: Format) -> Examined {
        let Some(Known { cache, state }) = &self.known else { return self.examine_anew(source, format) };
        let key = key((state, format.as_str(), source.text(), source.layout()));
        cache.get(&key, source.text()).unwrap_or_else(|| {
            let examined = self.examine_anew(source, format);
            // A grammar that could not be loaded has found nothing, which is not to be remembered.
            if !self.grammar.as_ref().is_some_and(|grammar| grammar.has_failed()) {
                cache.put(key, &examined);
            }
            examined
        })
    }

    /// As [`Session::check`], for a text that is checked again and again while it is edited.
    ///
    /// `recall` knows what was found in its paragraphs, so that only those that have changed are searched. It may be
    /// shared with a session that has the same rules and settings, and none else.
    pub fn check_again(&self, source: &Source, format: Format, recall: &Recall) -> Vec<Diagnostic> {
        self.examine_with(source, format, Some(recall)).diagnostics
    }

    fn examine_anew(&self, source: &Source, format: Format) -> Examined {
        self.examine_with(source, format, None)
    }

    fn examine_with(&self, source: &Source, format: Format, recall: Option<&Recall>) -> Examined {
        let document = format::read_fields(source, format, &self.fields);
        let mut fingerprints = Fingerprints::default();
        let (mut found, guess, searched) = self.check_rules(&document, recall, &mut fingerprints);
        let accepted = self.accepted.as_ref().map(|accepted| accepted.places(&document));
        // Before grammar: what is accepted hides nothing else.
        if let Some(accepted) = &accepted {
            found.retain(|d| !accepted.hold(d.span));
        }
        let searched = match &self.grammar {
            Some(grammar) => {
                self.check_grammar(&document, searched, grammar.as_ref(), &mut fingerprints, &mut found)
            }
            None => searched,
        };
        if let Some(accepted) = &accepted {
            found.retain(|d| !accepted.hold(d.span));
        }
        let unheeded = suppress::apply(&document, self, &mut found);
        found.retain(|d| d.severity >= self.settings.min_severity);
        diagnostic::sort(&mut found);
        diagnostic::drop_covered(&mut found);
        let unsearched = document.segments.get(searched).map(|segment| Unread {
            from: segment.source_span().start,
            excess: Excess::Findings(self.max_findings),
        });
        if let Some(unread) = Unread::first(document.unread, Unread::first(unsearched, unheeded)) {
            unfinished::tell(unread, source, &mut found);
        }
        Examined { diagnostics: found, guess }
    }

    /// Fixes `source` with all fixes at or above `threshold`.
    ///
    /// # Errors
    /// [`FixError`] if rules undo each other, or the text is not read to its end; it is then to be left as it was.
    pub fn fix(&self, source: &Source, format: Format, threshold: Applicability) -> Result<Fixed, FixError> {
        self.fix_kept(source, format, threshold, |_, _| ())
    }

    /// The same for what `keep` leaves of the findings of each pass, which it gets with the text of that pass.
    ///
    /// # Errors
    /// [`FixError`] if rules undo each other, or the text is not read to its end; it is then to be left as it was.
    pub fn fix_kept(
        &self,
        source: &Source,
        format: Format,
        threshold: Applicability,
        keep: impl Fn(&Source, &mut Vec<Diagnostic>),
    ) -> Result<Fixed, FixError> {
        fix::fix(source, threshold, |source| {
            let mut diagnostics = self.check(source, format);
            if unfinished::is_unfinished(&diagnostics) {
                return Err(FixError::Unfinished);
            }
            keep(source, &mut diagnostics);
            Ok(diagnostics)
        })
    }

    fn check_rules(
        &self,
        document: &Document<'_>,
        recall: Option<&Recall>,
        fingerprints: &mut Fingerprints,
    ) -> (Vec<Diagnostic>, Option<Guess>, usize) {
        let prefilters = self.prefilters.get_or_init(|| Prefilters::new(&self.rules, self.active.clone()));
        let view = DocumentView::new(document, self.rules.document_conditions);
        let settled = self.settings.translated || self.settings.source_language.is_some();
        let verdict = if settled { Verdict::Translated } else { Verdict::Nothing };
        let before = Before { verdict, recall, most: self.max_findings };
        let found = find::hits(&self.rules, prefilters, &view, self.lexicon, before);
        let find::Outcome { hits, evidence, searched } = found;
        let guess = evidence.likeliest().filter(|_| !settled);
        let guess = guess.map(|(language, findings)| Guess { language: language.to_owned(), findings });
        let quotes = dominant_quotes(document.segments.iter().map(|s| &*s.text));
        let mut found = Vec::with_capacity(hits.len());
        let mut start = 0;
        while start < hits.len() {
            let segment = hits[start].segment;
            let end = start + hits[start..].partition_point(|h| h.segment == segment);
            let view = SegmentView::new(&document.segments[segment], self.lexicon);
            let quotes = written_quotes(view.text()).unwrap_or(quotes);
            let policy = self.settings.quotes;
            for hit in &hits[start..end] {
                let rule = &self.rules.rules()[hit.rule];
                let severity = self.settings.severity_of(rule);
                let fingerprint = fingerprints.next(&rule.id, segment, &document.segments[segment], hit.span);
                found.push(correction::diagnostic(
                    &self.rules,
                    hit,
                    document,
                    &view,
                    correction::Quotes { style: quotes, policy },
                    severity,
                    fingerprint,
                ));
            }
            start = end;
        }
        (found, guess, searched)
    }

    /// Adds what grammar finds in the first segments, as many as were searched; gives how many were checked.
    fn check_grammar(
        &self,
        document: &Document<'_>,
        searched: usize,
        grammar: &dyn Grammar,
        fingerprints: &mut Fingerprints,
        found: &mut Vec<Diagnostic>,
    ) -> usize {
        // What a rule of ours has found, it says better.
        let said = SpanSet::new(found.iter().map(|d| d.span));
        let mut most = self.max_findings;
        let segments = &document.segments[..searched];
        let mut checked = 0;
        for row in rows(segments) {
            let blocks: Vec<&str> = row.iter().map(|segment| &*segment.text).collect();
            for findings in grammar.check_blocks(&blocks) {
                let few = most.checked_sub(findings.len());
                self.add_grammar(document, checked, findings, &said, fingerprints, found);
                checked += 1;
                match few {
                    Some(left) => most = left,
                    None => return checked,
                }
            }
        }
        searched
    }

    /// Adds what grammar has found in the segment number `index`.
    fn add_grammar(
        &self,
        document: &Document<'_>,
        index: usize,
        findings: Vec<GrammarFinding>,
        said: &SpanSet<Src>,
        fingerprints: &mut Fingerprints,
        found: &mut Vec<Diagnostic>,
    ) {
        let segment = &document.segments[index];
        for finding in findings {
            let id = format!("grammar/{}", finding.rule);
            let Some(severity) = self.settings.grammar_severity(&id, finding.severity) else { continue };
            let span = segment.map.cover(finding.span);
            if said.overlaps(span) {
                continue;
            }
            let edits = |text: &String| {
                let span = segment.edit(finding.span, text)?;
                Some(vec![diagnostic::Edit { span, text: text.clone() }])
            };
            let protect = self.settings.quotes == QuotePolicy::Protect;
            let applicability = match protect && segment.touches_quotation(finding.span) {
                true => Applicability::Suggest,
                false => Applicability::Unsafe,
            };
            let fixes = finding.replacements.iter().filter_map(|text| {
                let title = format!("replace with “{text}”");
                Some(diagnostic::Fix { title, applicability, edits: edits(text)? })
            });
            let fingerprint = fingerprints.next(&id, index, segment, finding.span);
            found.push(Diagnostic {
                rule: id.into(),
                severity,
                message: finding.message.clone(),
                why_url: None,
                span,
                fixes: fixes.collect(),
                priority: 100,
                fingerprint,
            });
        }
    }
}

impl suppress::Rules for Session {
    fn names(&self, id: &str) -> Vec<String> {
        let pack = id.split('/').next().unwrap_or_default();
        let mut names = vec![id.to_owned(), pack.to_owned(), "all".to_owned()];
        let tags = self.rules.get(id).map(Rule::tags).unwrap_or_default();
        names.extend(tags.iter().map(|tag| format!("tag:{tag}")));
        names
    }

    fn standing(&self, name: &str) -> Standing {
        let of = |ran: bool| if ran { Standing::Ran } else { Standing::NotRun };
        let grammar = |id: &str| {
            let wanted = self.settings.select.iter().chain(&self.settings.ignore);
            let parts = wanted.filter(|s| s.is_grammar()).count() > 0;
            let whole = self.grammar.is_some() && !parts;
            let alone = id.contains('/') && self.settings.grammar_severity(id, Severity::Error).is_some();
            whole || (self.grammar.is_some() && alone)
        };
        match name {
            "all" => of(self.active.iter().all(|active| *active) && grammar("grammar")),
            _ if name == "grammar" || name.starts_with("grammar/") => of(grammar(name)),
            suppress::PACK | suppress::UNUSED | suppress::MALFORMED => Standing::NotRun,
            _ => self.standings().get(name).copied().unwrap_or(Standing::Unknown),
        }
    }

    fn nearest(&self, name: &str) -> Option<String> {
        nearest(&self.rules, name)
    }

    fn severity(&self, id: &str, own: Severity) -> Option<Severity> {
        let Settings { select, ignore, severity, .. } = &self.settings;
        let selected = select.is_empty() || select.iter().any(|s| s.selects_id(id));
        let wanted = selected && !ignore.iter().any(|s| s.selects_id(id));
        let own = wanted.then_some(own);
        let changed = severity.iter().rev().find(|(s, _)| s.is_of_comments() && s.selects_id(id));
        own.and_then(|own| changed.map_or(Some(own), |(_, to)| *to))
    }
}

impl Session {
    /// What the names of rules, packs and tags stand for.
    fn standings(&self) -> &HashMap<String, Standing> {
        self.names.get_or_init(|| {
            let mut names: HashMap<String, Standing> = HashMap::new();
            for (rule, active) in self.rules.rules().iter().zip(&self.active) {
                for name in suppress::Rules::names(self, &rule.id) {
                    let standing = names.entry(name).or_insert(Standing::Ran);
                    if !active {
                        *standing = Standing::NotRun;
                    }
                }
            }
            names
        })
    }
}

impl Settings {
    pub(crate) fn runs(&self, rule: &Rule) -> bool {
        let selected = self.select.is_empty() || self.select.iter().any(|s| s.selects(rule));
        let spoken = rule.source.is_empty()
            || self
                .source_language
                .as_ref()
                .is_none_or(|language| rule.source.iter().any(|s| s == language || s == "any"));
        let off =
            self.severity.iter().rev().find(|(s, _)| s.selects(rule)).is_some_and(|(_, to)| to.is_none());
        selected && spoken && !off && !self.ignore.iter().any(|s| s.selects(rule))
    }

    pub(crate) fn severity_of(&self, rule: &Rule) -> Option<Severity> {
        self.severity.iter().rev().find(|(s, _)| s.selects(rule)).and_then(|(_, to)| *to)
    }

    fn grammar_severity(&self, id: &str, own: Severity) -> Option<Severity> {
        let named = |s: &Selector| s.is_grammar() && s.selects_id(id);
        if self.ignore.iter().any(named) {
            return None;
        }
        let specific: Vec<&Selector> =
            self.select.iter().filter(|s| s.is_grammar() && s.0 != "grammar").collect();
        if !specific.is_empty() && !self.select.iter().any(named) {
            return None;
        }
        self.severity.iter().rev().find(|(s, _)| named(s)).map_or(Some(own), |(_, to)| *to)
    }
}

/// Bytes of text that grammar is given at a time, so that it ends soon where too much is found.
const ROW: usize = 1 << 20;

/// The segments in rows of about [`ROW`] bytes.
fn rows<'r, 's>(segments: &'r [Segment<'s>]) -> impl Iterator<Item = &'r [Segment<'s>]> {
    let mut bytes = 0;
    segments.chunk_by(move |_, next| {
        bytes += next.text.len();
        let fits = bytes <= ROW;
        if !fits {
            bytes = 0;
        }
        fits
    })
}

/// The rule id, pack or tag nearest to `name`, if it is near enough to be a slip of the keyboard.
fn nearest(rules: &RuleSet, name: &str) -> Option<String> {
    let mut names: BTreeMap<String, ()> = BTreeMap::new();
    for rule in rules.rules() {
        names.insert(rule.id.to_string(), ());
        names.insert(rule.pack().to_owned(), ());
        names.extend(rule.tags().iter().map(|t| (format!("tag:{t}"), ())));
    }
    let names: Vec<String> = names.into_keys().collect();
    closest(name, names.iter().map(String::as_str)).map(str::to_owned)
}

/// The longest name, in bytes, for which a similar one is looked for.
const LONGEST_SLIP: usize = 200;

/// The candidate most similar to `name`, if it is similar enough to be what was meant.
pub fn closest<'c>(name: &str, candidates: impl Iterator<Item = &'c str>) -> Option<&'c str> {
    // What is that long is no slip, and to compare it would take its time.
    if name.len() > LONGEST_SLIP {
        return None;
    }
    let words: Vec<&str> = candidates.collect();
    similar::get_close_matches(name, &words, 1, 0.7).into_iter().next()
}
