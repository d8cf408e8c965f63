//! What a text reads like once a fix is applied, for showing it beside the fault.

use crate::diagnostic::{Applicability, Diagnostic, Fix};
use crate::source::Source;
use crate::span::{Span, Src};

/// The fault and everything that `fix` changes around it.
pub fn reach(span: Span<Src>, fix: &Fix) -> Span<Src> {
    fix.edits.iter().fold(span, |reach, edit| reach.cover(edit.span))
}

/// The text of `reach` as it stands after `fix`; edits outside `reach` are left out.
pub fn corrected(source: &Source, reach: Span<Src>, fix: &Fix) -> String {
    let mut text = String::new();
    let mut at = reach.start;
    for edit in &fix.edits {
        if edit.span.start < at || edit.span.end > reach.end {
            continue;
        }
        text.push_str(source.slice(Span::new(at, edit.span.start)));
        text.push_str(&edit.text);
        at = edit.span.end;
    }
    text.push_str(source.slice(Span::new(at, reach.end)));
    text
}

/// The fix to show first: the one that can be applied, else the first offered.
pub fn foremost(diagnostic: &Diagnostic) -> Option<&Fix> {
    let unattended = |threshold| diagnostic.unattended_fix(threshold);
    unattended(Applicability::Safe)
        .or_else(|| unattended(Applicability::Unsafe))
        .or_else(|| diagnostic.fixes.first())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Edit;

    #[test]
    fn a_fix_may_change_more_than_the_fault() {
        let source = Source::from_text("it is a important event").expect("short");
        let edit = |start, end, text: &str| Edit { span: Span::new(start, end), text: text.to_owned() };
        let edits = vec![edit(7, 7, "n"), edit(18, 23, "thing")];
        let fix = Fix { title: String::new(), applicability: Applicability::Safe, edits };
        let reach = reach(Span::new(8, 17), &fix);
        assert_eq!(reach, Span::new(7, 23));
        assert_eq!(corrected(&source, reach, &fix), "n important thing");
    }
}
