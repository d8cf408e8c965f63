//! `.docx`: the prose of a word processor's file as lines of text, and the way back into its XML.
//!
//! A `.docx` is a ZIP archive of XML parts (ECMA-376, Office Open XML). Its prose is read out of the main document, the
//! notes, the headers and the footers; an edit goes into the characters of a run, and nothing else of the part changes.
//! Parts without an edit are copied as they are, compressed bytes and all.

mod part;
mod relations;

use std::collections::HashMap;
use std::io::{self, Cursor, Read, Write};
use std::ops::Range;
use std::sync::Arc;

use quick_xml::escape::partial_escape;
use zip::ZipArchive;
use zip::write::{SimpleFileOptions, ZipWriter};

use crate::diagnostic::Edit;
use crate::limit::mebibytes;
use crate::package::{Layout, Package};
use crate::span::{Span, Src};
use part::{Atom, Element, Reading};

/// So many bytes are unpacked of one file, in all: a novel is under 10 MB of XML.
const MAX_UNPACKED: u64 = 64 << 20;

/// Most entries of an archive.
const MAX_ENTRIES: usize = 20_000;

/// How often the fixes of a pass are tried in smaller groups if they cannot be made together.
const TRIES: usize = 64;

/// Why a `.docx` cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum DocxError {
    /// It is no archive, or a broken one.
    #[error("it is no .docx: {0}")]
    Archive(#[from] zip::result::ZipError),
    /// A part cannot be unpacked.
    #[error("its part {part} cannot be unpacked: {error}")]
    Unpack {
        /// The part.
        part: String,
        /// What is wrong.
        error: io::Error,
    },
    /// A part is too large, or there are too many.
    #[error("{0}")]
    TooLarge(String),
    /// A part is no XML that can be read.
    #[error("its part {part} is broken at byte {offset}: {error}")]
    Xml {
        /// The part.
        part: String,
        /// Where in the unpacked part, counted from 0.
        offset: u64,
        /// What is wrong.
        error: String,
    },
    /// There is no document in it.
    #[error("it has no document in it")]
    Nothing,
}

/// A `.docx`, opened.
#[derive(Debug, Clone)]
pub struct Docx {
    /// The file as it was read.
    bytes: Arc<[u8]>,
    /// The parts with prose.
    parts: Vec<Part>,
    /// Where the characters of the text stand in the parts, in the order of the text.
    atoms: Vec<Atom>,
    layout: Layout,
}

/// A part of the archive that holds prose.
#[derive(Debug, Clone)]
struct Part {
    /// Its name in the archive.
    name: String,
    xml: String,
    /// Whether an edit was made in it.
    changed: bool,
}

impl Docx {
    /// Opens the bytes of a file.
    ///
    /// # Errors
    /// [`DocxError`] if they are no `.docx`, are broken, or unpack to more than can be held.
    pub fn open(bytes: Vec<u8>) -> Result<Self, DocxError> {
        let bytes: Arc<[u8]> = bytes.into();
        let mut archive = ZipArchive::new(Cursor::new(&*bytes))?;
        if archive.len() > MAX_ENTRIES {
            return Err(DocxError::TooLarge(format!("it has more than {MAX_ENTRIES} parts")));
        }
        let mut parts = Vec::new();
        let mut room = MAX_UNPACKED;
        for name in relations::prose(&mut archive, &mut room)? {
            if let Some(xml) = unpack(&mut archive, &name, &mut room)? {
                parts.push(Part { name, xml, changed: false });
            }
        }
        if parts.is_empty() {
            return Err(DocxError::Nothing);
        }
        Self::read(bytes, parts)
    }

    fn read(bytes: Arc<[u8]>, parts: Vec<Part>) -> Result<Self, DocxError> {
        let mut reading = Reading::default();
        for (index, part) in parts.iter().enumerate() {
            part::read(index, &part.name, &part.xml, &mut reading)?;
        }
        let Reading { layout, atoms } = reading.finish();
        Ok(Self { bytes, parts, atoms, layout })
    }

