//! A review at a plain prompt: one line of output after the other, and an answer a line.

use std::io::{self, BufRead, BufReader, Read};

use super::Front;
use crate::commands::Terminal;
use crate::review::screen::Look;
use crate::review::{Key, Review, prompt};

/// Longest answer that is read, in bytes.
const LONGEST: u64 = 64 << 10;

/// Where answers come from.
pub(super) struct Prompt<'i> {
    answers: BufReader<&'i mut dyn Read>,
}

impl<'i> Prompt<'i> {
    pub(super) fn new(input: &'i mut dyn Read) -> Self {
        Self { answers: BufReader::new(input) }
    }

    /// The next line; `None` at the end of the input.
    fn answer(&mut self) -> io::Result<Option<String>> {
        let mut bytes = Vec::new();
        (&mut self.answers).take(LONGEST).read_until(b'\n', &mut bytes)?;
        if bytes.len() as u64 == LONGEST && !bytes.ends_with(b"\n") {
            // The rest of it is no answer of its own, and half of it is none either.
            self.answers.skip_until(b'\n')?;
            return Ok(Some("an answer that is too long".to_owned()));
        }
        Ok((!bytes.is_empty()).then(|| String::from_utf8_lossy(&bytes).into_owned()))
    }
}

impl Front for Prompt<'_> {
    fn busy(&mut self, _: &str, _: &mut Terminal<'_>) -> io::Result<()> {
        Ok(())
    }

    fn keys(
        &mut self,
        review: &mut Review,
        look: &Look<'_>,
        terminal: &mut Terminal<'_>,
    ) -> io::Result<Option<Vec<Key>>> {
        if review.writing().is_some() {
            // A sentence that was refused: the line had all there was, so that it is left.
            let note = review.note().to_owned();
            review.press(Key::Escape);
            review.say(note);
        }
        write!(terminal.out, "{}", prompt::write(review, look.why))?;
        loop {
            write!(terminal.out, "> ")?;
            terminal.out.flush()?;
            let Some(answer) = self.answer()? else {
                writeln!(terminal.out)?;
                return Ok(None);
            };
            // A terminal shows what was typed; elsewhere the answers are shown here.
            if !terminal.out_is_screen {
                writeln!(terminal.out, "{}", crate::report::escape::visible(answer.trim()))?;
            }
            match prompt::keys(review, &answer) {
                // At the end, the only thing that an empty line can mean is that.
                Ok(keys) if keys.is_empty() => {}
                Ok(keys) => return Ok(Some(keys)),
                Err(what) => writeln!(terminal.out, "{what}")?,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rest_of_a_long_answer_was_taken_for_the_next_one() {
        let text = format!("e {}\na\n", "r ".repeat(40_000));
        let mut input = text.as_bytes();
        let mut prompt = Prompt::new(&mut input);
        let mut answer = || prompt.answer().expect("in memory");
        assert_eq!(answer().as_deref(), Some("an answer that is too long"));
        assert_eq!((answer().as_deref(), answer()), (Some("a\n"), None));
    }
}
