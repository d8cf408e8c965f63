//! Messages on a pair of byte streams: frames with a `Content-Length`, each holding one JSON-RPC message.
//!
//! The transport of `lsp-server` ends at the first message that it cannot read, and makes room for as many bytes as a
//! header says. This one goes on: what cannot be understood is handed on as such, so that it can be answered, and what
//! is too long is skipped without being kept.

use std::io::{self, BufRead, Read, Write};

use lsp_server::{ErrorCode, Message};
use serde_json::{Value, json};

/// The longest message that is read, in bytes: a text of [`super::MAX_TEXT`] bytes with every character escaped.
pub(super) const MAX_MESSAGE: u64 = 64 << 20;

/// The longest line of a header, in bytes.
const MAX_HEADER: u64 = 4 << 10;

/// What came in.
#[derive(Debug)]
pub(super) enum Incoming {
    /// A message.
    Message(Message),
    /// Something that is to be answered with an error.
    Unreadable(Refusal),
}

/// What goes out.
#[derive(Debug)]
pub(super) enum Outgoing {
    /// A message.
    Message(Message),
    /// The answer to something that could not be understood.
    Refusal(Refusal),
}

/// Why something that came in was not understood.
#[derive(Debug, PartialEq)]
pub(super) struct Refusal {
    /// The id it came with, if that can be told; else null.
    id: Value,
    code: ErrorCodeValue,
    /// What is wrong, for a person.
    pub(super) why: String,
}

type ErrorCodeValue = i32;

impl Refusal {
    fn new(id: Value, code: ErrorCode, why: impl Into<String>) -> Self {
        Self { id, code: code as i32, why: why.into() }
    }
}

/// Reads the next message; `None` at the end of the input.
///
/// # Errors
/// When the input cannot be read, or ends within a message.
pub(super) fn read(input: &mut impl BufRead) -> io::Result<Option<Incoming>> {
    let refuse =
        |why: String| Ok(Some(Incoming::Unreadable(Refusal::new(Value::Null, ErrorCode::ParseError, why))));
    let length = match read_header(input)? {
        Header::End => return Ok(None),
        Header::Bad(why) => return refuse(why),
        Header::Length(length) => length,
    };
    if length > MAX_MESSAGE {
        skip(input, length)?;
        return refuse(format!(
            "the message is {length} bytes long, more than the {MAX_MESSAGE} that are read"
        ));
    }
    let mut body = Vec::new();
    input.by_ref().take(length).read_to_end(&mut body)?;
    if (body.len() as u64) < length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(Some(parse(&body)))
}

/// What stood before a message.
enum Header {
    /// The input is at its end.
    End,
    /// So many bytes follow.
    Length(u64),
    /// This is no header.
    Bad(String),
}

fn read_header(input: &mut impl BufRead) -> io::Result<Header> {
    let mut length = None;
    let mut is_first = true;
    loop {
        let mut line = Vec::new();
        input.by_ref().take(MAX_HEADER).read_until(b'\n', &mut line)?;
        if line.is_empty() {
            return if is_first { Ok(Header::End) } else { Err(io::ErrorKind::UnexpectedEof.into()) };
        }
        is_first = false;
        let line = String::from_utf8_lossy(&line);
        let line = line.trim_end_matches(['\r', '\n']);
        if line.is_empty() {
            return Ok(match length {
                Some(length) => Header::Length(length),
                None => Header::Bad("a message without Content-Length".to_owned()),
            });
        }
        let Some((name, value)) = line.split_once(':') else {
            return Ok(Header::Bad("a line that is no header".to_owned()));
        };
        if name.trim().eq_ignore_ascii_case("Content-Length") {
            match value.trim().parse() {
                Ok(value) => length = Some(value),
                Err(_) => return Ok(Header::Bad("a Content-Length that is no number".to_owned())),
            }
        }
    }
}

/// Leaves out the next `length` bytes.
fn skip(input: &mut impl BufRead, length: u64) -> io::Result<()> {
    let skipped = io::copy(&mut input.by_ref().take(length), &mut io::sink())?;
    if skipped < length { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(()) }
}

