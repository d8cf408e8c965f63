//! From a verified match to a diagnostic: message, replacement, capitals, articles, quotation marks, edits.

use std::borrow::Cow;

use crate::diagnostic::{Applicability, Diagnostic, Edit, Fix, Severity};
use crate::document::{Document, Segment};
use crate::fingerprint::Fingerprint;
use crate::fix::policy::QuotePolicy;
use crate::lexicon::Pos;
use crate::rule::schema::{FixArticle, FixCase, FixQuotes};
use crate::rule::template::{Slot, Template};
use crate::rule::view::SegmentView;
use crate::rule::{FixPlan, Hit, Matcher, PhraseEntry, Rule, RuleSet};
use crate::span::{Seg, Span, border_after, border_before};
use crate::text::quotation::QuoteStyle;
use crate::text::word::{Casing, capitalised, fold_char, indefinite_article, is_word_char, word_before};

/// What a correction is to know of quotation marks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Quotes {
    /// The marks that the text has.
    pub(crate) style: QuoteStyle,
    /// What may be done between them.
    pub(crate) policy: QuotePolicy,
}

/// Turns `hit` into the diagnostic that is reported for it; `None` if the match already stands in its correction.
///
/// “Committee” that is to be “the joint committee” is right where the text says “the joint committee”.
pub(crate) fn diagnostic(
    set: &RuleSet,
    hit: &Hit,
    document: &Document<'_>,
    view: &SegmentView<'_>,
    quotes: Quotes,
    severity: Option<Severity>,
    fingerprint: Fingerprint,
) -> Option<Diagnostic> {
    let rule = &set.rules()[hit.rule];
    let segment = &document.segments[hit.segment];
    let Quotes { style: quotes, policy } = quotes;
    let scene = Scene { rule, hit, segment, view, quotes, policy };
    let replacements = scene.replacements();
    if replacements.iter().any(|(_, text, _)| stands_in(scene.text(), hit.span, text)) {
        return None;
    }
    let first = replacements.first().map(|(plan, text, _)| match plan.article {
        FixArticle::Adjust => agree_inside(text),
        FixArticle::Keep => text.clone(),
    });
    let first = first.unwrap_or_default();
    let message = scene.entry().and_then(|e| e.message.as_ref()).unwrap_or(rule.template());
    let message = message.expand(view.lexicon, |slot| match slot {
        Slot::Fix => visible(&first),
        slot => visible(&scene.slot(slot)),
    });
    let mut fixes: Vec<Fix> = Vec::new();
    for (plan, text, safety) in replacements {
        let title = plan.title.as_ref().map(|t| {
            t.expand(view.lexicon, |slot| match slot {
                Slot::Fix => shortened(&text).into_owned(),
                slot => shortened(&scene.slot(slot)).into_owned(),
            })
        });
        fixes.extend(
            scene.fix(&plan, text, safety, title).filter(|f| !fixes.iter().any(|g| g.edits == f.edits)),
        );
    }
    // There may be very many diagnostics, and nearly all have one fix with one edit.
    fixes.shrink_to_fit();
    let own = scene.entry().and_then(|e| e.severity).unwrap_or(rule.severity);
    Some(Diagnostic {
        rule: rule.id.clone(),
        severity: severity.unwrap_or(own),
        message,
        why_url: rule.url().cloned(),
        span: segment.map.cover(hit.span),
        fixes,
        priority: rule.priority,
        fingerprint,
    })
}

/// How far before a match its article is looked for, in bytes.
const NEAR: usize = 64;

/// Words before which an infinitive stands.
const BEFORE_INFINITIVE: [&str; 15] = [
    "to", "will", "would", "can", "could", "cannot", "shall", "should", "may", "might", "must", "do", "does",
    "did", "let",
];

/// How many words before a verb are looked at: it and those that may be adverbs.
const ADVERBS: usize = 4;

/// Bytes of a text that a message or a title repeats: a template may name one and the same 32 times.
const REPEATED: usize = 400;

/// Bytes of the longest correction that is looked for around its match: each of its letters may begin the match.
const AROUND: usize = 400;

/// Bytes of a correction: a match is followed for a quarter of that.
const CORRECTION: usize = 16 << 10;

/// What a correction is made from.
struct Scene<'s, 'a> {
    rule: &'s Rule,
    hit: &'s Hit,
    segment: &'s Segment<'a>,
    view: &'s SegmentView<'a>,
    quotes: QuoteStyle,
    policy: QuotePolicy,
}

impl Scene<'_, '_> {
    fn text(&self) -> &str {
        &self.segment.text
    }

    fn matched(&self) -> &str {
        self.segment.slice(self.hit.span)
    }

