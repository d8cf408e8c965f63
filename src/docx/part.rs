//! One part's XML to lines of prose, each character with its place in the XML.
//!
//! What is shown is what a reader of the printed page sees: no deleted or moved text, no field codes, no second copy of
//! a text box for old programs. Text boxes come as lines of their own, before the line that they hang on. Formulas are
//! one placeholder. Names are compared without their prefix, for the two editions of the standard have different
//! namespaces and the same names.

use std::hash::{DefaultHasher, Hasher};
use std::ops::Range;

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::DocxError;
use crate::document::PLACEHOLDER;
use crate::package::{Layout, Line, Role};
use crate::source::BOM;
use crate::span::{Span, Src};

/// Elements inside each other; what people write has some dozens.
const MAX_DEPTH: usize = 1000;

/// Elements whose text is not on the page.
const UNREAD: [&str; 9] =
    ["del", "moveFrom", "Fallback", "instrText", "delText", "delInstrText", "rt", "sdtPr", "sectPr"];

/// Elements that stand between two runs and change nothing for an edit across them.
const TRANSPARENT: [&str; 6] = ["r", "t", "rPr", "proofErr", "lastRenderedPageBreak", "p"];

/// What of the properties of a run is no matter of its looks.
const INVISIBLE: [&str; 3] = ["lang", "noProof", "webHidden"];

/// A stretch of text, and the bytes of the part that it stands for.
#[derive(Debug, Clone)]
pub(super) struct Atom {
    /// Place in the text.
    pub(super) text: Span<Src>,
    /// Which part.
    pub(super) part: usize,
    /// Place in the XML of the part.
    pub(super) raw: Range<usize>,
    /// Whether both are the same bytes.
    pub(super) exact: bool,
    /// The `t` element that it lies in.
    pub(super) element: Element,
}

/// Where a `t` element stands in the XML of its part; no two of them overlap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Element {
    /// Its start tag.
    pub(super) tag: Range<usize>,
    /// The end of its text: where its end tag begins or an element that ends its text, or the end of the part.
    pub(super) end: usize,
}

/// What has been read so far.
#[derive(Debug, Default)]
pub(super) struct Reading {
    pub(super) layout: Layout,
    pub(super) atoms: Vec<Atom>,
}

impl Reading {
    /// All of it, in the order of the text.
    pub(super) fn finish(mut self) -> Self {
        self.atoms.sort_by_key(|atom| atom.text);
        self.layout.seams.sort_unstable();
        self.layout.fixed.sort_unstable();
        self
    }

    /// Adds the lines of a paragraph.
    fn add(&mut self, paragraph: Paragraph) {
        let base = self.layout.text.len();
        self.layout.text.push_str(&paragraph.text);
        self.layout.text.push('\n');
        let mut start = base;
        for line in paragraph.text.split('\n') {
            let blanks = line.len() - line.trim_start().len();
            let shown = line.trim();
            if !shown.is_empty() {
                let from = start + blanks;
                let span = Span::new(from, from + shown.len());
                self.layout.lines.push(Line { span, role: paragraph.role });
            }
            start += line.len() + 1;
        }
        self.layout.seams.extend(paragraph.seams.iter().map(|at| base + at));
        self.layout
            .fixed
            .extend(paragraph.fixed.iter().map(|range| Span::new(base + range.start, base + range.end)));
        self.atoms
            .extend(paragraph.atoms.into_iter().map(|atom| Atom { text: atom.text.shift(base), ..atom }));
    }
}

/// A paragraph in the making; its places count from its own start.
#[derive(Debug)]
struct Paragraph {
    text: String,
    atoms: Vec<Atom>,
    seams: Vec<usize>,
    fixed: Vec<Range<usize>>,
    role: Role,
    /// The looks of the run before, as a hash.
    looks: Option<u64>,
    /// Whether something stands after the run before that an edit may not cross.
    parted: bool,
}

/// A `t` element that is open.
#[derive(Debug)]
struct OpenText {
    tag: Range<usize>,
    keeps_blanks: bool,
    atoms: usize,
    start: usize,
}

