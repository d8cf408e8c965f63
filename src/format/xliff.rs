//! XLIFF 1.2 and 2 to segments: the translations (`target`), each a text of its own.
//!
//! Read with `quick-xml`, event by event, with the places of all of them. Codes that come in pairs (`g`, `pc`, `mrk`) or
//! mark the ends of one (`bpt`, `ept`, `bx`, `ex`, `sc`, `ec`) cannot be seen by rules; codes that stand for something
//! (`x`, `ph`, `it`) are shown as a placeholder. Left out are targets in another language than English, targets that nobody
//! has translated yet (their `state` says so), what is not to be translated, and suggestions (`alt-trans`, `match`).
//! Entities that are not XML's own are placeholders: no definition is read. What comes after bad XML is not read.

use quick_xml::Reader as Xml;
use quick_xml::events::{BytesStart, Event};

use super::held::Held;
use super::is_english;
use crate::document::{Document, Markup, Projection};
use crate::source::Source;
use crate::span::{Span, Src};

/// Deepest nesting of elements that is followed.
const MAX_DEPTH: usize = 256;

/// States of a target that holds no translation yet.
const UNTRANSLATED: [&str; 3] = ["new", "needs-translation", "initial"];

/// What is settled by the elements around a place.
#[derive(Debug, Clone, Copy, Default)]
struct Scope {
    /// Whether the targets are in another language than English.
    foreign: bool,
    /// Whether the text is not to be translated.
    kept: bool,
    /// Whether the targets are no translations: not yet, or suggestions only.
    doubtful: bool,
}

/// Reads XLIFF.
pub(super) fn read(source: &Source) -> Document<'_> {
    let body = source.body_start();
    let mut xml = Xml::from_str(&source.text()[body..]);
    let mut reader =
        Reader { source, held: Held::new(source, Markup::Html), scopes: Vec::new(), target: None };
    let mut at = body;
    while let Ok(event) = xml.read_event() {
        let end = usize::try_from(xml.buffer_position()).map_or(at, |position| body + position);
        let span = Span::new(at, end.max(at));
        at = span.end;
        let goes_on = match event {
            Event::Start(tag) => reader.start(&tag, span),
            Event::Empty(tag) => {
                reader.empty(&tag, span);
                true
            }
            Event::End(_) => reader.end(span),
            Event::Text(_) => {
                reader.show(|text| text.exact(span));
                true
            }
            Event::CData(_) => {
                let (open, close) = ("<![CDATA[".len(), "]]>".len());
                let inside =
                    Span::new(span.start + open, span.end.saturating_sub(close).max(span.start + open));
                reader.show(|text| text.exact(inside));
                true
            }
            Event::GeneralRef(reference) => {
                let named = || match source.slice(span) {
                    "&amp;" => Some('&'),
                    "&lt;" => Some('<'),
                    "&gt;" => Some('>'),
                    "&quot;" => Some('"'),
                    "&apos;" => Some('\''),
                    _ => None,
                };
                let shown = reference.resolve_char_ref().ok().flatten().or_else(named);
                reader.show(|text| match shown {
                    Some(shown) => text.folded(span, shown.encode_utf8(&mut [0; 4])),
                    None => text.opaque(span),
                });
                true
            }
            Event::Eof => false,
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => true,
        };
        if !goes_on {
            break;
        }
    }
    reader.held.finish()
}

struct Reader<'s> {
    source: &'s Source,
    held: Held<'s>,
    /// What each open element settles, the outermost first.
    scopes: Vec<Scope>,
    target: Option<Target<'s>>,
}

/// A target that is being read.
struct Target<'s> {
    text: Projection<'s>,
    /// How many elements are open around it.
    depth: usize,
    code: Option<Code>,
}

/// An open element of a target whose text is no prose.
struct Code {
    /// How many elements are open around it.
    depth: usize,
    /// Where it begins, if it is shown as a placeholder.
    shown_from: Option<usize>,
}

