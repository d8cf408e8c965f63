//! Reports in the making: which forms they have, where each goes, and what is counted on the way.

use std::collections::HashSet;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;

use super::report_file::{ReportFile, place_of};
use super::{Exit, Failure, Stop, Terminal};
use crate::cli::{OutputArgs, OutputFormat, OutputTarget};
use crate::diagnostic::{Diagnostic, Severity};
use crate::report::checkstyle::Checkstyle;
use crate::report::concise::Concise;
use crate::report::full::Full;
use crate::report::github::Github;
use crate::report::gitlab::Gitlab;
use crate::report::job_summary::JobSummary;
use crate::report::json::{Json, JsonLines};
use crate::report::junit::Junit;
use crate::report::rdjson::Rdjson;
use crate::report::sarif::Sarif;
use crate::report::statistics::Statistics;
use crate::report::{Checked, Reporter, Summary, escape};
use crate::rule::RuleSet;
use crate::session::Guess;
use crate::source::Source;

/// What reports depend on beside the findings.
pub(super) struct Setting<'a> {
    /// The forms that were asked for.
    pub output: &'a OutputArgs,
    /// The rules that the findings are of.
    pub rules: &'a Arc<RuleSet>,
    /// From which severity on a finding fails the run.
    pub fail_on: Severity,
    /// Whether people want no summary.
    pub quiet: bool,
}

