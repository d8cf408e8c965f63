//! What can be done about the findings at a place: fix one, fix all of its rule, fix all that is safe, ignore it.
//!
//! A list of actions is made at every move of the cursor, so only the small edits of single fixes are in it. The others
//! are promises, kept when one is chosen, if the client can ask for that.

use std::collections::BTreeSet;

use gen_lsp_types::{CodeAction, CodeActionKind, TextEdit, Uri};
use serde::{Deserialize, Serialize};

use super::client::{Client, FIX_ALL};
use super::document::Document;
use super::show::{Shown, capital};
use super::{edits, ignore};
use crate::diagnostic::{Applicability, Diagnostic, Fix};
use crate::fix;

/// What a chosen action does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Deed {
    /// Applies the fixes of all findings of a rule.
    FixRule(String),
    /// Applies all safe fixes.
    FixAll,
    /// Leaves a rule out in `mtlint.toml`.
    IgnoreRule(String),
}

/// A deed, and the state of the document that it was promised for; it travels in the action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Promise {
    pub(super) uri: Uri,
    pub(super) version: i32,
    pub(super) deed: Deed,
}

/// An action, and what it still has to do.
pub(super) type Offer = (CodeAction, Option<Deed>);

/// What may be offered.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scene<'a> {
    pub(super) client: &'a Client,
    pub(super) document: &'a Document,
    /// Everything found in the document.
    pub(super) all: &'a [Diagnostic],
    pub(super) shown: Shown<'a>,
    /// Whether a rule can be left out in a config that is there, or that the client can make.
    pub(super) can_ignore: bool,
}

/// The actions for the findings `here`, of the kinds `only` names (none: all).
pub(super) fn offers(scene: Scene<'_>, here: &[&Diagnostic], only: Option<&[CodeActionKind]>) -> Vec<Offer> {
    let mut offers = Vec::new();
    if wants(only, &CodeActionKind::QuickFix) {
        for found in here {
            offers.extend(found.fixes.iter().map(|fix| (scene.fix(found, fix), None)));
        }
        let mut seen = BTreeSet::new();
        let rules: Vec<&&Diagnostic> = here.iter().filter(|found| seen.insert(&*found.rule)).collect();
        offers.extend(rules.iter().filter_map(|found| scene.fix_rule(found)));
        offers.extend(rules.iter().filter_map(|found| scene.ignore_here(found)));
        // The place for an action that adds the finding to the list of those that are allowed, by its fingerprint.
        if scene.can_ignore {
            offers.extend(rules.iter().map(|found| scene.ignore_rule(found)));
        }
    }
    if wants(only, &FIX_ALL) {
        offers.extend(scene.fix_all());
    }
    offers
}

/// Whether `kind` is one of those that `only` names, or below one.
fn wants(only: Option<&[CodeActionKind]>, kind: &CodeActionKind) -> bool {
    let below = |wanted: &CodeActionKind| {
        let rest = kind.as_str().strip_prefix(wanted.as_str());
        rest.is_some_and(|rest| wanted.as_str().is_empty() || rest.is_empty() || rest.starts_with('.'))
    };
    only.is_none_or(|kinds| kinds.iter().any(below))
}

impl Scene<'_> {
    fn quick_fix(self, title: String, found: &Diagnostic) -> CodeAction {
        CodeAction {
            title,
            kind: Some(CodeActionKind::QuickFix),
            diagnostics: Some(vec![self.shown.diagnostic(found)]),
            ..CodeAction::default()
        }
    }

    fn fix(self, found: &Diagnostic, fix: &Fix) -> CodeAction {
        let is_safe = found.unattended_fix(Applicability::Safe).is_some_and(|safe| safe == fix);
        let edit = self.edit(self.shown.edits(&fix.edits));
        let is_preferred = (is_safe && self.client.preferred).then_some(true);
        CodeAction { edit: Some(edit), is_preferred, ..self.quick_fix(capital(&fix.title), found) }
    }

    fn edit(self, edits: Vec<TextEdit>) -> gen_lsp_types::WorkspaceEdit {
        edits::of_document(self.client, &self.document.uri, Some(self.document.version), edits)
    }

    fn fix_rule(self, found: &Diagnostic) -> Option<Offer> {
        let count = of_rule(self.all, &found.rule).count();
        let title = format!("Fix all {count} findings of {}", found.rule);
        (count > 1).then(|| (self.quick_fix(title, found), Some(Deed::FixRule(found.rule.to_string()))))
    }

    fn ignore_here(self, found: &Diagnostic) -> Option<Offer> {
        let (at, comment) = ignore::comment(self.shown.text, self.document.format, found)?;
        let place = self.client.encoding.range(self.shown.text, at..at);
        let edit = Some(self.edit(vec![TextEdit::new(place, comment)]));
        let title = format!("Ignore {} in this line", found.rule);
        Some((CodeAction { edit, ..self.quick_fix(title, found) }, None))
    }

    fn ignore_rule(self, found: &Diagnostic) -> Offer {
        let title = format!("Ignore {} everywhere (in mtlint.toml)", found.rule);
        (self.quick_fix(title, found), Some(Deed::IgnoreRule(found.rule.to_string())))
    }

    fn fix_all(self) -> Option<Offer> {
        let title = "Fix all that is safe to fix (mtlint)".to_owned();
        let any = self.all.iter().any(|found| found.unattended_fix(Applicability::Safe).is_some());
        let action = CodeAction { title, kind: Some(FIX_ALL), ..CodeAction::default() };
        any.then_some((action, Some(Deed::FixAll)))
    }
}