impl Reader<'_> {
    /// An element begins; false if there is too much of it.
    fn start(&mut self, tag: &BytesStart<'_>, span: Span<Src>) -> bool {
        let depth = self.scopes.len();
        if depth >= MAX_DEPTH {
            return false;
        }
        let name = local_name(tag);
        let scope = self.scope(tag, &name);
        self.scopes.push(scope);
        match &mut self.target {
            Some(target) if target.code.is_none() => {
                let silent = matches!(&*name, "bpt" | "ept");
                let shown = matches!(&*name, "ph" | "it" | "x" | "cp") || scope.kept;
                if silent || shown {
                    let shown_from = shown.then_some(span.start);
                    target.code = Some(Code { depth, shown_from });
                }
            }
            Some(_) => {}
            None if name == "target" && !scope.foreign && !scope.kept && !scope.doubtful => {
                self.target = Some(Target { text: Projection::new(self.source), depth, code: None });
            }
            None => {}
        }
        true
    }

    /// An element without content.
    fn empty(&mut self, tag: &BytesStart<'_>, span: Span<Src>) {
        let paired = matches!(
            &*local_name(tag),
            "bx" | "ex" | "sc" | "ec" | "bpt" | "ept" | "g" | "pc" | "mrk" | "sm" | "em"
        );
        if !paired {
            self.show(|text| text.opaque(span));
        }
    }

    /// An element ends; false if none was open.
    fn end(&mut self, span: Span<Src>) -> bool {
        self.scopes.pop();
        let depth = self.scopes.len();
        if let Some(target) = &mut self.target {
            if let Some(code) = target.code.take_if(|code| code.depth == depth)
                && let Some(start) = code.shown_from
            {
                target.text.opaque(Span::new(start, span.end));
            }
            if target.depth == depth
                && let Some(target) = self.target.take()
            {
                self.held.text(target.text, None, None);
            }
        }
        true
    }

    /// Adds to the target if there is one and the place is prose.
    fn show(&mut self, add: impl FnOnce(&mut Projection<'_>)) {
        if let Some(target) = self.target.as_mut().filter(|target| target.code.is_none()) {
            add(&mut target.text);
        }
    }

    /// What an element settles for all in it.
    fn scope(&self, tag: &BytesStart<'_>, name: &str) -> Scope {
        let mut scope = self.scopes.last().copied().unwrap_or_default();
        let attribute = |name: &str| {
            let found = tag.attributes().flatten().find(|attribute| attribute.key.as_ref() == name);
            found.map(|attribute| attribute.value.to_ascii_lowercase())
        };
        let language = match name {
            "target" => attribute("xml:lang"),
            "file" => attribute("target-language"),
            "xliff" => attribute("trgLang"),
            _ => None,
        };
        if let Some(language) = language.filter(|language| !language.is_empty()) {
            scope.foreign = !is_english(&language);
        }
        if let Some(translate) = attribute("translate") {
            scope.kept = translate == "no";
        }
        let untranslated = || {
            let state = attribute("state");
            state.is_some_and(|state| UNTRANSLATED.contains(&&*state))
        };
        // What somebody has struck out, and what is to stay as it is.
        let mark = if name == "mrk" { attribute("mtype") } else { None };
        scope.kept |= mark.is_some_and(|mark| matches!(&*mark, "protected" | "x-sdl-deleted"));
        // The header of a catalogue that somebody has converted.
        scope.kept |= attribute("restype").is_some_and(|kind| kind == "x-gettext-domain-header");
        scope.doubtful |=
            matches!(name, "alt-trans" | "match") || (matches!(name, "target" | "segment") && untranslated());
        scope
    }
}