/// Reads the XML of part `index`, called `name`.
pub(super) fn read(index: usize, name: &str, xml: &str, reading: &mut Reading) -> Result<(), DocxError> {
    // The reader leaves a byte order mark out, and does not count it.
    let base = if xml.starts_with(BOM) { BOM.len_utf8() } else { 0 };
    let mut reader = Reader::from_str(&xml[base..]);
    let role = if name.contains("notes") { Role::Footnote } else { Role::Paragraph };
    let mut state = State {
        part: index,
        role,
        reading,
        open: Vec::new(),
        text: None,
        looks: None,
        in_properties: false,
        cells: 0,
        depth: 0,
        unread: None,
    };
    loop {
        let from = base + reader.buffer_position() as usize;
        let event = reader.read_event().map_err(|error| {
            let (part, offset) = (name.to_owned(), base as u64 + reader.error_position());
            DocxError::Xml { part, offset, error: error.to_string() }
        })?;
        let range = from..base + reader.buffer_position() as usize;
        match event {
            Event::Eof => {
                state.end_text(range.start);
                break;
            }
            Event::Start(tag) => state.start(&tag, range, xml, false),
            Event::Empty(tag) => state.start(&tag, range, xml, true),
            Event::End(tag) => state.end(tag.local_name().as_ref(), range.start),
            Event::Text(_) => state.characters(range.clone(), xml),
            Event::CData(_) => {
                let (open, close) = ("<![CDATA[".len(), "]]>".len());
                let inner = &xml[range.start + open..range.end - close];
                state.section(range, inner);
            }
            Event::GeneralRef(reference) => state.reference(&reference, range),
            _ => {}
        }
        if state.depth > MAX_DEPTH {
            let error = format!("more than {MAX_DEPTH} elements inside each other");
            return Err(DocxError::Xml { part: name.to_owned(), offset: from as u64, error });
        }
    }
    while let Some(paragraph) = state.open.pop() {
        state.reading.add(paragraph);
    }
    Ok(())
}

struct State<'r> {
    part: usize,
    role: Role,
    reading: &'r mut Reading,
    /// The paragraphs that are open, the outer first.
    open: Vec<Paragraph>,
    text: Option<OpenText>,
    /// The looks of the run that is open, as far as its properties have been read: a hash of them, for to keep and
    /// compare them for each text of a long run would take too long.
    looks: Option<DefaultHasher>,
    /// Whether the properties of a run are open.
    in_properties: bool,
    /// How many cells of tables are open.
    cells: usize,
    depth: usize,
    /// The depth of an element that is not read.
    unread: Option<usize>,
}

