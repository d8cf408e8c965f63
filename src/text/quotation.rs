//! Quotations of a segment: what stands between quotation marks.

use crate::document::Document;
use crate::span::{Seg, Span};

/// A region between an opening and a closing quotation mark of one segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quotation {
    /// The region with its marks.
    pub span: Span<Seg>,
    /// The region between the marks; blanks inside the marks belong to it.
    pub inner: Span<Seg>,
    /// Number of words between the marks.
    pub words: usize,
    /// What the marks are.
    pub style: MarkStyle,
}

impl Quotation {
    /// Whether somebody speaks: four words or more. Fewer are a term or scare quotes.
    pub const fn is_speech(&self) -> bool {
        self.words >= 4
    }
}

/// What the marks of a quotation are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MarkStyle {
    /// “ and ”.
    Curly,
    /// ‘ and ’.
    Single,
    /// « and ».
    Guillemets,
    /// " and ".
    Straight,
    /// An opening mark of one style and a closing mark of another, or several marks in a row.
    Mixed,
    /// An opening mark only; the quotation runs to the end of the segment.
    Unclosed,
}

/// Which quotation marks and apostrophes a document writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum QuoteStyle {
    /// “ ” and ’.
    Curly,
    /// " and '.
    Straight,
}

/// The quotations of `text`, by start, the outer before the inner.
pub fn quotations(_text: &str) -> Vec<Quotation> {
    Vec::new()
}

/// The style of most double quotation marks of a document; of most apostrophes if there are no marks;
/// curly if that does not decide.
pub fn dominant_quotes(document: &Document<'_>) -> QuoteStyle {
    let count = |marks: &[char]| -> usize {
        document.segments.iter().map(|segment| segment.text.matches(marks).count()).sum()
    };
    let order = count(&['“', '”']).cmp(&count(&['"'])).then_with(|| count(&['‘', '’']).cmp(&count(&['\''])));
    if order.is_lt() { QuoteStyle::Straight } else { QuoteStyle::Curly }
}
