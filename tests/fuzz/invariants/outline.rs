//! All of a file that is no text: the same before and after a fix.

use std::io::{Cursor, Read};

use html5gum::{DefaultEmitter, State, Token, Tokenizer};
use mtlint::format::{DEFAULT_FIELDS, Format};
use mtlint::source::Source;
use pulldown_cmark::{Event, Options, Parser};

/// All of a file that is no text.
pub(crate) fn outline(format: Format, source: &Source) -> Vec<String> {
    if format == Format::Docx {
        return source.to_bytes().map_or_else(|_| Vec::new(), |bytes| package(&bytes));
    }
    let text = source.text();
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    match format {
        Format::Plain | Format::Docx => Vec::new(),
        Format::Markdown => {
            let options = Options::ENABLE_TABLES
                | Options::ENABLE_FOOTNOTES
                | Options::ENABLE_STRIKETHROUGH
                | Options::ENABLE_TASKLISTS
                | Options::ENABLE_HEADING_ATTRIBUTES
                | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS
                | Options::ENABLE_PLUSES_DELIMITED_METADATA_BLOCKS;
            let events = Parser::new_ext(text, options);
            events
                .filter(|event| !matches!(event, Event::Text(_) | Event::SoftBreak))
                .map(|event| format!("{event:?}"))
                .collect()
        }
        Format::Html => html(text),
        Format::Json => json(text),
        Format::JsonLines => text.lines().flat_map(json).collect(),
        Format::Po => text.lines().filter_map(po_line).collect(),
        Format::Xliff => xml(text),
    }
}

/// All of a page but its texts; those of scripts and styles are none. What ends where it begins has no text if it is a
/// title, a part of a drawing, or the page is XML.
fn html(text: &str) -> Vec<String> {
    let mut emitter = DefaultEmitter::<()>::default();
    emitter.naively_switch_states(true);
    let mut xml = text.trim_start().starts_with("<?xml");
    let (mut raw, mut foreign) = (false, false);
    let mut all = Vec::new();
    let mut tokens = Tokenizer::new_with_emitter(text, emitter);
    while let Some(token) = tokens.next() {
        let Ok(token) = token;
        match &token {
            Token::StartTag(tag) => {
                xml |= tag.name.as_slice() == b"html" && tag.attributes.contains_key(b"xmlns".as_slice());
                let code = matches!(tag.name.as_slice(), b"script" | b"style");
                let title = matches!(tag.name.as_slice(), b"title" | b"textarea");
                foreign |= matches!(tag.name.as_slice(), b"svg" | b"math") && !tag.self_closing;
                let empty = tag.self_closing && (xml || title || foreign);
                if empty {
                    tokens.set_state(State::Data);
                }
                raw = code && !empty;
            }
            Token::EndTag(tag) => {
                raw = false;
                foreign &= !matches!(tag.name.as_slice(), b"svg" | b"math");
            }
            _ => {}
        }
        if raw || !matches!(token, Token::String(_) | Token::Error(_)) {
            all.push(format!("{token:?}"));
        }
    }
    all
}

/// All of a JSON value but its chosen strings; that it is none if it is none. A control character in a string, a line break
/// above all, is read though it ought to be escaped.
fn json(text: &str) -> Vec<String> {
    let text = text.replace(|c: char| c.is_ascii_control(), " ");
    fn blank(value: &mut serde_json::Value, chosen: bool) {
        match value {
            serde_json::Value::String(text) if chosen => text.clear(),
            serde_json::Value::Array(all) => all.iter_mut().for_each(|one| blank(one, chosen)),
            serde_json::Value::Object(all) => {
                all.iter_mut().for_each(|(key, value)| blank(value, DEFAULT_FIELDS.contains(&key.as_str())));
            }
            _ => {}
        }
    }
    match serde_json::from_str::<serde_json::Value>(&text) {
        Ok(mut value) => {
            blank(&mut value, false);
            vec![value.to_string()]
        }
        Err(_) => vec!["no JSON".to_owned()],
    }
}

/// A line of a catalogue without the words of translations: all of a comment or an original; the keyword, the places to
/// be filled in, and the marks of strings of the rest.
fn po_line(line: &str) -> Option<String> {
    let line = line.trim_end();
    if line.starts_with(['#', 'm']) && !line.starts_with("msgstr") || line.is_empty() {
        return Some(line.to_owned());
    }
    // What is escaped may be mended like any character.
    let plain = line.replace("\\\\", "").replace("\\\"", "");
    let marks = plain.matches(['%', '{', '}', '<', '>', '"']).collect::<String>();
    Some(format!("{} {marks}", line.split('"').next().unwrap_or_default()))
}

/// All of XML but the texts of targets.
fn xml(text: &str) -> Vec<String> {
    use quick_xml::events::Event;
    let mut xml = quick_xml::Reader::from_str(text);
    let (mut all, mut targets) = (Vec::new(), 0);
    loop {
        match xml.read_event() {
            Ok(Event::Eof) => return all,
            Err(error) => {
                all.push(error.to_string());
                return all;
            }
            Ok(event) => {
                match &event {
                    Event::Start(tag) if tag.local_name().as_ref() == "target" => targets += 1,
                    Event::End(tag) if tag.local_name().as_ref() == "target" => targets -= 1,
                    _ => {}
                }
                let text = matches!(event, Event::Text(_) | Event::GeneralRef(_));
                let cdata = matches!(event, Event::CData(_));
                match (targets > 0, text, cdata) {
                    (true, true, _) => {}
                    (true, _, true) => all.push("CDATA".to_owned()),
                    _ => all.push(format!("{event:?}")),
                }
            }
        }
    }
}

/// The parts of an archive: those that are XML without texts, and without a word about the blanks of a text.
fn package(bytes: &[u8]) -> Vec<String> {
    use quick_xml::events::Event;
    let Ok(mut archive) = zip::ZipArchive::new(Cursor::new(bytes)) else { return Vec::new() };
    let mut all = Vec::new();
    for index in 0..archive.len() {
        let Ok(mut part) = archive.by_index(index) else {
            all.push("a part that cannot be opened".to_owned());
            continue;
        };
        let name = part.name().map(std::borrow::Cow::into_owned).unwrap_or_default();
        let mut text = String::new();
        if part.by_ref().take(1 << 20).read_to_string(&mut text).is_err() {
            all.push(format!("{name} is no text"));
            continue;
        }
        let mut reader = quick_xml::Reader::from_str(&text);
        loop {
            match reader.read_event() {
                Ok(Event::Text(_) | Event::GeneralRef(_) | Event::CData(_)) => {}
                Ok(Event::Eof) => break,
                Ok(event) => all.push(format!("{name} {event:?}").replace(" xml:space=\\\"preserve\\\"", "")),
                Err(error) => {
                    all.push(format!("{name} {error}"));
                    break;
                }
            }
        }
    }
    all
}