    /// The atoms that a span of the text touches; for an empty one that after which something is to be put, or before
    /// which at the start of a line.
    fn touched(&self, span: Span<Src>) -> &[Atom] {
        let first = self.atoms.partition_point(|atom| atom.text.end <= span.start);
        if !span.is_empty() {
            let end = self.atoms.partition_point(|atom| atom.text.start < span.end);
            return &self.atoms[first..end.max(first)];
        }
        let ending = self.atoms[..first].last().filter(|atom| atom.text.end == span.start);
        let index = match (ending, self.atoms.get(first)) {
            // In the middle of an atom, or after one.
            (_, Some(atom)) if atom.text.start < span.start => first,
            (Some(_), _) => first - 1,
            (None, Some(atom)) if atom.text.start == span.start => first,
            _ => return &[],
        };
        &self.atoms[index..=index]
    }

    /// The changes of XML that an edit of the text comes to; `None` if it cannot be made.
    fn changes(&self, edit: &Edit) -> Option<Vec<Change>> {
        let touched = self.touched(edit.span);
        let mut text = Some(partial_escape(edit.text.as_str()).into_owned());
        let changes = touched.iter().map(|atom| {
            let (from, to) = (edit.span.start.max(atom.text.start), edit.span.end.min(atom.text.end));
            let whole = from == atom.text.start && to == atom.text.end;
            let raw = match atom.exact {
                true => atom.raw.start + (from - atom.text.start)..atom.raw.start + (to - atom.text.start),
                false if edit.span.is_empty() && from == atom.text.start => atom.raw.start..atom.raw.start,
                false if edit.span.is_empty() && from == atom.text.end => atom.raw.end..atom.raw.end,
                false if whole => atom.raw.clone(),
                false => return None,
            };
            Some(Change {
                part: atom.part,
                raw,
                text: text.take().unwrap_or_default(),
                element: atom.element.clone(),
            })
        });
        changes.collect::<Option<Vec<_>>>().filter(|changes| !changes.is_empty())
    }

    /// The same with those of `fixes` that `among` gives the indices of, if its text then is what it should be.
    fn try_edited(&self, fixes: &[&[Edit]], among: &[usize]) -> Option<Self> {
        let mut edits: Vec<&Edit> = among.iter().flat_map(|&index| fixes[index]).collect();
        edits.sort();
        let mut changes = Vec::new();
        let mut expected = String::with_capacity(self.layout.text.len() + 64);
        let mut at = 0;
        for edit in edits {
            changes.extend(self.changes(edit)?);
            expected.push_str(self.layout.text.get(at..edit.span.start)?);
            expected.push_str(&edit.text);
            at = edit.span.end;
        }
        expected.push_str(self.layout.text.get(at..)?);
        changes.sort_by_key(|change| (change.part, change.raw.start, change.raw.end));
        let mut parts = self.parts.clone();
        for of_part in changes.chunk_by(|a, b| a.part == b.part) {
            if let Some(part) = parts.get_mut(of_part[0].part) {
                part.xml = apply(&part.xml, of_part);
                part.changed = true;
            }
        }
        let edited = Self::read(Arc::clone(&self.bytes), parts).ok()?;
        (edited.layout.text == expected).then_some(edited)
    }

    /// Those of the fixes `among` these that can be made, as far as that is found out in so many tries.
    fn possible(&self, fixes: &[&[Edit]], among: &[usize], tries: &mut usize) -> Vec<usize> {
        if among.is_empty() || *tries == 0 {
            return Vec::new();
        }
        *tries -= 1;
        match (self.try_edited(fixes, among), among) {
            (Some(_), _) => among.to_vec(),
            (None, [_]) => Vec::new(),
            (None, _) => {
                let (first, second) = among.split_at(among.len() / 2);
                [self.possible(fixes, first, tries), self.possible(fixes, second, tries)].concat()
            }
        }
    }

    /// The archive anew, with the parts that have changed.
    fn pack(&self) -> Result<Vec<u8>, DocxError> {
        let mut archive = ZipArchive::new(Cursor::new(&*self.bytes))?;
        let mut writer = ZipWriter::new(Cursor::new(Vec::with_capacity(self.bytes.len() + 1024)));
        writer.set_raw_comment(archive.comment().into())?;
        let changed = self.parts.iter().filter(|part| part.changed);
        let changed: HashMap<&str, &Part> = changed.map(|part| (part.name.as_str(), part)).collect();
        for index in 0..archive.len() {
            let file = archive.by_index_raw(index)?;
            let name = file.name()?;
            let Some(part) = changed.get(&*name) else {
                writer.raw_copy_file(file)?;
                continue;
            };
            let mut options = SimpleFileOptions::default()
                .compression_method(file.compression())
                .large_file(part.xml.len() as u64 > u64::from(u32::MAX));
            if let Some(time) = file.last_modified() {
                options = options.last_modified_time(time);
            }
            if let Some(mode) = file.unix_mode() {
                options = options.unix_permissions(mode);
            }
            drop(file);
            writer.start_file(part.name.as_str(), options)?;
            writer
                .write_all(part.xml.as_bytes())
                .map_err(|error| DocxError::Unpack { part: part.name.clone(), error })?;
        }
        Ok(writer.finish()?.into_inner())
    }
}

