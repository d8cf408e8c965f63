//! A report in the making: which form it has, where it goes, and what is counted on the way.

use std::io::Write;

use super::{Failure, Stop, Terminal};
use crate::cli::{OutputArgs, OutputFormat};
use crate::diagnostic::Diagnostic;
use crate::report::concise::Concise;
use crate::report::full::Full;
use crate::report::github::Github;
use crate::report::json::{Json, JsonLines};
use crate::report::statistics::Statistics;
use crate::report::{Checked, Reporter, Summary};
use crate::session::Guess;
use crate::source::Source;

pub(super) fn reporter(output: &OutputArgs, quiet: bool) -> Box<dyn Reporter> {
    if output.statistics && matches!(output.output_format, OutputFormat::Full | OutputFormat::Concise) {
        return Box::new(Statistics { quiet });
    }
    match output.output_format {
        OutputFormat::Full => Box::new(Full { quiet }),
        OutputFormat::Concise => Box::new(Concise { quiet }),
        OutputFormat::Json => Box::new(Json::default()),
        OutputFormat::Jsonl => Box::new(JsonLines),
        OutputFormat::Github => Box::new(Github),
    }
}

/// Where a report goes: to standard output, unless the fixed text goes there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stream {
    Out,
    Err,
}

impl Stream {
    pub(super) fn of<'t>(self, terminal: &'t mut Terminal<'_>) -> &'t mut dyn Write {
        match self {
            Self::Out => terminal.out,
            Self::Err => terminal.err,
        }
    }
}

/// A report in the making.
pub(super) struct Report {
    reporter: Box<dyn Reporter>,
    stream: Stream,
    pub(super) summary: Summary,
}

impl Report {
    pub(super) fn new(reporter: Box<dyn Reporter>, stream: Stream) -> Self {
        Self { reporter, stream, summary: Summary::default() }
    }

    pub(super) fn file(
        &mut self,
        path: &str,
        source: &Source,
        diagnostics: &[Diagnostic],
        guess: Option<&Guess>,
        terminal: &mut Terminal<'_>,
    ) -> Result<(), Stop> {
        self.summary.add(diagnostics);
        if let Some(guess) = guess {
            *self.summary.guesses.entry(guess.language.clone()).or_default() += 1;
        }
        Ok(self.reporter.file(&Checked { path, source, diagnostics, guess }, self.stream.of(terminal))?)
    }

    /// Says that an input failed: to a person on standard error, to a program in its report.
    pub(super) fn failed(
        &mut self,
        path: &str,
        failure: &Failure,
        terminal: &mut Terminal<'_>,
    ) -> Result<(), Stop> {
        self.summary.failed += 1;
        terminal.out.flush()?;
        terminal.report(failure)?;
        Ok(self.reporter.failed(path, &failure.summary(), self.stream.of(terminal))?)
    }

    pub(super) fn finish(&mut self, terminal: &mut Terminal<'_>) -> Result<(), Stop> {
        Ok(self.reporter.finish(&self.summary, self.stream.of(terminal))?)
    }
}
