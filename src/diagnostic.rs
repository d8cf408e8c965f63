//! What a check yields: diagnostics, their fixes, and how far a fix can be trusted.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::span::{Span, Src};

/// How bad a finding is; the order is `Info < Warning < Error`.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth a look; never fails a run by default.
    Info,
    /// Very probably wrong.
    Warning,
    /// Wrong.
    Error,
}

impl Severity {
    /// The lower-case name, as it stands in rules and output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// How far a fix can be trusted; the order is `Suggest < Unsafe < Safe`,
/// so that "may be applied at threshold `t`" reads `applicability >= t`.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Applicability {
    /// Shown to a person only, never applied.
    Suggest,
    /// Probably right; applied with `--unsafe`.
    Unsafe,
    /// Meaning unchanged and result grammatical in every context the rule admits.
    Safe,
}

impl Applicability {
    /// The lower-case name, as it stands in rules and output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Suggest => "suggest",
            Self::Unsafe => "unsafe",
            Self::Safe => "safe",
        }
    }
}

/// One replacement of source bytes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Edit {
    /// Bytes of the source to replace; empty to insert.
    pub span: Span<Src>,
    /// What to put there; empty to delete.
    pub text: String,
}

/// A correction: one or more edits that are taken together or not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What the fix does, for a person who chooses among several.
    pub title: String,
    /// How far it can be trusted.
    pub applicability: Applicability,
    /// The edits, sorted by span, not overlapping.
    pub edits: Vec<Edit>,
}

/// Names a finding by what it is about: 64 bits, shown as 16 hexadecimal digits.
///
/// What it is made of is in `fingerprint`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(pub(crate) u64);

/// Why a text is no fingerprint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a fingerprint has 16 digits from 0 to 9 and a to f, as `--output-format jsonl` shows it")]
pub struct NoFingerprint;

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl FromStr for Fingerprint {
    type Err = NoFingerprint;

    fn from_str(text: &str) -> Result<Self, NoFingerprint> {
        let fine = text.len() == 16 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        let bits = fine.then(|| u64::from_str_radix(text, 16).ok()).flatten();
        bits.map(Self).ok_or(NoFingerprint)
    }
}

impl Serialize for Fingerprint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Fingerprint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// One finding in one text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Id of the rule that found it: `<pack>/<rule>` or `grammar/<nlprule id>`.
    pub rule: Arc<str>,
    /// How bad it is.
    pub severity: Severity,
    /// One line for the reader; never empty.
    pub message: String,
    /// A page that explains the rule, where there is one.
    pub why_url: Option<Arc<str>>,
    /// The faulty bytes; empty where something is missing.
    pub span: Span<Src>,
    /// Corrections. Several are alternatives; only a single safe one is ever applied unattended.
    pub fixes: Vec<Fix>,
    /// Order in which fixes are taken when they compete; smaller first. Default 0.
    pub priority: i32,
    /// What names the finding wherever its sentence goes.
    pub fingerprint: Fingerprint,
}

impl Diagnostic {
    /// The one fix that may be applied unattended at `threshold`, if any.
    ///
    /// Two fixes at or above the threshold are a choice, and a choice is for a person.
    pub fn unattended_fix(&self, threshold: Applicability) -> Option<&Fix> {
        let mut allowed =
            self.fixes.iter().filter(|f| f.applicability >= threshold.max(Applicability::Unsafe));
        match (allowed.next(), allowed.next()) {
            (Some(fix), None) => Some(fix),
            _ => None,
        }
    }

    /// Bytes of what is told: the message and the corrections.
    pub(crate) fn said(&self) -> usize {
        let edits = |fix: &Fix| fix.edits.iter().map(|edit| BESIDE + edit.text.len()).sum::<usize>();
        let fixes = self.fixes.iter().map(|fix| BESIDE + fix.title.len() + edits(fix));
        self.message.len() + fixes.sum::<usize>()
    }
}

/// Bytes that a fix or an edit takes beside its text.
const BESIDE: usize = 64;

/// Sorts diagnostics as they are reported: by place, then by rule, whatever thread found them.
pub fn sort(diagnostics: &mut [Diagnostic]) {
    diagnostics.sort_by(|a, b| {
        (a.span.start, a.span.end, &a.rule, &a.message).cmp(&(b.span.start, b.span.end, &b.rule, &b.message))
    });
}

/// How many diagnostics to the left and right of one may cover it.
const NEIGHBOURS: usize = 8;

/// Drops what another diagnostic says as well: one whose span lies inside that of another of the same or a higher
/// severity, unless it alone has a fix that is safe. Of equal spans and severities the one with a fix stays, then
/// the first.
///
/// `diagnostics` are [sorted](sort).
pub fn drop_covered(diagnostics: &mut Vec<Diagnostic>) {
    let covers = |a: usize, b: usize| {
        let (over, under) = (&diagnostics[a], &diagnostics[b]);
        let inside = over.span.start <= under.span.start && under.span.end <= over.span.end;
        if !inside || under.span.is_empty() || over.severity < under.severity {
            return false;
        }
        let (safe, fixes) = (
            |d: &Diagnostic| d.unattended_fix(Applicability::Safe).is_some(),
            |d: &Diagnostic| !d.fixes.is_empty(),
        );
        if safe(under) && !safe(over) {
            return false;
        }
        let equal = over.span == under.span && over.severity == under.severity;
        let rank = |d: &Diagnostic| (safe(d), fixes(d));
        !equal || rank(over) > rank(under) || (rank(over) == rank(under) && a < b)
    };
    let dropped: Vec<bool> = (0..diagnostics.len())
        .map(|i| {
            let near = i.saturating_sub(NEIGHBOURS)..diagnostics.len().min(i + NEIGHBOURS + 1);
            near.into_iter().any(|other| other != i && covers(other, i))
        })
        .collect();
    let mut dropped = dropped.into_iter();
    diagnostics.retain(|_| !dropped.next().unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(rule: &str, severity: Severity, start: usize, end: usize, safe: bool) -> Diagnostic {
        let span = Span::new(start, end);
        let edits = vec![Edit { span, text: String::new() }];
        let fix = Fix { title: String::new(), applicability: Applicability::Safe, edits };
        Diagnostic {
            rule: rule.into(),
            severity,
            message: "m".to_owned(),
            why_url: None,
            span,
            fixes: if safe { vec![fix] } else { Vec::new() },
            priority: 0,
            fingerprint: Fingerprint::default(),
        }
    }

    fn left(mut all: Vec<Diagnostic>) -> Vec<String> {
        sort(&mut all);
        drop_covered(&mut all);
        all.iter().map(|d| d.rule.to_string()).collect()
    }

    #[test]
    fn what_another_says_as_well_goes() {
        use Severity::{Info, Warning};
        assert_eq!(left(vec![found("a", Info, 3, 5, false), found("b", Info, 0, 9, false)]), ["b"]);
        assert_eq!(left(vec![found("a", Info, 0, 9, false), found("b", Info, 0, 9, true)]), ["b"]);
        assert_eq!(left(vec![found("a", Info, 0, 9, false), found("b", Info, 0, 9, false)]), ["a"]);
        assert_eq!(left(vec![found("a", Warning, 3, 5, false), found("b", Info, 0, 9, false)]), ["b", "a"]);
        assert_eq!(left(vec![found("a", Info, 3, 5, true), found("b", Info, 0, 9, false)]), ["b", "a"]);
        assert_eq!(left(vec![found("a", Info, 0, 5, false), found("b", Info, 3, 9, false)]), ["a", "b"]);
    }
}