impl Package for Docx {
    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn edited(&self, fixes: &[&[Edit]]) -> (Arc<dyn Package>, Vec<usize>) {
        // One that cannot be made is not to cost the others, nor the time to try each by itself.
        let is_placed = |&index: &usize| fixes[index].iter().all(|edit| self.changes(edit).is_some());
        let mut taken: Vec<usize> = (0..fixes.len()).filter(is_placed).collect();
        let edited = self.try_edited(fixes, &taken).or_else(|| {
            taken = self.possible(fixes, &taken, &mut { TRIES });
            self.try_edited(fixes, &taken)
        });
        if edited.is_none() {
            taken.clear();
        }
        let refused = (0..fixes.len()).filter(|index| taken.binary_search(index).is_err()).collect();
        (Arc::new(edited.unwrap_or_else(|| self.clone())), refused)
    }

    fn to_bytes(&self) -> Result<Vec<u8>, String> {
        match self.parts.iter().any(|part| part.changed) {
            true => self.pack().map_err(|error| error.to_string()),
            false => Ok(self.bytes.to_vec()),
        }
    }
}

/// A replacement in the XML of a part.
#[derive(Debug)]
struct Change {
    part: usize,
    raw: Range<usize>,
    /// Escaped already.
    text: String,
    /// The `t` element it lies in.
    element: Element,
}

/// `xml` with `changes`, which are sorted. A `t` element that begins or ends with a blank from now on says that it counts.
fn apply(xml: &str, changes: &[Change]) -> String {
    let mut out = String::with_capacity(xml.len() + 64);
    let mut at = 0;
    for of_element in changes.chunk_by(|a, b| a.element == b.element) {
        let Element { tag, end } = of_element[0].element.clone();
        let mut content = String::new();
        let mut from = tag.end;
        for change in of_element {
            content.push_str(&xml[from..change.raw.start]);
            content.push_str(&change.text);
            from = change.raw.end;
        }
        content.push_str(&xml[from..end]);
        let old = &xml[tag.end..end];
        let gains_blank = (content.starts_with(' ') && !old.starts_with(' '))
            || (content.ends_with(' ') && !old.ends_with(' '));
        if gains_blank && !xml[tag.clone()].contains("xml:space") {
            let inside = tag.end - ">".len();
            out.push_str(&xml[at..inside]);
            out.push_str(" xml:space=\"preserve\">");
        } else {
            out.push_str(&xml[at..tag.end]);
        }
        out.push_str(&content);
        at = end;
    }
    out.push_str(&xml[at..]);
    out
}

/// The text of a part, for which there is so much room, which it takes; `None` if there is no such part.
fn unpack(
    archive: &mut ZipArchive<Cursor<&[u8]>>,
    name: &str,
    room: &mut u64,
) -> Result<Option<String>, DocxError> {
    let file = match archive.by_name(name) {
        Ok(file) => file,
        Err(zip::result::ZipError::FileNotFound) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let mut bytes = Vec::new();
    let failed = |error| DocxError::Unpack { part: name.to_owned(), error };
    file.take(*room + 1).read_to_end(&mut bytes).map_err(failed)?;
    let Some(left) = room.checked_sub(bytes.len() as u64) else {
        let most = mebibytes(MAX_UNPACKED);
        return Err(DocxError::TooLarge(format!("it unpacks to more than {most}, up to its part {name}")));
    };
    *room = left;
    let text = String::from_utf8(bytes).map_err(|error| {
        let offset = error.utf8_error().valid_up_to() as u64;
        DocxError::Xml { part: name.to_owned(), offset, error: "it is not UTF-8".to_owned() }
    })?;
    Ok(Some(text))
}

#[cfg(test)]
mod tests;
