//! Findings as the protocol writes them: diagnostics, and what is shown beside a word.

use std::sync::Arc;

use gen_lsp_types as lsp;
use gen_lsp_types::{CodeDescription, DiagnosticSeverity, Hover, MarkupContent, MarkupKind, TextEdit, Uri};
use ropey::Rope;
use serde_json::json;

use super::client::Client;
use crate::diagnostic::{Applicability, Diagnostic, Edit, Fix, Severity};
use crate::rule::RuleSet;
use crate::span::Span;
use crate::text::visible::is_web;

/// The name of what finds, in a list of findings of many tools.
const SOURCE: &str = "mtlint";

/// What is listed in place of findings that are too many.
const UNLISTED: &str = "mtlint/unlisted";

/// Findings in one state of one text, to be put into the words of the protocol.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shown<'a> {
    pub(super) client: &'a Client,
    pub(super) uri: &'a Uri,
    pub(super) text: &'a Rope,
}

impl Shown<'_> {
    /// A finding as the client lists it.
    pub(super) fn diagnostic(self, found: &Diagnostic) -> lsp::Diagnostic {
        let url = found.why_url.as_deref().filter(|url| self.client.code_description && is_web(url));
        lsp::Diagnostic {
            range: self.client.encoding.range(self.text, found.span.range()),
            severity: Some(match found.severity {
                Severity::Info => DiagnosticSeverity::Information,
                Severity::Warning => DiagnosticSeverity::Warning,
                Severity::Error => DiagnosticSeverity::Error,
            }),
            code: Some(lsp::Code::String(found.rule.to_string())),
            code_description: url.map(|url| CodeDescription { href: url.to_owned().into() }),
            source: Some(SOURCE.to_owned()),
            message: lsp::Message::String(found.message.clone()),
            tags: self.tags(found),
            related_information: self.related(found),
            data: self.client.diagnostic_data.then(|| self.data(found)),
        }
    }

    /// That there are other findings, which are not listed; it stands at the first of them.
    pub(super) fn others(self, others: &[Diagnostic]) -> Option<lsp::Diagnostic> {
        let first = others.first()?;
        let (findings, are) = match others.len() {
            1 => ("1 more finding".to_owned(), "is"),
            many => (format!("{many} more findings"), "are"),
        };
        Some(lsp::Diagnostic {
            range: self.client.encoding.range(self.text, first.span.start..first.span.start),
            severity: Some(DiagnosticSeverity::Warning),
            code: Some(lsp::Code::String(UNLISTED.to_owned())),
            code_description: None,
            source: Some(SOURCE.to_owned()),
            message: lsp::Message::String(format!(
                "From here on, {findings} {are} not listed: repair those before, or run `mtlint check`."
            )),
            tags: None,
            related_information: None,
            data: None,
        })
    }

    /// What can be left out is shown faded.
    fn tags(self, found: &Diagnostic) -> Option<Vec<lsp::DiagnosticTag>> {
        let deletes = |fix: &Fix| !fix.edits.is_empty() && fix.edits.iter().all(|edit| edit.text.is_empty());
        let needless = found.unattended_fix(Applicability::Unsafe).is_some_and(deletes);
        (needless && self.client.unnecessary_tag).then(|| vec![lsp::DiagnosticTag::Unnecessary])
    }

    /// Where a fix changes something away from the finding, as at the other end of a quotation.
    fn related(self, found: &Diagnostic) -> Option<Vec<lsp::DiagnosticRelatedInformation>> {
        if !self.client.related_information {
            return None;
        }
        let fix = found.fixes.first()?;
        let away = fix.edits.iter().filter(|edit| !edit.span.touches(found.span));
        let related: Vec<_> = away
            .map(|edit| {
                let range = self.client.encoding.range(self.text, edit.span.range());
                let message = match (edit.span.is_empty(), edit.text.as_str()) {
                    (_, "") => "to be left out as well".to_owned(),
                    (true, text) => format!("“{text}” belongs here as well"),
                    (false, text) => format!("“{text}” belongs here as well, instead of this"),
                };
                let location = lsp::Location { uri: self.uri.clone(), range };
                lsp::DiagnosticRelatedInformation { location, message }
            })
            .collect();
        (!related.is_empty()).then_some(related)
    }

    fn data(self, found: &Diagnostic) -> serde_json::Value {
        let fix = |fix: &Fix| {
            let (safety, edits) = (fix.applicability.as_str(), self.edits(&fix.edits));
            json!({"title": fix.title, "safety": safety, "edits": edits})
        };
        json!({"rule": &*found.rule, "fixes": found.fixes.iter().map(fix).collect::<Vec<_>>()})
    }

    /// Edits of the text.
    pub(super) fn edits(self, edits: &[Edit]) -> Vec<TextEdit> {
        let edit = |edit: &Edit| {
            let range = self.client.encoding.range(self.text, edit.span.range());
            TextEdit::new(range, edit.text.clone())
        };
        edits.iter().map(edit).collect()
    }

    /// What is said when the cursor rests on `found`: message, rule, why, what a fix would do, where there is more.
    pub(super) fn hover(self, found: &[&Diagnostic], rules: &RuleSet) -> Option<Hover> {
        let span = found.iter().map(|found| found.span).reduce(Span::cover)?;
        let markdown = self.client.hover_markdown;
        let parts: Vec<String> = found.iter().map(|found| explain(found, rules, markdown)).collect();
        let (kind, between) = match markdown {
            true => (MarkupKind::Markdown, "\n\n---\n\n"),
            false => (MarkupKind::PlainText, "\n\n"),
        };
        let contents = lsp::Contents::MarkupContent(MarkupContent { kind, value: parts.join(between) });
        Some(Hover { contents, range: Some(self.client.encoding.range(self.text, span.range())) })
    }
}