    fn entry(&self) -> Option<&PhraseEntry> {
        self.rule.entry(self.hit.entry)
    }

    /// The plans that apply, each with its replacement and safety. None if one of them is too long: the only one that
    /// is left of several would be no choice any more, and be taken unattended.
    fn replacements(&self) -> Vec<(FixPlan, String, Applicability)> {
        let plain = FixPlan {
            title: None,
            to: None,
            safety: Applicability::Unsafe,
            case: FixCase::default(),
            article: FixArticle::default(),
            quotes: FixQuotes::default(),
        };
        if let Some(text) = &self.hit.replacement {
            let plan = self.rule.fixes().first().cloned();
            return plan.map(|p| (p.clone(), text.clone(), p.safety)).into_iter().collect();
        }
        if let Some(entry) = self.entry()
            && !entry.to.is_empty()
        {
            let plan = self.rule.fixes().first().cloned().unwrap_or(plain);
            let safety = self.rule.entry_safety(entry);
            let corrections = entry.to.iter().map(|t| Some((plan.clone(), self.correction(t)?, safety)));
            return corrections.collect::<Option<Vec<_>>>().unwrap_or_default();
        }
        let expand = |plan: &FixPlan| {
            let template = plan.to.as_ref()?;
            let text = template.expand_within(CORRECTION, self.view.lexicon, |slot| self.slot(slot));
            Some(text.map(|text| (plan.clone(), text, plan.safety)))
        };
        self.rule.fixes().iter().filter_map(expand).collect::<Option<Vec<_>>>().unwrap_or_default()
    }

    fn slot(&self, slot: &Slot) -> String {
        match slot {
            Slot::Match => self.matched().to_owned(),
            Slot::Number(n) => {
                let group = n.checked_sub(1).and_then(|n| self.hit.groups.get(n));
                group.and_then(|g| self.text().get(g.clone())).unwrap_or_default().to_owned()
            }
            Slot::Name(name) => {
                let named = self.hit.named.iter().find(|(n, _)| **n == **name);
                named.map(|(_, text)| text.clone()).unwrap_or_default()
            }
            Slot::Fix => String::new(),
        }
    }

    /// The correction of a phrase: lemmas take the form of the matched ones, blanks of empty groups go. `None` if it is
    /// too long.
    fn correction(&self, template: &Template) -> Option<String> {
        let mut inflected = self.hit.inflected.iter();
        let text = template.expand_within(CORRECTION, self.view.lexicon, |slot| match slot {
            Slot::Name(lemma) => {
                let lemma = lemma.split(':').next().unwrap_or(lemma);
                let form = inflected.next().and_then(|(place, forms)| {
                    let pos = self.form_at(place.start, forms)?;
                    if let Some(word) =
                        self.text().get(place.clone()).filter(|word| self.is_form(word, lemma))
                    {
                        return Some(word.to_lowercase());
                    }
                    // No other verb has a plural that is not its base form, so the tagger need not know.
                    let plural = lemma == "be" && pos == Pos::VB && !self.is_infinitive(place.start);
                    self.view.lexicon.inflect(lemma, if plural { Pos::VBP } else { pos })
                });
                form.unwrap_or_else(|| lemma.to_owned())
            }
            slot => self.slot(slot),
        })?;
        let mut once = String::with_capacity(text.len());
        for c in text.trim().chars() {
            if !(c == ' ' && once.ends_with(' ')) {
                once.push(c);
            }
        }
        Some(once)
    }

    /// The part of speech of an inflected group: the tagger's choice where the form allows it.
    fn form_at(&self, byte: usize, forms: &[Pos]) -> Option<Pos> {
        if let [only] = forms {
            return Some(*only);
        }
        let predicted =
            self.view.tag(self.view.token_at(byte).min(self.view.token_spans().len().checked_sub(1)?));
        forms.iter().find(|p| p.plain() == predicted.plain()).or(forms.first()).copied()
    }

    /// Whether `word` is written as a form of the lemma: it knows its number better than its part of speech does.
    fn is_form(&self, word: &str, lemma: &str) -> bool {
        self.view.lexicon.forms(lemma).iter().any(|form| form.text.eq_ignore_ascii_case(word))
    }

    /// Whether the verb at `byte` is an infinitive, as the words before it show: “will”, “to”, “does not”.
    fn is_infinitive(&self, byte: usize) -> bool {
        let mut at = byte;
        for _ in 0..ADVERBS {
            let Some(word) = word_before(self.text(), at) else { return false };
            let lower = self.text()[word.range()].to_lowercase().replace('’', "'");
            if BEFORE_INFINITIVE.contains(&&*lower) || lower.ends_with("n't") || lower.ends_with("'ll") {
                return true;
            }
            if !matches!(self.view.tag(self.view.token_at(word.start)).plain(), Pos::RB) {
                return false;
            }
            at = word.start;
        }
        false
    }

