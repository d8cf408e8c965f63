//! Markdown to segments: CommonMark with tables, footnotes, strikethrough, task lists and front matter.
//!
//! Emphasis and links inside a sentence cannot be seen by rules. Code, addresses and raw HTML are no prose; code within
//! a sentence is shown as a placeholder. The text of an image is a block of its own. A hard line break ends a block.

use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Options, Parser, Tag, TagEnd};

use super::front_matter;
use super::html::{self, InlineTag};
use super::prose::Prose;
use crate::document::{BlockKind, Document, Markup};
use crate::source::Source;
use crate::span::{Span, Src};

/// What is understood beside CommonMark. No formulas: in prose a dollar is a dollar.
const OPTIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_HEADING_ATTRIBUTES)
    .union(Options::ENABLE_YAML_STYLE_METADATA_BLOCKS)
    .union(Options::ENABLE_PLUSES_DELIMITED_METADATA_BLOCKS);

/// Reads Markdown.
pub(super) fn read(source: &Source) -> Document<'_> {
    // What the parser does not know for front matter is not read at all.
    let start = source.body_start();
    let is_known = |text: &str| {
        let mut lines = text.lines();
        let first = lines.next().unwrap_or_default().trim_end();
        matches!(first, "---" | "+++") && lines.next().is_some_and(|line| !line.trim().is_empty())
    };
    let body = if is_known(&source.text()[start..]) { start } else { front_matter::end(source) };
    let text = &source.text()[body..];
    let mut reader = Reader {
        source,
        body,
        prose: Prose::new(source, Markup::Markdown),
        blocks: Vec::new(),
        images: Vec::new(),
        silent: 0,
        links: Vec::new(),
        labels: 0,
        comments: Vec::new(),
        read: body,
        shown: body,
        raw: None,
    };
    for (event, range) in Parser::new_ext(text, OPTIONS).into_offset_iter() {
        reader.event(event, range);
    }
    let Reader { prose, comments, .. } = reader;
    prose.finish(comments)
}

struct Reader<'s> {
    source: &'s Source,
    body: usize,
    prose: Prose<'s>,
    /// The kinds of the blocks that are open, as far as they have a say in the kind of a paragraph.
    blocks: Vec<BlockKind>,
    /// What was put aside for the text of images, the outer first.
    images: Vec<Option<crate::document::Projection<'s>>>,
    /// How many things are open that hold no prose: code blocks, front matter, autolinks.
    silent: usize,
    /// The links and images that are open, the outer first.
    links: Vec<LinkType>,
    /// How many of them have a text that is also what their target is looked up by.
    labels: usize,
    comments: Vec<Span<Src>>,
    /// How far comments have been looked for.
    read: usize,
    /// Where the last text ended.
    shown: usize,
    /// The name of an element of raw HTML that is open and holds no prose, and how many of that name are.
    raw: Option<(String, usize)>,
}