fn explain(found: &Diagnostic, rules: &RuleSet, markdown: bool) -> String {
    let rule = rules.get(&found.rule);
    let plain = |text: &str| if markdown { escape(text) } else { text.to_owned() };
    let (id, severity) = (&found.rule, found.severity.as_str());
    let head = match markdown {
        true => format!("**{}**\n\n`{id}` · {severity}", escape(&found.message)),
        false => format!("{}\n{id}, {severity}", found.message),
    };
    let mut parts = vec![head];
    if let Some(why) = rule.and_then(|rule| rule.why()) {
        parts.push(plain(why.trim()));
    }
    let fixes = found.fixes.iter().map(|fix| {
        let trust = match fix.applicability {
            Applicability::Safe => "safe",
            Applicability::Unsafe => "read the result",
            Applicability::Suggest => "a suggestion",
        };
        let dash = if markdown { "- " } else { "" };
        format!("{dash}{} ({trust})", plain(&capital(&fix.title)))
    });
    let fixes: Vec<String> = fixes.collect();
    if !fixes.is_empty() {
        parts.push(fixes.join("\n"));
    }
    if let Some(url) = url(found, rule.and_then(|rule| rule.url())) {
        parts.push(if markdown { format!("[More about this]({})", link(url)) } else { url.to_owned() });
    }
    parts.join("\n\n")
}

/// The page that explains a finding: an editor opens what it is given, and runs what is a command to it.
fn url<'a>(found: &'a Diagnostic, of_rule: Option<&'a Arc<str>>) -> Option<&'a str> {
    let url = found.why_url.as_deref().or_else(|| of_rule.map(|url| &**url));
    url.filter(|url| is_web(url))
}

/// A URL that cannot end its link.
fn link(url: &str) -> String {
    url.chars()
        .filter(|c| !c.is_whitespace() && !c.is_control())
        .collect::<String>()
        .replace(')', "%29")
        .replace('(', "%28")
}