    fn fix(&self, plan: &FixPlan, text: String, safety: Applicability, title: Option<String>) -> Option<Fix> {
        let span = self.hit.span;
        let mut text = match plan.case {
            FixCase::Preserve => self.cased(text),
            FixCase::Exact => text,
        };
        text = in_style(&text, self.quotes, self.matched());
        let mut article = None;
        if plan.article == FixArticle::Adjust {
            text = agree_inside(&text);
            article = self.article_before(&text);
        }
        if text == self.matched() && article.is_none() {
            return None;
        }
        let careful = plan.quotes == FixQuotes::Protect && !self.rule.has_tag("typography");
        let mut applicability = match self.policy {
            QuotePolicy::Suggest if careful && self.segment.in_speech(span) => {
                safety.min(Applicability::Unsafe)
            }
            QuotePolicy::Protect if self.segment.touches_quotation(span) => Applicability::Suggest,
            QuotePolicy::Suggest | QuotePolicy::Fix | QuotePolicy::Protect => safety,
        };
        let title = title.unwrap_or_else(|| match text.is_empty() {
            true => format!("delete “{}”", visible(self.matched())),
            false => format!("replace with “{}”", visible(&text)),
        });
        let mut edits = Vec::new();
        let (trimmed, changed) = trim_common(self.text(), span, &text);
        let wanted = article
            .into_iter()
            .chain((!(trimmed.is_empty() && changed.is_empty())).then(|| (trimmed, changed.to_owned())));
        let mut behind = span.start;
        for (span, text) in wanted {
            let exact = self.segment.edit(span, &text);
            if exact.is_none() {
                // The edit would cut markup: show it, do not apply it.
                applicability = Applicability::Suggest;
            }
            let place = exact.unwrap_or_else(|| self.segment.map.cover(span));
            match edits.last_mut().filter(|last: &&mut Edit| last.span.end > place.start) {
                // Both are parts of something that can be shown as a whole only.
                Some(last) => {
                    last.span = Span::new(last.span.start.min(place.start), last.span.end.max(place.end));
                    last.text.push_str(self.text().get(behind..span.start).unwrap_or_default());
                    last.text.push_str(&text);
                }
                None => edits.push(Edit { span: place, text }),
            }
            behind = span.end;
        }
        edits.shrink_to_fit();
        Some(Fix { title, applicability, edits })
    }

    /// Copies the capitals of the match: ALL CAPS, a capital that the text and not the rule has put there,
    /// and the capital of a sentence start.
    fn cased(&self, text: String) -> String {
        let matched = self.matched();
        let upper_first = matched.starts_with(char::is_uppercase);
        if let Some(entry) = self.entry() {
            let letters = matched.chars().filter(|c| c.is_alphabetic()).count();
            let shouted = Casing::of(matched) == Casing::Upper
                && letters > 4
                && Casing::of(&entry.written) != Casing::Upper;
            if shouted {
                return text.to_uppercase();
            }
            if upper_first && !entry.phrase.capital_at(self.text(), self.hit.span.start) {
                return capitalised(&text);
            }
        }
        let at_start = self.segment.starts_sentence(self.hit.span.start);
        if upper_first && at_start && !matches!(self.rule.matcher(), Matcher::Repeat { .. }) {
            capitalised(&text)
        } else {
            text
        }
    }

    /// The edit that makes *a* or *an* before the match agree with the replacement, if one is needed.
    fn article_before(&self, replacement: &str) -> Option<(Span<Seg>, String)> {
        // Marks and blanks have the same article before and after.
        if !self.matched().contains(is_word_char) && !replacement.contains(is_word_char) {
            return None;
        }
        let text = self.text();
        let near = border_after(text, self.hit.span.start.saturating_sub(NEAR));
        let before = near
            + text[near..self.hit.span.start]
                .trim_end_matches(|c| matches!(fold_char(c), ' ' | '"' | '\'') || c == '«')
                .len();
        let gap = &text[before..self.hit.span.start];
        if !gap.contains(|c| fold_char(c) == ' ') {
            return None;
        }
        let rest = format!("{replacement}{}", text[self.hit.span.end..].chars().take(60).collect::<String>());
        let word = first_word(&rest)?;
        let letters = text[near..before].chars().rev().take_while(|&c| is_word_char(c));
        let start = before - letters.map(char::len_utf8).sum::<usize>();
        // A word that begins farther off is no article.
        let whole = start > near || near == 0;
        let agreed = agreeing(&text[start..before], word).filter(|_| whole)?;
        Some((Span::new(start, before), agreed))
    }
}