fn local_name(tag: &BytesStart<'_>) -> String {
    let name = tag.local_name();
    name.as_ref().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        let source = Source::from_text(text).expect("short");
        let document = read(&source);
        for segment in &document.segments {
            for run in segment.map.runs().iter().filter(|run| run.kind == crate::document::RunKind::Exact) {
                assert_eq!(source.slice(run.src), segment.slice(run.seg));
            }
        }
        document.segments.iter().map(|s| s.text.to_string()).collect()
    }

    fn unit(target: &str) -> String {
        format!(
            "<?xml version=\"1.0\"?>\n<xliff version=\"1.2\"><file source-language=\"fr\" target-language=\"en-GB\">\
             <body><trans-unit id=\"1\"><source>le le</source>{target}</trans-unit></body></file></xliff>"
        )
    }

    #[test]
    fn targets_are_read_with_their_codes() {
        let target = "<target>The <g id=\"1\">old</g> <bpt id=\"2\">&lt;b></bpt>market<ept id=\"2\">&lt;/b></ept> \
                      of <ph id=\"3\">{x}</ph><x id=\"4\"/> &amp; R&#233;my<!-- the the --> &foo; \
                      <mrk mtype=\"protected\" translate=\"no\">Acme Acme</mrk>.</target>";
        let expected = "The old market of \u{fffc}\u{fffc} & Rémy \u{fffc} \u{fffc}.";
        assert_eq!(texts(&unit(target)), [expected]);
        assert_eq!(texts(&format!("\u{feff}{}", unit(target))), [expected]);
        assert_eq!(texts(&unit("<target><![CDATA[The <b>old</b> &amp; one]]></target>")), ["The old & one"]);
        assert_eq!(
            texts(&unit("<target>&lt;p&gt;The &lt;i&gt;old&lt;/i&gt; one&lt;/p&gt;</target>")),
            ["The old one"]
        );
    }

    #[test]
    fn what_is_struck_out_or_protected_was_taken_for_text() {
        let target = "<target>to <mrk mtype=\"x-sdl-deleted\">the</mrk> the <mrk mtype=\"protected\">X X</mrk> \
                      <mrk mtype=\"seg\">end</mrk></target>";
        assert_eq!(texts(&unit(target)), ["to \u{fffc} the \u{fffc} end"]);
    }

    #[test]
    fn what_is_no_translation_into_english_is_left_out() {
        assert!(texts(&unit("<target state=\"needs-translation\">One is here</target>")).is_empty());
        assert!(texts(&unit("<target xml:lang=\"fr\">Un est ici</target>")).is_empty());
        assert!(texts(&unit("<alt-trans><target>One is here</target></alt-trans>")).is_empty());
        assert!(texts(&unit("<target>One is here</target>").replace("en-GB", "de")).is_empty());
        assert!(
            texts(&unit("<target>One is</target>").replace("<trans-unit", "<trans-unit translate=\"no\""))
                .is_empty()
        );
        assert_eq!(texts(&unit("<target>One is here</target>").replace("en-GB", "")), ["One is here"]);
        let two = "<xliff version=\"2.0\" srcLang=\"fr\" trgLang=\"en\"><file id=\"f\"><unit id=\"u\">\
                   <segment state=\"initial\"><source>a</source><target>No no</target></segment>\
                   <segment><source>a</source><target>The <pc id=\"1\">old</pc> <ph id=\"2\"/><cp hex=\"1\"/>one</target>\
                   </segment></unit></file></xliff>";
        assert_eq!(texts(two), ["The old \u{fffc}\u{fffc}one"]);
        assert!(texts(&two.replace("trgLang=\"en\"", "trgLang=\"es\"")).is_empty());
    }

    #[test]
    fn what_is_broken_or_deep_gives_text_or_nothing() {
        assert_eq!(texts(&unit("<target>One is here</target><target>Two</x>")), ["One is here"]);
        assert!(texts("<target>never ends").is_empty() && texts("").is_empty() && texts("</a>").is_empty());
        assert!(texts(&"<target>".repeat(100_000)).is_empty());
        let bomb = "<!DOCTYPE x [<!ENTITY a \"ha ha\"><!ENTITY b \"&a;&a;\">]><target>One &b; two</target>";
        assert_eq!(texts(bomb), ["One \u{fffc} two"]);
    }
}