/// Text that Markdown shows as it is: any ASCII punctuation may stand behind a backslash.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii_punctuation()
            && !matches!(c, '.' | ',' | '\'' | '"' | '/' | ';' | ':' | '(' | ')' | '-' | '?')
        {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// The text with a capital at its start.
pub(super) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::RuleFiles;

    fn found() -> Diagnostic {
        let edits = [(0, 1, "“"), (6, 7, "”")];
        let edits =
            edits.map(|(start, end, text)| Edit { span: Span::new(start, end), text: text.to_owned() });
        let fix =
            Fix { title: "use *these*".to_owned(), applicability: Applicability::Safe, edits: edits.into() };
        Diagnostic {
            rule: "a/b".into(),
            severity: Severity::Info,
            message: "Not <b>".to_owned(),
            why_url: Some("https://example.org/a_(b)".into()),
            span: Span::new(0, 1),
            fixes: vec![fix],
            priority: 0,
            fingerprint: crate::diagnostic::Fingerprint::default(),
        }
    }

    fn rules() -> RuleSet {
        crate::rule::load(&RuleFiles::new()).unwrap_or_else(|error| panic!("{error}"))
    }

    #[test]
    fn a_client_gets_what_it_understands() {
        let (uri, text) = ("file:///a".into(), Rope::from_str("\"a 😀\"b"));
        let all = Client::of_everything();
        let shown = Shown { client: &all, uri: &uri, text: &text };
        let diagnostic = serde_json::to_value(shown.diagnostic(&found())).expect("JSON");
        assert_eq!(diagnostic["code"], "a/b");
        assert_eq!(diagnostic["codeDescription"]["href"], "https://example.org/a_(b)");
        assert_eq!(diagnostic["severity"], 3);
        assert_eq!(
            diagnostic["relatedInformation"][0]["message"],
            "“”” belongs here as well, instead of this"
        );
        assert_eq!(diagnostic["data"]["fixes"][0]["safety"], "safe");
        let none = Client::default();
        let shown = Shown { client: &none, uri: &uri, text: &text };
        let diagnostic = serde_json::to_value(shown.diagnostic(&found())).expect("JSON");
        for key in ["codeDescription", "relatedInformation", "data", "tags"] {
            assert_eq!(diagnostic.get(key), None, "{key}");
        }
    }

    #[test]
    fn an_address_that_runs_a_command_of_the_editor_was_a_link() {
        let (uri, text) = ("file:///a".into(), Rope::from_str("\"a\""));
        let all = Client::of_everything();
        let shown = Shown { client: &all, uri: &uri, text: &text };
        let evil = Diagnostic { why_url: Some("command:workbench.action.quit".into()), ..found() };
        let diagnostic = serde_json::to_value(shown.diagnostic(&evil)).expect("JSON");
        assert_eq!(diagnostic.get("codeDescription"), None);
        let hover = shown.hover(&[&evil], &rules());
        let Some(Hover { contents: lsp::Contents::MarkupContent(content), .. }) = hover else {
            panic!("no hover")
        };
        assert!(!content.value.contains("command:"), "{}", content.value);
    }

    #[test]
    fn what_is_said_is_never_markup() {
        let (uri, text) = ("file:///a".into(), Rope::from_str("\"a\""));
        let all = Client::of_everything();
        let hover = Shown { client: &all, uri: &uri, text: &text }.hover(&[&found()], &rules());
        let Some(Hover { contents: lsp::Contents::MarkupContent(content), .. }) = hover else {
            panic!("no hover")
        };
        let expected = "**Not \\<b\\>**\n\n`a/b` · info\n\n- Use \\*these\\* (safe)\n\n\
                        [More about this](https://example.org/a_%28b%29)";
        assert_eq!(content.value, expected);
        let none = Client::default();
        let hover = Shown { client: &none, uri: &uri, text: &text }.hover(&[&found()], &rules());
        let Some(Hover { contents: lsp::Contents::MarkupContent(content), .. }) = hover else {
            panic!("no hover")
        };
        assert_eq!(content.value, "Not <b>\na/b, info\n\nUse *these* (safe)\n\nhttps://example.org/a_(b)");
    }
}