/// The article in the form that the next word asks for, if `article` is one and has the wrong form.
fn agreeing(article: &str, next: &str) -> Option<String> {
    if !article.eq_ignore_ascii_case("a") && !article.eq_ignore_ascii_case("an") {
        return None;
    }
    let right = indefinite_article(next).as_str();
    if article.eq_ignore_ascii_case(right) {
        return None;
    }
    Some(if article.starts_with('A') { capitalised(right) } else { right.to_owned() })
}

/// Makes articles inside a replacement agree with the word that follows them in it.
fn agree_inside(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut words = text.split(' ').peekable();
    while let Some(word) = words.next() {
        let next = words.peek().and_then(|w| first_word(w));
        match next.and_then(|next| agreeing(word, next)) {
            Some(article) => out.push_str(&article),
            None => out.push_str(word),
        }
        if words.peek().is_some() {
            out.push(' ');
        }
    }
    out
}

fn first_word(text: &str) -> Option<&str> {
    let text = text.trim_start_matches(|c: char| !is_word_char(c));
    let end = text.find(|c| !is_word_char(c) && fold_char(c) != '-').unwrap_or(text.len());
    (end > 0).then(|| &text[..end])
}

/// Quotation marks and apostrophes of a replacement in the document's style; marks that the match has stay.
fn in_style(text: &str, quotes: QuoteStyle, matched: &str) -> String {
    match quotes {
        QuoteStyle::Straight => text
            .chars()
            .map(|c| match c {
                '“' | '”' if !matched.contains(c) => '"',
                '’' | '‘' if !matched.contains(c) => '\'',
                c => c,
            })
            .collect(),
        QuoteStyle::Curly if matched.contains('\'') => text.to_owned(),
        QuoteStyle::Curly => text.replace('\'', "’"),
    }
}

/// Leaves what the old and the new text share at both ends out of the edit, so that it is as small as it can be.
fn trim_common<'t>(text: &str, span: Span<Seg>, new: &'t str) -> (Span<Seg>, &'t str) {
    let old = &text[span.range()];
    let same = |a: std::str::Chars<'_>, b: std::str::Chars<'_>| -> usize {
        a.zip(b).take_while(|(x, y)| x == y).map(|(x, _)| x.len_utf8()).sum()
    };
    let head = same(old.chars(), new.chars());
    let (old_tail, new_tail) = (&old[head..], &new[head..]);
    let tail: usize = old_tail
        .chars()
        .rev()
        .zip(new_tail.chars().rev())
        .take_while(|(x, y)| x == y)
        .map(|(x, _)| x.len_utf8())
        .sum();
    (Span::new(span.start + head, span.end - tail), &new_tail[..new_tail.len() - tail])
}

/// Whether the text around `span` already reads as the correction does, of which the match is a part; capitals and
/// typographic variants count as the same.
fn stands_in(text: &str, span: Span<Seg>, correction: &str) -> bool {
    let (before, rest) = text.split_at(span.start);
    let (matched, after) = rest.split_at(span.len());
    if matched.is_empty()
        || correction.len() > AROUND
        || correction.chars().count() <= matched.chars().count()
    {
        return false;
    }
    correction.char_indices().any(|(at, _)| {
        let (head, rest) = correction.split_at(at);
        rest_after(rest.chars(), matched.chars()).is_some_and(|tail| goes_on(after.chars(), tail))
            && goes_on(before.chars().rev(), head.chars().rev())
    })
}

/// Whether `text` begins with all of `wanted`, and with whole words.
fn goes_on(text: impl Iterator<Item = char>, wanted: impl Iterator<Item = char> + Clone) -> bool {
    let in_word = wanted.clone().last().is_some_and(is_word_char);
    rest_after(text, wanted).is_some_and(|mut rest| !(in_word && rest.next().is_some_and(is_word_char)))
}

/// What is left of `text` after `start`, if it begins so.
fn rest_after<C: Iterator<Item = char>>(mut text: C, start: impl Iterator<Item = char>) -> Option<C> {
    let same = |a: char, b: char| fold_char(a).to_lowercase().eq(fold_char(b).to_lowercase());
    for expected in start {
        text.next().filter(|&c| same(c, expected))?;
    }
    Some(text)
}

/// A text with its blanks made plain, for messages, and its end left out if it is long.
fn visible(text: &str) -> String {
    shortened(text).chars().map(|c| if fold_char(c) == ' ' { ' ' } else { c }).collect()
}

/// What a message or a title repeats of a text.
fn shortened(text: &str) -> Cow<'_, str> {
    if text.len() <= REPEATED {
        return Cow::Borrowed(text);
    }
    Cow::Owned(format!("{}…", &text[..border_before(text, REPEATED)]))
}
