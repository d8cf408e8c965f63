//! HTML to segments: block elements part the text, inline ones cannot be seen by rules.
//!
//! Blanks are shown as a browser shows them: a run of them, across tags too, as one. Character references are shown as
//! what they stand for. Scripts, styles, preformatted text, forms and drawings are no prose, and neither is what is
//! marked as another language (`lang`) or as not to be translated (`translate="no"`).

use html5gum::{DefaultEmitter, Error, StartTag, State, Token, Tokenizer, naive_next_state};

use super::prose::Prose;
use super::{front_matter, is_english};
use crate::document::{BlockKind, Document, Markup};
use crate::source::{BOM, Source};
use crate::span::{Span, Src};

/// Elements inside a line.
const INLINE: [&str; 30] = [
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "data", "dfn", "em", "font", "i", "ins",
    "label", "mark", "nobr", "q", "rb", "rp", "rt", "ruby", "small", "span", "strong", "sub", "sup", "time",
    "u", "wbr",
];

/// Elements inside a line whose text is no prose, or is taken back, shown as a placeholder.
const OPAQUE: [&str; 15] = [
    "audio", "button", "canvas", "code", "del", "kbd", "math", "object", "s", "samp", "select", "strike",
    "svg", "tt", "var",
];

/// Elements without prose.
const SILENT: [&str; 10] =
    ["iframe", "noembed", "noframes", "noscript", "pre", "script", "style", "template", "textarea", "xmp"];

/// Elements without an end.
const VOID: [&str; 14] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track",
    "wbr",
];

/// The longest character reference, `&CounterClockwiseContourIntegral;`, has 33 bytes.
const LONGEST_REFERENCE: usize = 40;

/// Reads HTML.
pub(super) fn read(source: &Source) -> Document<'_> {
    let body = front_matter::end(source);
    let mut reader = Reader {
        source,
        prose: Prose::new(source, Markup::Html),
        blank: None,
        skipped: None,
        quotes: 0,
        comments: Vec::new(),
    };
    // Between two tags there is text, whatever pieces it comes in.
    let mut at = body;
    let mut tag = |reader: &mut Reader<'_>, start: usize, end: usize| {
        let span = Span::new((body + start).max(at), (body + end).max(at));
        reader.text(Span::new(at, span.start));
        at = span.end;
        span
    };
    let page = &source.text()[body..];
    let mut xml = page.trim_start_matches(BOM).trim_start().starts_with("<?xml");
    let mut unclosed = false;
    let mut tokens = Tokenizer::new_with_emitter(page, DefaultEmitter::<usize>::new_with_span());
    while let Some(token) = tokens.next() {
        let Ok(token) = token;
        match token {
            Token::StartTag(start) => {
                let span = tag(&mut reader, start.span.start, start.span.end);
                let name = String::from_utf8_lossy(&start.name).into_owned();
                xml |= name == "html" && start.attributes.contains_key(b"xmlns".as_slice());
                let state = naive_next_state(&start.name);
                // HTML does not let a script end with the tag that begins it; a title that does so is from XML.
                let may_close = xml || reader.in_foreign() || matches!(state, None | Some(State::RcData));
                let closed = VOID.contains(&name.as_str()) || start.self_closing && may_close;
                if let Some(state) = state.filter(|_| !closed) {
                    tokens.set_state(state);
                }
                reader.start(&name, span, is_kept(&start), closed);
            }
            Token::EndTag(end) => {
                let span = tag(&mut reader, end.span.start, end.span.end);
                reader.end(&String::from_utf8_lossy(&end.name), span);
            }
            Token::Comment(comment) => {
                let span = tag(&mut reader, comment.span.start, comment.span.end);
                reader.comments.push(span);
            }
            Token::Doctype(doctype) => {
                tag(&mut reader, doctype.span.start, doctype.span.end);
            }
            Token::Error(error) => unclosed |= error.value == Error::EofInTag,
            Token::String(_) => {}
        }
    }
    let rest = &source.text()[at..];
    let text = if unclosed { rest.split_at(tag_start(rest)).0 } else { rest };
    reader.text(Span::new(at, at + text.len()));
    let Reader { prose, comments, .. } = reader;
    prose.finish(comments)
}

/// Where the first tag of `text` begins, which is never closed: no browser shows what comes after.
fn tag_start(text: &str) -> usize {
    let is_tag = |rest: &str| rest.trim_start_matches('/').starts_with(|c: char| c.is_ascii_alphabetic());
    text.match_indices('<').find(|(at, _)| is_tag(&text[at + 1..])).map_or(text.len(), |(at, _)| at)
}

