//! What the XML forms share: text that XML can hold, and elements that are written one at a time.

use std::borrow::Cow;
use std::io::{self, Write};

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, Event};

use super::escape::{visible, without_commands};

/// An element in the making.
pub(super) type Xml = Writer<Vec<u8>>;

/// `text` as attributes and elements may hold it: what XML 1.0 forbids, and what a reader could not see, is
/// written as an escape. Markup is the writer's business.
pub(super) fn text(text: &str) -> Cow<'_, str> {
    visible(text)
}

/// Writes the declaration and the start tag of the document's element.
pub(super) fn open(name: &str, attribute: (&str, &str), out: &mut dyn Write) -> io::Result<()> {
    let mut writer = Writer::new_with_indent(&mut *out, b' ', 2);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    writer.write_event(Event::Start(BytesStart::new(name).with_attributes([attribute])))?;
    writeln!(out)
}

/// Writes the end tag of the document's element.
pub(super) fn close(name: &str, out: &mut dyn Write) -> io::Result<()> {
    Writer::new(&mut *out).write_event(Event::End(BytesEnd::new(name)))?;
    writeln!(out)
}

/// Writes what `write` makes, on lines of its own.
pub(super) fn element(out: &mut dyn Write, write: impl FnOnce(&mut Xml) -> io::Result<()>) -> io::Result<()> {
    let mut xml = Writer::new_with_indent(Vec::new(), b' ', 2);
    write(&mut xml)?;
    let xml = xml.into_inner();
    // The references mean the same to a reader, and nothing to a CI service that keeps the log.
    out.write_all(without_commands(&String::from_utf8_lossy(&xml), "&#58;", "&#35;").as_bytes())?;
    writeln!(out)
}