fn parse(body: &[u8]) -> Incoming {
    let value: Value = match serde_json::from_slice(body) {
        Ok(value) => value,
        Err(error) => {
            let why = format!("this is no JSON: {error}");
            return Incoming::Unreadable(Refusal::new(Value::Null, ErrorCode::ParseError, why));
        }
    };
    let id = value.get("id").filter(|id| !id.is_null()).cloned();
    // A list of the values of its fields would pass for a message.
    let read = if value.is_object() { serde_json::from_value(value).ok() } else { None };
    match read {
        // With an id that is none it would pass for a notification, and its sender would wait.
        Some(Message::Notification(_)) if id.is_some() => {}
        Some(message) => return Incoming::Message(message),
        None => {}
    }
    let id = id.filter(|id| id.is_number() || id.is_string()).unwrap_or_default();
    let why = "this is no request, response or notification of JSON-RPC 2.0";
    Incoming::Unreadable(Refusal::new(id, ErrorCode::InvalidRequest, why))
}

/// Writes one message and flushes.
///
/// # Errors
/// When nobody takes it.
pub(super) fn write(output: &mut impl Write, outgoing: &Outgoing) -> io::Result<()> {
    match outgoing {
        Outgoing::Message(message) => message.write(output),
        Outgoing::Refusal(Refusal { id, code, why }) => {
            let body =
                json!({"jsonrpc": "2.0", "id": id, "error": {"code": code, "message": why}}).to_string();
            write!(output, "Content-Length: {}\r\n\r\n{body}", body.len())?;
            output.flush()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(body: &str) -> String {
        format!("Content-Length: {}\r\n\r\n{body}", body.len())
    }

    /// What is read of `input`, one word each.
    fn all(input: &str) -> Vec<String> {
        let mut input = input.as_bytes();
        let mut found = Vec::new();
        while let Ok(Some(incoming)) = read(&mut input) {
            found.push(match incoming {
                Incoming::Message(Message::Request(request)) => request.method,
                Incoming::Message(Message::Notification(notification)) => notification.method,
                Incoming::Message(Message::Response(_)) => "response".to_owned(),
                Incoming::Unreadable(refusal) => format!("{} {}", refusal.code, refusal.id),
            });
        }
        found
    }

    #[test]
    fn what_cannot_be_read_does_not_end_the_conversation() {
        let good = frame(r#"{"jsonrpc":"2.0","id":1,"method":"a"}"#);
        let bad = [
            frame("{"),
            frame(r#"{"jsonrpc":"2.0","id":1.5,"method":"b"}"#),
            frame(r#"{"jsonrpc":"2.0","id":4294967296,"method":"b"}"#),
            frame("[]"),
            frame("\u{fffd}"),
            "no header\r\n".to_owned(),
            "Content-Length: many\r\n".to_owned(),
            "Content-Type: text\r\n\r\n".to_owned(),
        ];
        let said = ["-32700 null", "-32600 1.5", "-32600 4294967296", "-32600 null", "-32700 null"];
        for (at, bad) in bad.iter().enumerate() {
            let expected = said.get(at).unwrap_or(&"-32700 null");
            assert_eq!(all(&format!("{bad}{good}")), [*expected, "a"], "{bad:?}");
        }
    }

    #[test]
    fn a_list_was_taken_for_a_request() {
        assert_eq!(all(&frame(r#"["id","shutdown"]"#)), ["-32600 null"]);
        assert_eq!(all(&frame(r#"["exit"]"#)), ["-32600 null"]);
    }

    #[test]
    fn a_message_that_is_too_long_is_skipped() {
        let length = MAX_MESSAGE + 1;
        let head = format!("Content-Length: {length}\r\n\r\n");
        let good = frame(r#"{"jsonrpc":"2.0","method":"a"}"#);
        let mut input =
            io::BufReader::new(head.as_bytes().chain(io::repeat(b'x').take(length)).chain(good.as_bytes()));
        assert!(matches!(read(&mut input), Ok(Some(Incoming::Unreadable(_)))));
        assert!(matches!(read(&mut input), Ok(Some(Incoming::Message(Message::Notification(_))))));
        assert!(matches!(read(&mut input), Ok(None)));
        // Nor is room made for what a header only promises.
        let mut input = format!("Content-Length: {}\r\n\r\nx", u64::MAX).leak().as_bytes();
        assert!(read(&mut input).is_err());
    }

    #[test]
    fn what_is_written_can_be_read() {
        let mut bytes = Vec::new();
        let refusal = Refusal::new(json!("x"), ErrorCode::InvalidRequest, "why");
        write(&mut bytes, &Outgoing::Refusal(refusal)).expect("memory");
        assert_eq!(all(&String::from_utf8_lossy(&bytes)), ["response"]);
    }
}
