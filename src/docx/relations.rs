//! Which parts of the archive hold prose, as its relationships tell.

use std::borrow::Cow;
use std::collections::HashSet;
use std::io::Cursor;

use quick_xml::Reader;
use quick_xml::events::Event;
use zip::ZipArchive;

use super::{DocxError, unpack};

/// Where the main document is in nearly every file.
const USUAL: &str = "word/document.xml";

/// The last words of the types of relationship that lead from the main document to prose, in the order of reading.
const PROSE: [&str; 4] = ["footnotes", "endnotes", "header", "footer"];

/// A relationship: the last word of its type, and the name of the part that it leads to.
type Relationship = (String, String);

/// The names of the parts with prose, the main document first.
pub(super) fn prose(
    archive: &mut ZipArchive<Cursor<&[u8]>>,
    room: &mut u64,
) -> Result<Vec<String>, DocxError> {
    let roots = relationships(archive, "", room)?;
    let main = roots.into_iter().find(|(kind, _)| kind == "officeDocument");
    let main = main.map_or_else(|| USUAL.to_owned(), |(_, name)| name);
    let around = relationships(archive, &main, room)?;
    let mut known = HashSet::from([main.clone()]);
    let mut names = vec![main];
    for wanted in PROSE {
        for (_, name) in around.iter().filter(|(kind, _)| kind == wanted) {
            if known.insert(name.clone()) {
                names.push(name.clone());
            }
        }
    }
    Ok(names)
}

/// The relationships of the part `of`; those of the whole archive if it is empty.
fn relationships(
    archive: &mut ZipArchive<Cursor<&[u8]>>,
    of: &str,
    room: &mut u64,
) -> Result<Vec<Relationship>, DocxError> {
    let (folder, file) = of.rsplit_once('/').unwrap_or(("", of));
    let slash = if folder.is_empty() { "" } else { "/" };
    let Some(xml) = unpack(archive, &format!("{folder}{slash}_rels/{file}.rels"), room)? else {
        return Ok(Vec::new());
    };
    let mut reader = Reader::from_str(&xml);
    let mut found = Vec::new();
    // What is broken ends the list; without it the usual names are looked for.
    while let Ok(event) = reader.read_event() {
        let tag = match &event {
            Event::Start(tag) | Event::Empty(tag) => tag,
            Event::Eof => break,
            _ => continue,
        };
        let attribute = |name: &str| {
            let value = tag.try_get_attribute(name).ok()??;
            value.normalized_value(quick_xml::XmlVersion::Explicit1_0).ok().map(Cow::into_owned)
        };
        let (Some(kind), Some(target)) = (attribute("Type"), attribute("Target")) else { continue };
        let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
        let name = match target.strip_prefix('/') {
            Some(absolute) => absolute.to_owned(),
            None => format!("{folder}{slash}{target}"),
        };
        found.push((kind, name));
    }
    Ok(found)
}