/// Whether what an element holds is in another language, or is not to be translated.
fn is_kept(start: &StartTag<usize>) -> bool {
    let attribute = |name: &[u8]| {
        let value = start.attributes.get(name)?;
        Some(String::from_utf8_lossy(value).to_ascii_lowercase())
    };
    let lang = attribute(b"lang").or_else(|| attribute(b"xml:lang"));
    lang.is_some_and(|lang| !lang.is_empty() && !is_english(&lang))
        || attribute(b"translate").is_some_and(|value| value == "no")
}

/// A tag that stands in a line of another format.
pub(super) enum InlineTag {
    /// It begins an element of this name whose text is no prose.
    Opaque(String),
    /// It ends an element of this name.
    End(String),
    /// Neither.
    Other,
}

/// What the one tag that `text` is says of the text after it.
pub(super) fn inline_tag(text: &str) -> InlineTag {
    let mut emitter = DefaultEmitter::<usize>::new_with_span();
    emitter.naively_switch_states(false);
    for token in Tokenizer::new_with_emitter(text, emitter) {
        let Ok(token) = token;
        let name = |name: &[u8]| String::from_utf8_lossy(name).into_owned();
        return match token {
            Token::StartTag(start) if start.self_closing => InlineTag::Other,
            Token::StartTag(start) => {
                let tag = name(&start.name);
                let holds = !VOID.contains(&&*tag);
                let opaque = OPAQUE.contains(&&*tag) || SILENT.contains(&&*tag) || is_kept(&start);
                if holds && opaque { InlineTag::Opaque(tag) } else { InlineTag::Other }
            }
            Token::EndTag(end) => InlineTag::End(name(&end.name)),
            _ => continue,
        };
    }
    InlineTag::Other
}

struct Reader<'s> {
    source: &'s Source,
    prose: Prose<'s>,
    /// Blanks that are shown if text follows.
    blank: Option<Span<Src>>,
    skipped: Option<Skipped>,
    /// How many block quotations are open.
    quotes: usize,
    comments: Vec<Span<Src>>,
}

/// An element whose text is not read.
struct Skipped {
    name: String,
    /// How many of that name are open, one in the other.
    depth: usize,
    /// Where it begins, if it is shown as a placeholder.
    shown_from: Option<usize>,
}

impl Reader<'_> {
    /// Whether this is a drawing or a formula, where the rules are those of XML.
    fn in_foreign(&self) -> bool {
        self.skipped.as_ref().is_some_and(|skipped| matches!(&*skipped.name, "svg" | "math"))
    }

    fn start(&mut self, name: &str, span: Span<Src>, unread: bool, closed: bool) {
        if let Some(skipped) = &mut self.skipped {
            // A paragraph ends where the next block begins, whether it says so or not.
            let ends = skipped.name == "p" && !INLINE.contains(&name) && !OPAQUE.contains(&name);
            if !ends {
                skipped.depth += usize::from(skipped.name == name && !closed);
                return;
            }
            self.skipped = None;
        }
        let opaque = OPAQUE.contains(&name);
        let inline = opaque || INLINE.contains(&name) || name == "img";
        if !inline {
            self.block(name, true);
        } else if name == "a" {
            self.prose.border(true);
        }
        if !closed && (unread || opaque || SILENT.contains(&name)) {
            let shown_from = inline.then_some(span.start);
            self.skipped = Some(Skipped { name: name.to_owned(), depth: 1, shown_from });
        }
    }

    fn end(&mut self, name: &str, span: Span<Src>) {
        if let Some(skipped) = &mut self.skipped {
            if skipped.name != name {
                return;
            }
            skipped.depth -= 1;
            if skipped.depth > 0 {
                return;
            }
            let shown_from = self.skipped.take().and_then(|skipped| skipped.shown_from);
            if let Some(start) = shown_from {
                self.show_blank();
                self.prose.opaque(Span::new(start, span.end));
                return;
            }
        }
        if !INLINE.contains(&name) && !OPAQUE.contains(&name) {
            self.block(name, false);
        } else if name == "a" {
            self.prose.border(false);
        }
    }

    /// A block begins or ends.
    fn block(&mut self, name: &str, begins: bool) {
        self.prose.end();
        self.blank = None;
        if name == "blockquote" {
            self.quotes = if begins { self.quotes + 1 } else { self.quotes.saturating_sub(1) };
        }
        self.prose.kind = match name {
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "title" if begins => BlockKind::Heading,
            "li" | "dd" | "dt" if begins => BlockKind::ListItem,
            "td" | "th" if begins => BlockKind::TableCell,
            "figcaption" | "caption" if begins => BlockKind::Caption,
            _ if self.quotes > 0 => BlockKind::Quote,
            _ => BlockKind::Paragraph,
        };
    }

    /// Text between two tags.
    fn text(&mut self, span: Span<Src>) {
        if self.skipped.is_some() {
            return;
        }
        let text = self.source.slice(span);
        let is_blank = |c: char| matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{c}');
        let mut at = 0;
        while at < text.len() {
            let rest = &text[at..];
            let place = |from: usize, to: usize| Span::new(span.start + from, span.start + to);
            let blanks = rest.len() - rest.trim_start_matches(is_blank).len();
            if blanks > 0 {
                if !self.prose.is_empty() && self.blank.is_none() {
                    self.blank = Some(place(at, at + blanks));
                }
                at += blanks;
                continue;
            }
            self.show_blank();
            if let Some((length, shown)) = reference(rest) {
                self.prose.folded(place(at, at + length), &shown);
                at += length;
                continue;
            }
            let first = rest.chars().next().map_or(1, char::len_utf8);
            let end = rest[first..].find(|c| c == '&' || is_blank(c)).map_or(rest.len(), |end| first + end);
            // A single blank between words stays in the run.
            let end = extend(rest, end);
            self.prose.exact(place(at, at + end));
            at += end;
        }
    }

    fn show_blank(&mut self) {
        if let Some(span) = self.blank.take() {
            match self.source.slice(span) {
                " " => self.prose.exact(span),
                _ => self.prose.folded(span, " "),
            }
        }
    }
}