impl State<'_> {
    fn start(&mut self, tag: &BytesStart<'_>, range: Range<usize>, xml: &str, closed: bool) {
        let local = tag.local_name();
        let name: &str = local.as_ref();
        self.depth += usize::from(!closed);
        if self.unread.is_some() {
            return;
        }
        // How it looked before somebody changed that.
        if matches!(name, "rPrChange" | "pPrChange") {
            self.unread = (!closed).then_some(self.depth);
            return;
        }
        if UNREAD.contains(&name) {
            self.part_here();
            self.unread = (!closed).then_some(self.depth);
            return;
        }
        // The standard has no element in a `t`; what stands after a `p` or `t` is no text of the one round it.
        if matches!(name, "p" | "t") {
            self.end_text(range.start);
        }
        match name {
            "p" if !closed => {
                let role = if self.cells > 0 { Role::TableCell } else { self.role };
                self.open.push(Paragraph {
                    text: String::new(),
                    atoms: Vec::new(),
                    seams: Vec::new(),
                    fixed: Vec::new(),
                    role,
                    looks: None,
                    parted: false,
                });
            }
            "p" => self.reading.layout.text.push('\n'),
            "tc" => self.cells += usize::from(!closed),
            "pStyle" => self.style(tag),
            "numPr" => self.is_a(Role::ListItem),
            "outlineLvl" => self.is_a(Role::Heading),
            // Looks are collected from here to the end of the properties.
            "r" | "rPr" if !closed => {
                self.looks = Some(DefaultHasher::new());
                self.in_properties = name == "rPr";
            }
            "t" if !closed => {
                let keeps_blanks = tag
                    .try_get_attribute("xml:space")
                    .ok()
                    .flatten()
                    .is_some_and(|a| &*a.value == "preserve");
                self.part_if_looks_differ();
                let (atoms, start) = self.open.last().map_or((0, 0), |p| (p.atoms.len(), p.text.len()));
                self.text = Some(OpenText { tag: range, keeps_blanks, atoms, start });
            }
            "tab" | "ptab" if self.in_run() => self.show("\t"),
            "br" | "cr" if self.in_run() => self.show("\n"),
            "noBreakHyphen" => self.show("\u{2011}"),
            "sym" => self.show(PLACEHOLDER.encode_utf8(&mut [0; 4])),
            "oMath" => {
                self.show(PLACEHOLDER.encode_utf8(&mut [0; 4]));
                self.unread = (!closed).then_some(self.depth);
            }
            _ if TRANSPARENT.contains(&name) => {}
            _ => match &mut self.looks {
                Some(looks) if self.in_properties => {
                    if !INVISIBLE.contains(&name) {
                        looks.write(xml[range].as_bytes());
                    }
                }
                // The border of a field, a picture, a reference to a note or a remark.
                _ => self.part_here(),
            },
        }
    }

    fn end(&mut self, name: &str, at: usize) {
        let depth = self.depth;
        self.depth = depth.saturating_sub(1);
        if let Some(unread) = self.unread {
            if unread == depth {
                self.unread = None;
            }
            return;
        }
        match name {
            "p" => {
                if let Some(paragraph) = self.open.pop() {
                    self.reading.add(paragraph);
                }
            }
            "tc" => self.cells = self.cells.saturating_sub(1),
            "t" => self.end_text(at),
            "r" => self.looks = None,
            "rPr" => self.in_properties = false,
            "pPr" => {}
            _ if self.looks.is_some() => {}
            _ => self.part_here(),
        }
    }

    /// Whether a run is open, and not the tab stops of a paragraph's properties.
    fn in_run(&self) -> bool {
        self.looks.is_some()
    }

    fn is_a(&mut self, role: Role) {
        if let Some(paragraph) = self.open.last_mut()
            && paragraph.role == Role::Paragraph
        {
            paragraph.role = role;
        }
    }

    /// The built-in styles have English ids in files of every language of the program but some; what is not known is
    /// running text.
    fn style(&mut self, tag: &BytesStart<'_>) {
        let value = tag.attributes().flatten().find(|a| a.key.local_name().as_ref() == "val");
        let value = value.map(|a| a.value.to_ascii_lowercase()).unwrap_or_default();
        if ["heading", "title", "subtitle", "titre", "berschrift"].iter().any(|style| value.contains(style)) {
            self.is_a(Role::Heading);
        } else if value.contains("list") {
            self.is_a(Role::ListItem);
        }
    }

    /// An edit may not cross this place.
    fn part_here(&mut self) {
        if let Some(paragraph) = self.open.last_mut() {
            paragraph.parted = true;
        }
    }

    fn part_if_looks_differ(&mut self) {
        let looks = self.looks.as_ref().map(Hasher::finish);
        if let Some(paragraph) = self.open.last_mut() {
            let differ = paragraph.looks.is_some_and(|before| Some(before) != looks);
            if (differ || paragraph.parted) && !paragraph.text.is_empty() {
                paragraph.seams.push(paragraph.text.len());
            }
            paragraph.parted = false;
            paragraph.looks = looks;
        }
    }

    /// Shows something that is not written as text, and cannot be edited.
    fn show(&mut self, text: &str) {
        if let Some(paragraph) = self.open.last_mut() {
            let start = paragraph.text.len();
            paragraph.text.push_str(text);
            if text != "\n" {
                paragraph.fixed.push(start..paragraph.text.len());
            }
        }
    }

    fn atom(&mut self, raw: Range<usize>, text: &str, exact: bool) {
        let Some(open) = &self.text else { return };
        let (part, element) = (self.part, Element { tag: open.tag.clone(), end: raw.end });
        if let Some(paragraph) = self.open.last_mut()
            && !text.is_empty()
        {
            let start = paragraph.text.len();
            paragraph.text.push_str(text);
            let text = Span::new(start, paragraph.text.len());
            paragraph.atoms.push(Atom { text, part, raw, exact, element });
        }
    }

    /// Text of a `t` element; a line break in it is a blank.
    fn characters(&mut self, raw: Range<usize>, xml: &str) {
        if self.unread.is_some() || self.text.is_none() {
            return;
        }
        let breaks = |c: char| matches!(c, '\n' | '\r' | '\t');
        let mut at = raw.start;
        while at < raw.end {
            let rest = &xml[at..raw.end];
            let len = rest.find(breaks).unwrap_or(rest.len());
            self.atom(at..at + len, &rest[..len], true);
            let blanks = rest[len..].len() - rest[len..].trim_start_matches(breaks).len();
            if blanks > 0 {
                self.atom(at + len..at + len + blanks, " ", false);
            }
            at += len + blanks;
        }
    }

    /// Text that is written otherwise than it is shown.
    fn folded(&mut self, raw: Range<usize>, text: &str) {
        if self.unread.is_none() {
            let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
            self.atom(raw, &text, false);
        }
    }

    /// A section of CDATA: what an edit puts there might end it.
    fn section(&mut self, raw: Range<usize>, text: &str) {
        let length = |state: &Self| state.open.last().map_or(0, |paragraph| paragraph.text.len());
        let start = length(self);
        self.folded(raw, text);
        let end = length(self);
        if let Some(paragraph) = self.open.last_mut()
            && start < end
        {
            paragraph.fixed.push(start..end);
        }
    }

    fn reference(&mut self, reference: &BytesRef<'_>, raw: Range<usize>) {
        let named = || quick_xml::escape::resolve_xml_entity(&reference.xml10_content()).map(str::to_owned);
        let shown = match reference.resolve_char_ref() {
            Ok(Some(c)) => Some(c.to_string()),
            _ => named(),
        };
        match shown {
            Some(text) => self.folded(raw, &text),
            None if self.text.is_some() && self.unread.is_none() => {
                self.show(PLACEHOLDER.encode_utf8(&mut [0; 4]));
            }
            None => {}
        }
    }

    /// Ends the text of a `t` element at this place of the XML; blanks at its ends count only where it says so.
    fn end_text(&mut self, at: usize) {
        let (Some(open), Some(paragraph)) = (self.text.take(), self.open.last_mut()) else { return };
        for atom in &mut paragraph.atoms[open.atoms..] {
            atom.element.end = at;
        }
        if open.keeps_blanks {
            return;
        }
        let shown = &paragraph.text[open.start..];
        let (trimmed_end, trimmed) = (shown.trim_end_matches(' ').len(), shown.trim_matches(' ').len());
        let cut_end = shown.len() - trimmed_end;
        let cut_start = trimmed_end - trimmed;
        let end = paragraph.text.len() - cut_end;
        paragraph.text.truncate(end);
        paragraph.text.replace_range(open.start..open.start + cut_start, "");
        let first = paragraph.fixed.partition_point(|fixed| fixed.start < open.start);
        let kept = |first: usize, last: usize| {
            let (from, to) = (first.max(open.start + cut_start), last.min(end));
            (from < to).then_some((from, to))
        };
        for fixed in paragraph.fixed.split_off(first) {
            if let Some((from, to)) = kept(fixed.start, fixed.end) {
                paragraph.fixed.push(from - cut_start..to - cut_start);
            }
        }
        let atoms = paragraph.atoms.split_off(open.atoms);
        for mut atom in atoms {
            let Some((from, to)) = kept(atom.text.start, atom.text.end) else { continue };
            if atom.exact {
                atom.raw = atom.raw.start + (from - atom.text.start)..atom.raw.start + (to - atom.text.start);
            }
            atom.text = Span::new(from - cut_start, to - cut_start);
            paragraph.atoms.push(atom);
        }
    }
}