impl Reader<'_> {
    fn span(&self, range: Range<usize>) -> Span<Src> {
        Span::new(self.body + range.start, self.body + range.end)
    }

    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        let span = self.span(range);
        match event {
            Event::Start(tag) => self.start(&tag, span),
            Event::End(tag) => self.end(tag, span),
            Event::Html(_) => self.html(span),
            Event::InlineHtml(_) => {
                self.html(span);
                self.inline_html(span);
            }
            _ if self.silent > 0 => {}
            Event::Text(text) if self.source.slice(span) == &*text => self.text(span),
            Event::Text(text) => self.prose.folded(span, &text),
            Event::Code(_) | Event::InlineMath(_) | Event::DisplayMath(_) => self.prose.opaque(span),
            Event::SoftBreak => self.prose.folded(span, " "),
            Event::HardBreak | Event::Rule => self.prose.end(),
            Event::FootnoteReference(_) | Event::TaskListMarker(_) => {}
        }
    }

    /// Text as it is written. An escape of its first character belongs to it: what takes its place needs none.
    fn text(&mut self, span: Span<Src>) {
        let text = self.source.slice(span);
        let before = span.start.checked_sub(1).filter(|&before| before >= self.shown);
        let escape = before.filter(|&before| self.source.text().as_bytes()[before] == b'\\');
        let first = text.chars().next().filter(char::is_ascii_punctuation);
        self.shown = span.end;
        match (escape, first) {
            (Some(escape), Some(first)) => {
                let rest = span.start + first.len_utf8();
                self.prose.folded(Span::new(escape, rest), first.encode_utf8(&mut [0; 4]));
                self.prose.exact(Span::new(rest, span.end));
            }
            _ => self.prose.exact(span),
        }
    }

    /// A tag in a line: of code, of another language, of what is struck out.
    fn inline_html(&mut self, span: Span<Src>) {
        let tag = html::inline_tag(self.source.slice(span));
        match (&mut self.raw, tag) {
            (Some((open, depth)), InlineTag::Opaque(name)) => *depth += usize::from(*open == name),
            (Some((open, depth)), InlineTag::End(name)) if *open == name => {
                *depth -= 1;
                if *depth == 0 {
                    self.end_raw();
                }
            }
            (None, InlineTag::Opaque(name)) if self.silent == 0 => {
                self.prose.opaque(span);
                self.raw = Some((name, 1));
                self.silent += 1;
            }
            _ => {}
        }
    }

    /// Raw HTML in a line ends at the latest with its block.
    fn end_raw(&mut self) {
        if self.raw.take().is_some() {
            self.silent = self.silent.saturating_sub(1);
        }
    }

    fn start(&mut self, tag: &Tag<'_>, span: Span<Src>) {
        match tag {
            Tag::Strikethrough => {
                if self.silent == 0 {
                    self.prose.opaque(span);
                }
                self.silent += 1;
            }
            Tag::Emphasis | Tag::Strong | Tag::Superscript | Tag::Subscript => {}
            Tag::Link { link_type, .. } => {
                let address = matches!(link_type, LinkType::Autolink | LinkType::Email);
                if address && self.silent == 0 {
                    self.prose.opaque(span);
                }
                self.prose.border(true);
                self.silent += usize::from(address);
                self.open_link(*link_type);
            }
            Tag::Image { link_type, .. } => {
                self.images.push(self.prose.suspend());
                self.open_link(*link_type);
            }
            Tag::MetadataBlock(_) => {
                self.prose.end();
                front_matter::read(self.source, span, &mut self.prose);
                self.silent += 1;
            }
            Tag::CodeBlock(_) => {
                self.prose.end();
                self.silent += 1;
            }
            Tag::Heading { .. } => self.open(BlockKind::Heading),
            Tag::Item => self.open(BlockKind::ListItem),
            Tag::BlockQuote(_) => self.open(BlockKind::Quote),
            Tag::FootnoteDefinition(_) => self.open(BlockKind::Footnote),
            Tag::TableCell => self.open(BlockKind::TableCell),
            _ => self.next_block(),
        }
    }

    fn end(&mut self, tag: TagEnd, span: Span<Src>) {
        match tag {
            TagEnd::Strikethrough => self.silent = self.silent.saturating_sub(1),
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Superscript | TagEnd::Subscript => {}
            TagEnd::Link => {
                if matches!(self.close_link(), Some(LinkType::Autolink | LinkType::Email)) {
                    self.silent = self.silent.saturating_sub(1);
                }
                self.prose.border(false);
            }
            TagEnd::Image => {
                self.close_link();
                let outside = self.images.pop().flatten();
                let kind = std::mem::replace(&mut self.prose.kind, BlockKind::AltText);
                self.prose.resume(outside);
                self.prose.kind = kind;
                if !self.prose.is_empty() {
                    self.prose.opaque(span);
                }
            }
            TagEnd::MetadataBlock(_) | TagEnd::CodeBlock => self.silent = self.silent.saturating_sub(1),
            TagEnd::Heading(_)
            | TagEnd::Item
            | TagEnd::BlockQuote(_)
            | TagEnd::FootnoteDefinition
            | TagEnd::TableCell => {
                self.prose.end();
                self.blocks.pop();
                self.next_block();
            }
            _ => self.next_block(),
        }
    }

    fn open_link(&mut self, link_type: LinkType) {
        self.links.push(link_type);
        self.labels += usize::from(is_label(link_type));
        self.prose.kept = self.labels > 0;
    }

    fn close_link(&mut self) -> Option<LinkType> {
        let closed = self.links.pop();
        self.labels -= usize::from(closed.is_some_and(is_label));
        self.prose.kept = self.labels > 0;
        closed
    }

    fn open(&mut self, kind: BlockKind) {
        self.prose.end();
        self.blocks.push(kind);
        self.next_block();
    }

    fn next_block(&mut self) {
        self.end_raw();
        self.prose.end();
        self.prose.kind = self.blocks.last().copied().unwrap_or(BlockKind::Paragraph);
    }

    /// Keeps the comments of raw HTML; a line break in it ends a block.
    fn html(&mut self, span: Span<Src>) {
        let text = self.source.slice(span);
        // A comment over several lines comes line by line; what was read of it is not read again.
        while let Some(start) = self.source.text().get(self.read.max(span.start)..span.end) {
            let from = self.read.max(span.start);
            let Some(start) = start.find("<!--").map(|at| from + at) else { break };
            let end = self.source.text()[start..].find("-->").map(|at| start + at + "-->".len());
            // One without an end goes on to the end of the text.
            self.read = end.unwrap_or(self.source.text().len());
            self.comments.extend(end.map(|end| Span::new(start, end)));
        }
        if text.len() <= "<br    />".len() && text.to_ascii_lowercase().starts_with("<br") {
            self.prose.end();
        }
    }
}

