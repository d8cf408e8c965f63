//! What must hold for findings and for texts that were fixed.

use std::sync::{Arc, OnceLock};

use mtlint::diagnostic::{Applicability, Diagnostic, Edit};
use mtlint::fix::{FixError, Fixed};
use mtlint::format::{self, Format};
use mtlint::rule::{self, RuleFiles};
use mtlint::session::{Session, Settings};
use mtlint::source::Source;

use super::outline::outline;

fn session(files: &RuleFiles, select: &[&str]) -> Session {
    let rules = Arc::new(rule::load(files).expect("the rules compile"));
    let select = select.iter().map(|pack| pack.parse().expect("a pack")).collect();
    Session::new(rules, None, Settings { select, translated: true, ..Settings::default() }).expect("packs")
}

/// All built-in rules.
pub(crate) fn all_rules() -> &'static Session {
    static SESSION: OnceLock<Session> = OnceLock::new();
    SESSION.get_or_init(|| session(&RuleFiles::builtin(), &[]))
}

/// Rules whose fixes take out, put in and replace: enough where it is the reading that is tried.
pub(crate) fn some_rules() -> &'static Session {
    static SESSION: OnceLock<Session> = OnceLock::new();
    SESSION.get_or_init(|| session(&RuleFiles::builtin(), &["typography", "repetition"]))
}

/// No rules.
pub(crate) fn no_rules() -> &'static Session {
    static SESSION: OnceLock<Session> = OnceLock::new();
    SESSION.get_or_init(|| session(&RuleFiles::new(), &[]))
}

/// Findings and their fixes lie in the text, are in order, and say something.
pub(crate) fn valid(source: &Source, found: &[Diagnostic]) {
    let text = source.text();
    for d in found {
        assert!(text.get(d.span.range()).is_some(), "{:?} of {} is no place in the text", d.span, d.rule);
        assert!(!d.message.is_empty(), "{} says nothing", d.rule);
        for fix in &d.fixes {
            assert!(!fix.edits.is_empty(), "{} gives a fix that does nothing", d.rule);
            for edit in &fix.edits {
                assert!(text.get(edit.span.range()).is_some(), "{edit:?} of {} is no place", d.rule);
            }
            let apart = fix.edits.windows(2).all(|e| e[0].span.end <= e[1].span.start);
            assert!(apart, "edits of {} overlap: {:?}", d.rule, fix.edits);
        }
    }
    assert!(found.windows(2).all(|d| d[0].span.start <= d[1].span.start), "findings are out of order");
}

/// Checks and fixes the text with built-in rules, and with the fixes of either safety.
pub(crate) fn mended(session: &Session, format: Format, source: &Source) {
    valid(source, &session.check(source, format));
    mended_at(session, format, source, Applicability::Safe).expect("safe fixes do not fight");
    let _ = mended_at(session, format, source, Applicability::Unsafe);
}

/// The same for rules that make no promise: they may undo each other, which is told, and nothing is changed.
pub(crate) fn mended_by_any(session: &Session, format: Format, source: &Source) {
    valid(source, &session.check(source, format));
    for threshold in [Applicability::Safe, Applicability::Unsafe] {
        let _ = mended_at(session, format, source, threshold);
    }
}

fn mended_at(
    session: &Session,
    format: Format,
    source: &Source,
    threshold: Applicability,
) -> Result<(), FixError> {
    let fixed = session.fix(source, format, threshold)?;
    whole(format, source, &fixed, threshold);
    settled(session, format, &fixed, threshold);
    Ok(())
}

/// What no fix asked for is as it was.
fn whole(format: Format, source: &Source, fixed: &Fixed, threshold: Applicability) {
    let (before, after) = (outline(format, source), outline(format, &fixed.source));
    let differ = before.iter().zip(&after).find(|(a, b)| a != b);
    assert_eq!((differ, before.len()), (None, after.len()), "the outline differs in {:?}", fixed.text());
    if fixed.passes == 0 {
        assert_eq!(fixed.text(), source.text(), "changed without a pass");
    }
    // Of several passes, it is not known which fix belongs to which.
    if fixed.passes == 1 {
        let fixes = fixed.applied.iter().filter_map(|d| d.unattended_fix(threshold));
        let mut edits: Vec<&Edit> = fixes.flat_map(|fix| &fix.edits).collect();
        edits.sort();
        let (mut text, mut at) = (String::new(), 0);
        for edit in edits {
            text.push_str(&source.text()[at..edit.span.start]);
            text.push_str(&edit.text);
            at = edit.span.end;
        }
        text.push_str(&source.text()[at..]);
        assert_eq!(fixed.text(), text, "more was changed than was asked for");
    }
}

/// What was written can be read again, and is in no need of another fix.
fn settled(session: &Session, format: Format, fixed: &Fixed, threshold: Applicability) {
    let Ok(bytes) = fixed.source.to_bytes() else { return };
    let encoding = Some(fixed.source.encoding()).filter(|_| format != Format::Docx);
    let again = format::decode(bytes.to_vec(), format, encoding).expect("what was written can be read");
    assert_eq!(again.text(), fixed.text(), "another text was written");
    let twice = session.fix(&again, format, threshold).expect("it ended once");
    assert_eq!((twice.text(), twice.passes), (fixed.text(), 0), "fixing twice is not fixing once");
    valid(&again, &fixed.remaining);
}
