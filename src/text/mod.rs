//! What a segment's text is made of: sentences, quotations, words.
//!
//! Functions from text to spans; no offsets of the file and no rules here. And how text is shown to people: `visible`
//! escapes it, `drawing` draws a mistake at its place.

mod abbreviation;
mod article;
pub mod drawing;
pub mod quotation;
pub mod sentence;
pub mod visible;
pub mod word;

pub use quotation::{MarkStyle, Quotation, QuoteStyle, dominant_quotes, quotations};
pub use sentence::sentences;
pub use word::{Article, Casing, apply_case, fold_char, indefinite_article, starts_sentence};
