//! The line that counts files while a long run lasts, for somebody who waits at a screen.
//!
//! It is rewritten in place ten times a second at most, and is gone before anything else is printed.

use std::io;
use std::time::{Duration, Instant};

use super::Terminal;
use crate::report::count;

/// The line stands at least this long before it is rewritten.
pub(super) const BEAT: Duration = Duration::from_millis(100);

/// A run that shows its findings on the screen is given this long to end before it is counted.
const PATIENCE: Duration = Duration::from_secs(1);

/// The count of one run.
#[derive(Debug)]
pub(super) struct Progress {
    total: usize,
    /// When the line may be written next; `None`: never.
    due: Option<Instant>,
    /// Columns of the line that stands on the screen; 0 if there is none.
    width: usize,
}

impl Progress {
    /// A count of `total` files from `now` on, if it is `wanted` and somebody sees it.
    pub(super) fn new(total: usize, wanted: bool, terminal: &Terminal<'_>, now: Instant) -> Self {
        let patience = if terminal.out_is_screen { PATIENCE } else { BEAT };
        let due = (wanted && terminal.err_is_screen && total > 1).then_some(now + patience);
        Self { total, due, width: 0 }
    }

    /// Whether there is a line to write while others work.
    pub(super) fn is_shown(&self) -> bool {
        self.due.is_some()
    }

    /// Writes that `done` files are checked, if it is time.
    pub(super) fn tick(&mut self, done: usize, now: Instant, terminal: &mut Terminal<'_>) -> io::Result<()> {
        if self.due.is_none_or(|due| now < due) {
            return Ok(());
        }
        if terminal.out_is_screen {
            // What waits in the buffer belongs above the line.
            terminal.out.flush()?;
        }
        let line = format!("checked {done} of {}", count(self.total, "file"));
        let blanks = " ".repeat(self.width.saturating_sub(line.len()));
        write!(terminal.err, "\r{line}{blanks}")?;
        terminal.err.flush()?;
        self.width = line.len();
        self.due = Some(now + BEAT);
        Ok(())
    }

    /// Takes the line away.
    pub(super) fn clear(&mut self, terminal: &mut Terminal<'_>) -> io::Result<()> {
        if self.width > 0 {
            write!(terminal.err, "\r{}\r", " ".repeat(self.width))?;
            terminal.err.flush()?;
            self.width = 0;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is written on standard error if the count is `wanted` and the streams are screens.
    fn shown(wanted: bool, out_is_screen: bool, err_is_screen: bool) -> String {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let mut terminal = Terminal {
            out: &mut out,
            err: &mut err,
            color: false,
            err_color: false,
            out_is_screen,
            err_is_screen,
            can_ask: false,
        };
        let start = Instant::now();
        let mut progress = Progress::new(800, wanted, &terminal, start);
        for (done, milliseconds) in [(1, 50), (100, 150), (110, 200), (120, 1100), (121, 1150)] {
            let now = start + Duration::from_millis(milliseconds);
            progress.tick(done, now, &mut terminal).expect("writing to memory");
        }
        progress.clear(&mut terminal).expect("writing to memory");
        progress.clear(&mut terminal).expect("writing to memory");
        String::from_utf8(err).expect("UTF-8")
    }

    #[test]
    fn the_line_is_rewritten_at_its_beat_and_cleared_once() {
        let blank = format!("\r{}\r", " ".repeat("checked 120 of 800 files".len()));
        let long = format!("\rchecked 120 of 800 files{blank}");
        assert_eq!(shown(true, true, true), long);
        assert_eq!(shown(true, false, true), format!("\rchecked 100 of 800 files{long}"));
    }

    #[test]
    fn there_is_no_line_where_nobody_sees_it_or_wants_it() {
        assert_eq!(shown(false, true, true), "");
        assert_eq!(shown(true, true, false), "");
    }
}