/// Whether the text of the link is also what its target is looked up by.
fn is_label(link_type: LinkType) -> bool {
    matches!(link_type, LinkType::Collapsed | LinkType::Shortcut)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<(BlockKind, String)> {
        let source = Source::from_text(text).expect("short");
        read(&source).segments.iter().map(|s| (s.kind, s.text.to_string())).collect()
    }

    fn texts(text: &str) -> Vec<String> {
        shown(text).into_iter().map(|(_, text)| text).collect()
    }

    #[test]
    fn markup_inside_a_sentence_is_not_seen() {
        let text = "The **old** [market](http://x.y 'z') is _in\nthe_ small town.[^1]\n\n[^1]: So *it* is.";
        assert_eq!(texts(text), ["The old market is in the small town.", "So it is."]);
        assert_eq!(
            texts("A \\*star\\*, R&amp;D and `code` or <http://a.b>!"),
            ["A *star*, R&D and \u{fffc} or \u{fffc}!"]
        );
        assert_eq!(
            texts("An <b>old</b> one<br>and a new one.  \nHere."),
            ["An old one", "and a new one.", "Here."]
        );
    }

    #[test]
    fn blocks_have_their_kinds() {
        use BlockKind::{AltText, Heading, ListItem, Paragraph, Quote, TableCell};
        let text = "# Title {#id}\n\nText ![a *photo*](p.jpg) more.\n\n- one\n- two\n  words\n\n> said\n> he\n\n\
                    ```\ncode\n```\n\n    indented\n\n| a | b |\n|---|---|\n| c | d |\n\n<div>\nraw\n</div>\n\n- [x] done\n";
        let expected = [
            (Heading, "Title"),
            (Paragraph, "Text \u{fffc} more."),
            (AltText, "a photo"),
            (ListItem, "one"),
            (ListItem, "two words"),
            (Quote, "said he"),
            (TableCell, "a"),
            (TableCell, "b"),
            (TableCell, "c"),
            (TableCell, "d"),
            (ListItem, "done"),
        ];
        assert_eq!(shown(text), expected.map(|(kind, text)| (kind, text.to_owned())));
    }

    #[test]
    fn what_is_struck_out_was_taken_for_text() {
        assert_eq!(
            texts("He went to ~~the~~ the ~~**old**~~ market."),
            ["He went to \u{fffc} the \u{fffc} market."]
        );
    }

    #[test]
    fn code_and_other_languages_in_raw_html_were_taken_for_text() {
        let text = "Use <code>git <b>of</b> of</code> here, <span lang=\"fr\">il dit : oui</span> or <b>so</b>.\n\nThe end.";
        assert_eq!(texts(text), ["Use \u{fffc} here, \u{fffc} or so.", "The end."]);
        assert_eq!(texts("It <code>never ends.\n\nThe end."), ["It \u{fffc}", "The end."]);
    }

    #[test]
    fn an_escape_was_left_behind_by_what_took_the_place_of_its_character() {
        let text = "He praised the \\\"courage” \\\\ of \\“it.";
        let source = Source::from_text(text).expect("short");
        let document = read(&source);
        let segment = &document.segments[0];
        assert_eq!(segment.text, "He praised the \"courage” \\ of \\“it.");
        let at = segment.text.find('"').expect("there");
        assert_eq!(segment.edit(Span::new(at, at + 1), "“"), Some(Span::new(15, 17)));
    }

    #[test]
    fn front_matter_that_is_not_known_was_taken_for_text() {
        assert_eq!(texts("{\n  \"title\": \"The market\",\n  \"url\": \"/a ,b/\"\n}\n\nText.\n"), ["Text."]);
        assert_eq!(texts("---\n\npath: /a ,b/x\n---\n\nText.\n"), ["Text."]);
        assert_eq!(texts("{curly} text.\n"), ["{curly} text."]);
        assert_eq!(texts("---\n\nA break.\n\n---\n\nText.\n"), ["A break.", "Text."]);
    }

    #[test]
    fn front_matter_shows_what_readers_see() {
        let yaml = "---\ntitle: \"The old market\"\ndate: 2020-01-01\nslug: the-the\nsummary: He went there.\n---\n\nText.\n";
        assert_eq!(texts(yaml), ["The old market", "He went there.", "Text."]);
        let toml = "\u{feff}+++\ntitle = 'The old market'\ntags = [\"the the\"]\n+++\nText.\n";
        assert_eq!(texts(toml), ["The old market", "Text."]);
        assert_eq!(texts("---\ntitle: [broken\n---\n\nText.\n"), ["Text."]);
    }

    #[test]
    fn comments_are_kept_and_are_no_prose() {
        let text = "One <!-- two --> three.\n\n<!-- four\nfive -->\n\nSix.";
        let source = Source::from_text(text).expect("short");
        let comments: Vec<&str> = read(&source).comments.iter().map(|span| source.slice(*span)).collect();
        assert_eq!(comments, ["<!-- two -->", "<!-- four\nfive -->"]);
        assert_eq!(texts(text), ["One  three.", "Six."]);
    }

    #[test]
    fn what_is_very_long_or_deep_is_cut() {
        let long = "word ".repeat(40_000);
        assert!(texts(&long).iter().all(|text| text.len() <= super::super::MAX_SEGMENT));
        let deep = format!("{}x", "> ".repeat(20_000));
        assert!(texts(&deep).len() <= 1);
        assert!(texts(&"[".repeat(50_000)).is_empty());
        assert!(!texts(&"**a ".repeat(20_000)).is_empty());
    }
}
