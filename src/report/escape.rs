//! Makes text from outside harmless to print; see [`crate::text::visible`].

use std::io::{self, Write};

pub use crate::text::visible::{harmless, is_hidden, is_web, push_visible, visible, without_commands};

/// Hands lines for people on to another writer, [`harmless`]. What is written last goes on with [`Write::flush`].
pub struct Lines<'w> {
    out: &'w mut dyn Write,
    pending: Vec<u8>,
    /// Whether the beginning of the pending line has gone on already.
    begun: bool,
}

impl<'w> Lines<'w> {
    /// Lines that go on to `out`.
    pub fn new(out: &'w mut dyn Write) -> Self {
        Self { out, pending: Vec::new(), begun: false }
    }

    /// Hands on the first `length` bytes of what is pending.
    fn hand_on(&mut self, length: usize) -> io::Result<()> {
        let rest = self.pending.split_off(length);
        let text = std::mem::replace(&mut self.pending, rest);
        let text = String::from_utf8_lossy(&text);
        if std::mem::take(&mut self.begun) {
            let end = text.find('\n').map_or(text.len(), |at| at + 1);
            let (line, others) = text.split_at(end);
            self.out.write_all(without_commands(line, ":", "\\u{23}").as_bytes())?;
            return self.out.write_all(harmless(others).as_bytes());
        }
        self.out.write_all(harmless(&text).as_bytes())
    }
}

impl Write for Lines<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let before = self.pending.len();
        self.pending.extend_from_slice(bytes);
        if let Some(at) = bytes.iter().rposition(|&byte| byte == b'\n') {
            self.hand_on(before + at + 1)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if !self.pending.is_empty() {
            self.hand_on(self.pending.len())?;
            self.begun = true;
        }
        self.out.flush()
    }
}

/// Writes what `write` makes as [`Lines`].
///
/// # Errors
/// When `out` cannot be written, or what `write` gives.
pub fn lines(out: &mut dyn Write, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut lines = Lines::new(out);
    write(&mut lines)?;
    let left = lines.pending.len();
    lines.hand_on(left)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_in_pieces_is_broken_up_too() {
        let mut out = Vec::new();
        let mut lines = Lines::new(&mut out);
        for piece in ["  :", ":error::x\n", "a #", "#[error]\nend", " ::y::"] {
            lines.write_all(piece.as_bytes()).expect("writing to memory");
        }
        lines.flush().expect("writing to memory");
        lines.write_all(b"::z::\n::q\n").expect("writing to memory");
        assert_eq!(
            String::from_utf8(out).expect("UTF-8"),
            "  \\u{3a}:error::x\na #\\u{23}[error]\nend ::y::::z::\n\\u{3a}:q\n"
        );
    }
}