/// The findings of a rule that have one fix to take.
fn of_rule<'a>(all: &'a [Diagnostic], rule: &'a str) -> impl Iterator<Item = &'a Diagnostic> {
    all.iter()
        .filter(move |found| &*found.rule == rule && found.unattended_fix(Applicability::Unsafe).is_some())
}

/// The edits that fix all findings of a rule, except those that would meet another.
pub(super) fn fixes_of_rule(all: &[Diagnostic], rule: &str) -> Vec<crate::diagnostic::Edit> {
    let found: Vec<Diagnostic> = of_rule(all, rule).cloned().collect();
    let chosen = fix::choose(&found, Applicability::Unsafe);
    let fixes = chosen.iter().filter_map(|&at| found[at].unattended_fix(Applicability::Unsafe));
    let mut edits: Vec<_> = fixes.flat_map(|fix| fix.edits.iter().cloned()).collect();
    edits.sort();
    edits
}

#[cfg(test)]
mod tests {
    use ropey::Rope;

    use super::*;
    use crate::diagnostic::{Edit, Severity};
    use crate::span::Span;

    fn found(rule: &str, start: usize, end: usize, applicability: Applicability) -> Diagnostic {
        let span = Span::new(start, end);
        let edits = vec![Edit { span, text: "z".to_owned() }];
        Diagnostic {
            rule: rule.into(),
            severity: Severity::Warning,
            message: "m".to_owned(),
            why_url: None,
            span,
            fixes: vec![Fix { title: "use “z”".to_owned(), applicability, edits }],
            priority: 0,
            fingerprint: crate::diagnostic::Fingerprint::default(),
        }
    }

    fn titles(text: &str, all: &[Diagnostic], only: Option<&[CodeActionKind]>) -> Vec<String> {
        let (client, rope) = (Client::of_everything(), Rope::from_str(text));
        let document = Document::new("file:///a.md".into(), None, "markdown", 1, text);
        let shown = Shown { client: &client, uri: &document.uri, text: &rope };
        let scene = Scene { client: &client, document: &document, all, shown, can_ignore: true };
        let offers = offers(scene, &[&all[0]], only);
        offers.into_iter().map(|(action, _)| action.title).collect()
    }

    #[test]
    fn actions_are_those_that_were_asked_for() {
        let all = [found("a/b", 0, 1, Applicability::Safe), found("a/b", 2, 3, Applicability::Unsafe)];
        let quick = [
            "Use “z”",
            "Fix all 2 findings of a/b",
            "Ignore a/b in this line",
            "Ignore a/b everywhere (in mtlint.toml)",
        ];
        let source = ["Fix all that is safe to fix (mtlint)"];
        let kinds = |kinds: &[&'static str]| kinds.iter().map(|k| CodeActionKind::new(k)).collect::<Vec<_>>();
        assert_eq!(titles("x x", &all, None), [&quick[..], &source].concat());
        assert_eq!(titles("x x", &all, Some(&[CodeActionKind::QuickFix])), quick);
        for fix_all in ["source", "source.fixAll", "source.fixAll.mtlint"] {
            assert_eq!(titles("x x", &all, Some(&kinds(&[fix_all]))), source, "{fix_all}");
        }
        assert!(titles("x x", &all, Some(&kinds(&["source.fix", "refactor"]))).is_empty());
        assert_eq!(titles("x x", &all[1..], Some(&kinds(&["", "source"]))).len(), 3, "nothing is safe");
    }

    #[test]
    fn fixes_of_a_rule_do_not_meet() {
        let at = |start, end| found("a/b", start, end, Applicability::Unsafe);
        let all = [at(0, 2), at(1, 3), at(5, 6), found("a/c", 8, 9, Applicability::Unsafe)];
        let edits: Vec<_> = fixes_of_rule(&all, "a/b").into_iter().map(|edit| edit.span.range()).collect();
        assert_eq!(edits, [0..2, 5..6]);
    }
}