impl Setting<'_> {
    fn reporter(&self, format: OutputFormat, quiet: bool) -> Box<dyn Reporter> {
        match format {
            OutputFormat::Full => Box::new(Full { quiet }),
            OutputFormat::Concise => Box::new(Concise { quiet }),
            OutputFormat::Json => Box::new(Json::default()),
            OutputFormat::Jsonl => Box::new(JsonLines),
            OutputFormat::Github => Box::new(Github),
            OutputFormat::Sarif => Box::new(Sarif::new(Arc::clone(self.rules))),
            OutputFormat::Gitlab => Box::new(Gitlab::default()),
            OutputFormat::Junit => Box::new(Junit::new(self.fail_on)),
            OutputFormat::Checkstyle => Box::new(Checkstyle::default()),
            OutputFormat::Rdjson => Box::new(Rdjson::default()),
            OutputFormat::Summary => Box::new(JobSummary::default()),
        }
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

/// The reports of one run in the making.
pub(super) struct Report {
    outputs: Vec<Output>,
    /// The stream that people read; programs read the other one, if any.
    pub(super) people: Stream,
    /// Whether findings are shown to people, so that what was fixed is shown too.
    pub(super) for_people: bool,
    pub(super) summary: Summary,
}

/// One form, and where it goes.
struct Output {
    reporter: Box<dyn Reporter>,
    /// Whether people read it, so that none of its lines is to be a command to a CI service.
    for_people: bool,
    sink: Sink,
}

enum Sink {
    Stream(Stream),
    File(ReportFile),
    /// Whoever read it has seen enough; the others go on.
    Closed,
}

impl Report {
    /// The reports that were asked for; the one without a file goes to `stream`.
    ///
    /// # Errors
    /// When two would go to the same place, or a file cannot be written.
    pub(super) fn new(setting: &Setting<'_>, stream: Stream) -> Result<Self, Failure> {
        let shown = only_one_shown(&setting.output.output_format)?;
        let mut outputs = Vec::new();
        let for_people = shown.is_for_people();
        // What a program reads on the stream stays as it is; what people asked for beside it goes to the other.
        let people = if for_people { stream } else { Stream::Err };
        let table = setting.output.statistics;
        if !(table && for_people) {
            let reporter = setting.reporter(shown, setting.quiet);
            outputs.push(Output { reporter, for_people, sink: Sink::Stream(stream) });
        }
        if table {
            let reporter = Box::new(Statistics { quiet: setting.quiet });
            outputs.push(Output { reporter, for_people: true, sink: Sink::Stream(people) });
        }
        for OutputTarget { format, file } in &setting.output.output_format {
            let Some(path) = file else { continue };
            let file = ReportFile::new(path, *format == OutputFormat::Summary)?;
            // A file is kept, so it has its summary whatever is said on the screen.
            let reporter = setting.reporter(*format, false);
            outputs.push(Output { reporter, for_people: false, sink: Sink::File(file) });
        }
        Ok(Self { outputs, people, for_people, summary: Summary::default() })
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
        let file = Checked { path, source, diagnostics, guess };
        self.write(terminal, |reporter, _, out| reporter.file(&file, out))
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
        self.write(terminal, |reporter, _, out| reporter.failed(path, &failure.summary(), out))
    }

    /// Ends all reports and writes those that go to files; one that cannot be written keeps none of the others
    /// from it, and makes the run a failure.
    pub(super) fn finish(&mut self, terminal: &mut Terminal<'_>) -> Result<Exit, Stop> {
        self.write(terminal, |reporter, summary, out| reporter.finish(summary, out))?;
        let mut exit = Exit::Clean;
        for output in &mut self.outputs {
            let Sink::File(file) = &mut output.sink else { continue };
            if let Err(failure) = file.save() {
                terminal.out.flush()?;
                terminal.report(&failure)?;
                exit = Exit::Failed;
            }
        }
        Ok(exit)
    }

    /// Lets each reporter write to its place.
    fn write(
        &mut self,
        terminal: &mut Terminal<'_>,
        mut write: impl FnMut(&mut dyn Reporter, &Summary, &mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Stop> {
        let alone = self.outputs.len() == 1;
        let summary = &self.summary;
        for Output { reporter, for_people, sink } in &mut self.outputs {
            let mut write_to = |out: &mut dyn Write| match for_people {
                true => escape::lines(out, |out| write(&mut **reporter, summary, out)),
                false => write(&mut **reporter, summary, out),
            };
            match sink {
                Sink::Stream(stream) => match write_to(stream.of(terminal)) {
                    Err(error) if error.kind() == io::ErrorKind::BrokenPipe && !alone => {
                        *sink = Sink::Closed;
                    }
                    done => done?,
                },
                Sink::File(file) => {
                    let done = uncoloured(|| write_to(file.writer()));
                    done.map_err(|error| file.unwritable(&error))?;
                }
                Sink::Closed => {}
            }
        }
        Ok(())
    }
}

/// The format that goes to a stream: the one without a file, or `full` if all have one, so that the person who
/// looks at the log of a job sees what failed it.
///
/// # Errors
/// When several have none, or two have the same file.
fn only_one_shown(targets: &[OutputTarget]) -> Result<OutputFormat, Failure> {
    let mut shown = targets.iter().filter(|target| target.file.is_none()).map(|target| target.format);
    let mut files: HashSet<PathBuf> = HashSet::new();
    let (first, second) = (shown.next(), shown.next());
    if let (Some(first), Some(second)) = (first, second) {
        let what = format!("`{first}` and `{second}` would both go to standard output");
        let help = format!("give all but one a file, as in {first},{second}=FILE");
        return Err(Failure::new("--output-format", what).help(help));
    }
    for path in targets.iter().filter_map(|target| target.file.as_deref()) {
        if !files.insert(place_of(path)) {
            let what = format!("two reports would go to {}", path.display());
            return Err(Failure::new("--output-format", what).help("give each its own file"));
        }
    }
    Ok(first.unwrap_or(OutputFormat::Full))
}

/// Runs `write` without colours, which a file does not want.
fn uncoloured<R>(write: impl FnOnce() -> R) -> R {
    let colors = colored::control::SHOULD_COLORIZE.should_colorize();
    colored::control::set_override(false);
    let done = write();
    colored::control::set_override(colors);
    done
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The report that was written last took the place of the other one, and nothing was said.
    #[test]
    fn two_ways_to_write_one_path_were_taken_for_two_files() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        std::fs::create_dir(folder.path().join("sub")).expect("made");
        let to = |format, name: &str| OutputTarget { format, file: Some(folder.path().join(name)) };
        let is_refused = |one: &str, other: &str| {
            only_one_shown(&[to(OutputFormat::Json, one), to(OutputFormat::Sarif, other)]).is_err()
        };
        assert!(is_refused("o.out", "sub/../o.out"));
        assert!(!is_refused("o.out", "sub/o.out") && !is_refused("no/o.out", "o.out"));
        #[cfg(unix)]
        {
            std::fs::write(folder.path().join("old.out"), "").expect("written");
            for (target, link) in [("sub", "folder"), ("old.out", "link.out")] {
                std::os::unix::fs::symlink(target, folder.path().join(link)).expect("linked");
            }
            assert!(is_refused("sub/o.out", "folder/o.out") && is_refused("link.out", "old.out"));
        }
    }
}
