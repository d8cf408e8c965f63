//! `.docx`: the prose of a word processor's file as lines of text, and the way back into its XML.
//!
//! A `.docx` is a ZIP archive of XML parts (ECMA-376, Office Open XML). Its prose is read out of the main document, the
//! notes, the headers and the footers (`part`); an edit goes into the characters of a run, and nothing else of the part
//! changes (`edit`). Parts without an edit are copied as they are, compressed bytes and all.

mod edit;
mod part;
mod relations;

use std::collections::HashMap;
use std::io::{self, Cursor, Read, Write};
use std::sync::Arc;

use zip::ZipArchive;
use zip::write::{SimpleFileOptions, ZipWriter};

use crate::diagnostic::Edit;
use crate::limit::mebibytes;
use crate::package::{Layout, Package};
use part::{Atom, Reading};

/// So many bytes are unpacked of one file, in all: a novel is under 10 MB of XML.
const MAX_UNPACKED: u64 = 64 << 20;

/// Most entries of an archive.
const MAX_ENTRIES: usize = 20_000;

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
        let (edited, refused) = self.with(fixes);
        (Arc::new(edited), refused)
    }

    fn to_bytes(&self) -> Result<Vec<u8>, String> {
        match self.parts.iter().any(|part| part.changed) {
            true => self.pack().map_err(|error| error.to_string()),
            false => Ok(self.bytes.to_vec()),
        }
    }
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
