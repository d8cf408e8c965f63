//! The whole engine for one text: takes text, gives values. No I/O, no output, shared by all threads.

mod selector;
mod settings;

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, OnceLock};

use self::selector::nearest;
pub use self::selector::{Selector, SelectorError, closest};
pub use self::settings::{Settings, SettingsError};
use crate::accept::Accepted;
use crate::cache::{Key, PROGRAM, TextCache, key};
use crate::diagnostic::{self, Applicability, Diagnostic, Severity};
use crate::document::{Document, Segment};
pub use crate::examined::{Examined, Guess};
use crate::fingerprint::Fingerprints;
pub use crate::fix::policy::QuotePolicy;
use crate::fix::{self, FixError, Fixed, correction};
use crate::format::{self, Fields, Format};
use crate::grammar::{Grammar, GrammarFinding};
use crate::lexicon::Lexicon;
use crate::limit::{Excess, MAX_FINDINGS, MAX_SAID, Unread};
use crate::rule::evidence::Known as Verdict;
use crate::rule::find::{self, Before, Prefilters};
use crate::rule::view::{DocumentView, SegmentView};
use crate::rule::{Recall, Rule, RuleFiles, RuleSet};
use crate::source::Source;
use crate::span::{SpanSet, Src};
use crate::suppress::{self, Standing};
use crate::text::quotation::{dominant_quotes, written_quotes};
use crate::unfinished;

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
    max_said: usize,
}

/// What rules find in a text.
struct ByRules {
    /// Not sorted.
    found: Vec<Diagnostic>,
    guess: Option<Guess>,
    /// So many segments were searched.
    searched: usize,
    /// Whether the last of them was not searched to its end.
    cut: bool,
    /// Where there was too much to be said.
    unsaid: Option<Unread>,
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
            max_said: MAX_SAID,
        })
    }

    /// The same, reading a text no further than to so many faults instead of [`MAX_FINDINGS`].
    #[must_use]
    pub fn reading_to(self, max_findings: usize) -> Self {
        Self { max_findings, ..self }
    }

    /// The same, reading a text no further than to so many bytes that rules tell of it instead of [`MAX_SAID`].
    #[must_use]
    pub fn saying_to(self, max_said: usize) -> Self {
        Self { max_said, ..self }
    }

    /// The same, looking up in `cache` what was found in a text, and remembering it there.
    ///
    /// `rules` are the files that the rules of the session were compiled from; its grammar is to be the built-in one.
    #[must_use]
    pub fn remembering(mut self, cache: Arc<TextCache>, rules: &RuleFiles) -> Self {
        let own: Vec<(&str, &str)> =
            rules.iter().filter(|(_, file)| !file.builtin).map(|(path, file)| (path, &*file.text)).collect();
        let most = (self.max_findings, self.max_said);
        let state = key((PROGRAM, own, &self.settings, self.checks_grammar(), most));
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

    /// The fields of JSON whose texts are read.
    pub fn fields(&self) -> &Fields {
        &self.fields
    }

    /// Reads the prose of `source`, which is what is checked of it.
    pub fn read<'s>(&self, source: &'s Source, format: Format) -> Document<'s> {
        format::read_fields(source, format, &self.fields)
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
        let document = self.read(source, format);
        let mut fingerprints = Fingerprints::default();
        let ByRules { mut found, guess, searched, cut, unsaid } =
            self.check_rules(&document, recall, &mut fingerprints);
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
        let next = document.segments.get(searched).map(|segment| segment.source_span().start);
        let from = next.or_else(|| {
            // The last segment was not searched to its end, which is all that follows.
            let end = document.segments.last().filter(|_| cut)?.source_span().end;
            Some(end - source.text().get(..end)?.chars().next_back()?.len_utf8())
        });
        let unsearched = from.map(|from| Unread { from, excess: Excess::Findings(self.max_findings) });
        let unread = [unsearched, unsaid, unheeded].into_iter().fold(document.unread, Unread::first);
        if let Some(unread) = unread {
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
    ) -> ByRules {
        let prefilters = self.prefilters.get_or_init(|| Prefilters::new(&self.rules, self.active.clone()));
        let view = DocumentView::new(document, self.rules.document_conditions);
        let settled = self.settings.translated || self.settings.source_language.is_some();
        let verdict = if settled { Verdict::Translated } else { Verdict::Nothing };
        let before = Before { verdict, recall, most: self.max_findings };
        let found = find::hits(&self.rules, prefilters, &view, self.lexicon, before);
        let find::Outcome { hits, evidence, searched, cut } = found;
        let guess = evidence.likeliest().filter(|_| !settled);
        let guess = guess.map(|(language, findings)| Guess { language: language.to_owned(), findings });
        let quotes = dominant_quotes(document.segments.iter().map(|s| &*s.text));
        let mut found = Vec::with_capacity(hits.len());
        let (mut left, mut unsaid) = (self.max_said, None);
        let mut start = 0;
        'text: while start < hits.len() {
            let segment = hits[start].segment;
            let end = start + hits[start..].partition_point(|h| h.segment == segment);
            let view = SegmentView::new(&document.segments[segment], self.lexicon);
            let quotes = written_quotes(view.text()).unwrap_or(quotes);
            let policy = self.settings.quotes;
            for hit in &hits[start..end] {
                let rule = &self.rules.rules()[hit.rule];
                let severity = self.settings.severity_of(rule);
                let fingerprint = fingerprints.next(&rule.id, segment, &document.segments[segment], hit.span);
                let diagnostic = correction::diagnostic(
                    &self.rules,
                    hit,
                    document,
                    &view,
                    correction::Quotes { style: quotes, policy },
                    severity,
                    fingerprint,
                );
                let Some(diagnostic) = diagnostic else { continue };
                let Some(rest) = left.checked_sub(diagnostic.said()) else {
                    let excess = Excess::Said(self.max_said);
                    unsaid = Some(Unread { from: diagnostic.span.start, excess });
                    break 'text;
                };
                left = rest;
                found.push(diagnostic);
            }
            start = end;
        }
        ByRules { found, guess, searched, cut, unsaid }
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
