//! One article as it reads, marked, with the remarks beside the paragraphs they belong to.

use maud::{Markup, PreEscaped, html};

use super::marks::{Mark, Node, nest};
use super::place::Layout;
use super::remark::Remark;
use super::text::prose;
use super::{TEXT, changes};
use crate::document::{BlockKind, Document, Segment};
use crate::source::Source;

/// What the section of an article is made from.
pub(super) struct Text<'a> {
    pub(super) number: usize,
    pub(super) source: &'a Source,
    pub(super) document: &'a Document<'a>,
    /// The findings that are shown.
    pub(super) remarks: &'a [Remark<'a>],
    /// How many more there are.
    pub(super) more: usize,
    /// The text with its fixes, or why there is none.
    pub(super) after: Result<&'a Document<'a>, &'a str>,
    /// What the fixes of the text with fixes are called.
    pub(super) fixes: &'static str,
}

impl Text<'_> {
    /// The paragraphs with their remarks, then the changes.
    pub(super) fn render(&self, layout: &Layout) -> Markup {
        let mut beside: Vec<Vec<&Remark<'_>>> = vec![Vec::new(); self.document.segments.len()];
        for (remark, &home) in self.remarks.iter().zip(&layout.home) {
            beside[home].push(remark);
        }
        let shown = shown(self.document);
        let left = self.document.segments.len() - shown;
        html! {
            @if self.more > 0 {
                p.notice {
                    "Only the first " (self.remarks.len()) " remarks are written out; " (self.more)
                    " more are in the counts above and in " code { "mtlint check" } "."
                }
            }
            div.rows {
                @for (i, segment) in self.document.segments.iter().enumerate().take(shown) {
                    div.row id={ "a" (self.number) "b" (i + 1) } {
                        (block(segment.kind, self.marked(segment, &layout.marks[i])))
                        @if !beside[i].is_empty() {
                            ol.notes aria-label="Remarks" {
                                @for remark in &beside[i] { (remark.note(self.source)) }
                            }
                        }
                    }
                }
            }
            @if left > 0 {
                p.notice { "The article goes on; its last " (left) " blocks are too long for this page." }
            }
            (changes::render(self.document, self.after, self.fixes))
        }
    }

    fn marked(&self, segment: &Segment<'_>, marks: &[Mark]) -> Markup {
        let mut shown = String::with_capacity(segment.text.len() + marks.len() * 160);
        self.write(&nest(&segment.text, marks), &mut shown);
        PreEscaped(shown)
    }

    fn write(&self, nodes: &[Node<'_>], shown: &mut String) {
        for node in nodes {
            match node {
                Node::Text(text) => shown.push_str(&prose(text).0),
                Node::Number(remark) => shown.push_str(&self.remarks[*remark].number().0),
                Node::Marked(remark, inner) => {
                    let remark = &self.remarks[*remark];
                    let mut text = String::new();
                    self.write(inner, &mut text);
                    let piece = html! {
                        mark.(remark.classes()).gap[inner.is_empty()] data-f=(remark.place) {
                            @if inner.is_empty() { "‸" } @else { (PreEscaped(text)) }
                        }
                    };
                    shown.push_str(&piece.0);
                }
            }
        }
    }
}

/// How many segments of a document fit into a page.
pub(super) fn shown(document: &Document<'_>) -> usize {
    let mut length = 0;
    let fits = document.segments.iter().take_while(|segment| {
        let fits = length == 0 || length + segment.text.len() <= TEXT;
        length += segment.text.len();
        fits
    });
    fits.count()
}

/// A segment in the element that says what it is.
fn block(kind: BlockKind, text: Markup) -> Markup {
    html! {
        @match kind {
            BlockKind::Heading => h3.text { (text) },
            BlockKind::Paragraph | BlockKind::Question | BlockKind::Answer => p.text { (text) },
            BlockKind::Deck => p.text.deck { (text) },
            BlockKind::Byline | BlockKind::Note => p.text.caption { (text) },
            BlockKind::ListItem => p.text.item { (text) },
            BlockKind::Quote => blockquote.text { (text) },
            BlockKind::TableCell => p.text.cell { (text) },
            BlockKind::Caption => p.text.caption { (text) },
            BlockKind::AltText => p.text.caption { span.role { "Image: " } (text) },
            BlockKind::Footnote => p.text.caption { span.role { "Note: " } (text) },
        }
    }
}