/// Where a run of words with single blanks between them ends, at least at `end`.
fn extend(text: &str, mut end: usize) -> usize {
    let is_blank = |c: char| matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{c}');
    while text[end..].starts_with(' ') {
        let next = &text[end + 1..];
        if next.is_empty() || next.starts_with(|c| c == '&' || is_blank(c)) {
            break;
        }
        end += 1 + next.find(|c| c == '&' || is_blank(c)).unwrap_or(next.len());
    }
    end
}

/// The character reference that `text` begins with: its length, and what it stands for.
///
/// Many references of old are known without the semicolon, and some with letters right after them: `&nbsp`, `&notit`.
fn reference(text: &str) -> Option<(usize, String)> {
    let name = text.strip_prefix('&')?;
    let ends = |c: char| !(c.is_ascii_alphanumeric() || c == '#');
    let name = &name[..name.find(ends).unwrap_or(name.len()).min(LONGEST_REFERENCE)];
    let closed = usize::from(text[1 + name.len()..].starts_with(';'));
    let written = &text[..1 + name.len() + closed];
    let mut shown = String::new();
    for token in Tokenizer::new(written) {
        let Ok(token) = token;
        if let Token::String(text) = token {
            shown.push_str(&String::from_utf8_lossy(&text));
        }
    }
    if shown == written || shown.is_empty() {
        return None;
    }
    // What stands for itself is no part of it.
    let pairs = written.bytes().rev().zip(shown.bytes().rev());
    let same = pairs.take_while(|(a, b)| a == b).count();
    let behind = if same < shown.len() { same } else { 0 };
    shown.truncate(shown.len() - behind);
    Some((written.len() - behind, shown))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<(BlockKind, String)> {
        let source = Source::from_text(text).expect("short");
        let document = read(&source);
        for segment in &document.segments {
            for run in segment.map.runs().iter().filter(|run| run.kind == crate::document::RunKind::Exact) {
                assert_eq!(source.slice(run.src), segment.slice(run.seg));
            }
        }
        document.segments.iter().map(|s| (s.kind, s.text.to_string())).collect()
    }

    fn texts(text: &str) -> Vec<String> {
        shown(text).into_iter().map(|(_, text)| text).collect()
    }

    #[test]
    fn inline_tags_are_not_seen_and_blanks_are_as_in_a_browser() {
        let text = "<p>The <b>old </b> <a href='x'>market</a>\n   is\r\n here<i>now</i> .</p>";
        assert_eq!(texts(text), ["The old market is herenow ."]);
        assert_eq!(
            texts("A&nbsp;b &amp; c &#8220;d&#x201D; &unknown; e&f &lt;"),
            ["A\u{a0}b & c “d” &unknown; e&f <"]
        );
        assert_eq!(texts("One<br>two<hr/>three <img src=x> four"), ["One", "two", "three four"]);
        assert_eq!(
            texts("Use <code>the the</code> here, <span lang=fr>le le</span> there."),
            ["Use \u{fffc} here, \u{fffc} there."]
        );
    }

    #[test]
    fn blocks_have_their_kinds() {
        use BlockKind::{Caption, Heading, ListItem, Paragraph, Quote, TableCell};
        let text = "<!DOCTYPE html><html lang=en-GB><head><title>T &amp; U</title><style>p { x }</style></head><body>\
                    <h1>Head</h1>loose<ul><li>one<li>two</ul><blockquote><p>said</p></blockquote>\
                    <table><tr><td>cell</table><figcaption>under</figcaption><script>var a = '<p>no</p>';</script>\
                    <pre>as is</pre><textarea>typed</textarea><!-- x --><svg><text>no</text></svg></body></html>";
        let expected = [
            (Heading, "T & U"),
            (Heading, "Head"),
            (Paragraph, "loose"),
            (ListItem, "one"),
            (ListItem, "two"),
            (Quote, "said"),
            (TableCell, "cell"),
            (Caption, "under"),
        ];
        assert_eq!(shown(text), expected.map(|(kind, text)| (kind, text.to_owned())));
    }

    #[test]
    fn other_languages_are_left_out() {
        assert!(texts("<html lang='fr'><p>Le le chat</p></html>").is_empty());
        assert_eq!(texts("<p lang=de>Ein ein Satz<p>A sentence"), ["A sentence"]);
        assert_eq!(texts("<div translate=no><div>Acme</div> Corp</div><p>Text"), ["Text"]);
        assert_eq!(texts("<p lang=''>Text</p>"), ["Text"]);
        assert_eq!(texts("<p>He said <i xml:lang='fr'>oui oui</i>.</p>"), ["He said \u{fffc}."]);
    }

    #[test]
    fn what_is_struck_out_was_taken_for_text() {
        for name in ["del", "s", "strike"] {
            assert_eq!(texts(&format!("<p>to <{name}>the</{name}> the end</p>")), ["to \u{fffc} the end"]);
        }
    }

    #[test]
    fn front_matter_of_a_page_was_taken_for_text() {
        assert_eq!(texts("---\nlayout: post\npermalink: /a ,b/\n---\n<p>Text.</p>"), ["Text."]);
        assert_eq!(texts("--- a ---\n<p>Text.</p>"), ["--- a ---", "Text."]);
    }

    /// `&nbsp the the market;` was one reference, and nothing of it could be mended.
    #[test]
    fn a_reference_without_its_semicolon_swallowed_the_text_after_it() {
        for (written, length, stands_for) in [
            ("&nbsp the market;", 5, "\u{a0}"),
            ("&#8217s coat; and", 6, "’"),
            ("&notit;", 4, "¬"),
            ("&copyright", 5, "©"),
            ("&ampamp", 4, "&"),
            ("&semi; x", 6, ";"),
            ("&CounterClockwiseContourIntegral;", 33, "∳"),
        ] {
            assert_eq!(reference(written), Some((length, stands_for.to_owned())), "{written}");
        }
        for none in ["&", "&;", "& a;", "&T", "&unknown;", "&#;", "&é;", "AT&amp;"] {
            assert_eq!(reference(none), None, "{none}");
        }
        assert_eq!(texts("<p>The&nbsp the market; it</p>"), ["The\u{a0} the market; it"]);
    }

    /// The rest of the page was read as text; a straight quotation mark that was set there closed the value.
    #[test]
    fn a_tag_that_is_not_closed_was_taken_for_text() {
        assert_eq!(texts("<p>One < two <i href='a`b c`d>e"), ["One < two"]);
        assert_eq!(texts("<p>One </i"), ["One"]);
        assert_eq!(texts("<p>One <"), ["One <"]);
        assert_eq!(texts("<p>One <3 two"), ["One <3 two"]);
    }

    #[test]
    fn a_style_that_ends_where_it_begins_gave_its_rules_as_text() {
        assert_eq!(texts("<p>One</p><style/>p ,x</style><script/>a ,b"), ["One"]);
    }

    /// Nothing after `<title/>` was read but as one line, tags and all.
    #[test]
    fn an_empty_title_of_xml_swallowed_the_page() {
        let page = "<title/><script src='a'/><style/><p>One</p>";
        assert_eq!(texts(&format!("<?xml version='1.0'?>\n<html>{page}")), ["One"]);
        assert_eq!(texts(&format!("<html xmlns='http://www.w3.org/1999/xhtml'>{page}")), ["One"]);
        assert_eq!(texts("<title/><p>One</p>"), ["One"]);
        assert_eq!(texts("<title>A <b> c</title><p>One</p>"), ["A <b> c", "One"]);
        assert_eq!(texts("<p>One <svg><title/><style/><script/></svg> two</p>"), ["One \u{fffc} two"]);
    }

    #[test]
    fn what_is_broken_gives_text_or_nothing() {
        assert_eq!(texts("a < b and <p>c</p"), ["a < b and", "c"], "a tag that is not closed is never shown");
        assert!(texts("<script>never ends").is_empty());
        assert_eq!(texts("</b></p>text</i>"), ["text"]);
        assert_eq!(texts("\u{feff}<p>caf\u{e9} &eacute;</p>"), ["caf\u{e9} \u{e9}"]);
        assert!(texts(&"<div>".repeat(100_000)).is_empty());
        assert!(texts(&"word ".repeat(40_000)).iter().all(|text| text.len() <= super::super::MAX_SEGMENT));
        assert_eq!(texts(&"&".repeat(50_000)).len(), 0);
    }
}
