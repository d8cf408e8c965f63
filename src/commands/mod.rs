//! The commands: what is read, what is run, what is printed, and the exit code.
//!
//! Everything is written to the writers of a [`Terminal`], so that the commands can be run by tests.

mod allow;
mod baseline;
mod bench;
mod bytes;
mod cache;
mod changed;
mod check;
mod config;
mod configs;
mod each;
mod engine;
mod explain;
mod failure;
mod fault;
mod git;
mod known;
mod lsp;
mod plan;
mod print;
mod progress;
mod report;
mod report_file;
mod reporting;
mod review;
mod rule_files;
mod run;
mod settings;
mod start;
mod test;
mod write;

use std::io::{self, Read, Write};

pub use failure::{Failure, Stop};
pub use review::restore_screen;
pub use write::finish_writing;

use crate::cli::{Cli, Command};
use crate::report::escape;

/// What a command writes to.
pub struct Terminal<'a> {
    /// Standard output: what was asked for.
    pub out: &'a mut dyn Write,
    /// Standard error: errors, and what is said beside the result.
    pub err: &'a mut dyn Write,
    /// Whether `out` takes colours.
    pub color: bool,
    /// Whether `err` takes colours.
    pub err_color: bool,
    /// Whether somebody reads `out` on a screen, where raw control characters do harm.
    pub out_is_screen: bool,
    /// Whether somebody watches `err` on a screen that can rewrite a line; not in CI.
    pub err_is_screen: bool,
    /// Whether somebody can be asked: input and output are a terminal that can place its cursor.
    pub can_ask: bool,
}

impl Terminal<'_> {
    /// Says on standard error what went wrong.
    fn report(&mut self, failure: &Failure) -> io::Result<()> {
        writeln!(self.err, "{}", escape::harmless(&failure.render(self.err_color)))
    }
}

/// How a run ended; the order is that of precedence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// Done, and nothing to complain about.
    Clean = 0,
    /// Done, with findings that count.
    Findings = 1,
    /// Not, or not wholly, done.
    Failed = 2,
    /// Somebody broke it off.
    Interrupted = 130,
}

/// Whether a command writes lines for people and nothing else: in the log of a CI job they are not to be commands.
/// The others tell what is for people from what is the text itself.
const fn is_for_people(command: &Command) -> bool {
    match command {
        Command::Review(_)
        | Command::Allow(_)
        | Command::Baseline { .. }
        | Command::Rules(_)
        | Command::Rule(_)
        | Command::Test(_)
        | Command::Bench(_)
        | Command::Config(_)
        | Command::Clean
        | Command::Init
        | Command::New { .. } => true,
        Command::Check(_)
        | Command::Fix(_)
        | Command::Diff(_)
        | Command::Report(_)
        | Command::Lsp(_)
        | Command::Schema { .. }
        | Command::Completions { .. }
        | Command::Licences
        | Command::Man { .. } => false,
    }
}

fn command(cli: &Cli, input: &mut dyn Read, terminal: &mut Terminal<'_>) -> Result<Exit, Stop> {
    let global = &cli.global;
    match &cli.command {
        Command::Check(args) => check::check(global, args, input, terminal),
        Command::Fix(args) => check::fix(global, args, input, terminal),
        Command::Diff(args) => check::diff(global, args, input, terminal),
        Command::Review(args) => review::review(global, args, input, terminal),
        Command::Allow(args) => allow::allow(global, args, input, terminal),
        Command::Baseline { what } => baseline::baseline(global, what, input, terminal),
        Command::Report(args) => report::report(global, args, input, terminal),
        Command::Rules(args) => explain::rules(global, args, terminal),
        Command::Rule(args) => explain::rule(global, args, terminal),
        Command::Test(args) => test::test(global, args, terminal),
        Command::Bench(args) => bench::bench(global, args, input, terminal),
        Command::Config(args) => config::config(global, args, terminal),
        Command::Lsp(args) => lsp::lsp(global, args),
        Command::Clean => cache::clean(terminal),
        Command::Init => start::init(terminal),
        Command::New { what } => start::new(what, terminal),
        Command::Schema { of } => print::schema(*of, terminal),
        Command::Completions { shell } => print::completions(*shell, terminal),
        Command::Man { command } => print::man(command.as_deref(), terminal),
        Command::Licences => print::licences(terminal),
    }
}

/// `result` with all that was written handed on. How a run ended is known although nobody reads to its end.
fn flushed(result: Result<Exit, Stop>, terminal: &mut Terminal<'_>) -> Result<Exit, Stop> {
    match terminal.out.flush() {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe && result.is_ok() => Err(error.into()),
        _ => result,
    }
}

/// Hands on what is written as long as anybody reads it. Where files are changed on the way, that is not to depend on
/// a reader.
struct WhileRead<'w> {
    out: &'w mut dyn Write,
    is_closed: bool,
}

impl WhileRead<'_> {
    fn done<T>(&mut self, done: io::Result<T>, instead: T) -> io::Result<T> {
        match done {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.is_closed = true;
                Ok(instead)
            }
            done => done,
        }
    }
}

impl Write for WhileRead<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let done = if self.is_closed { Ok(bytes.len()) } else { self.out.write(bytes) };
        self.done(done, bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let done = if self.is_closed { Ok(()) } else { self.out.flush() };
        self.done(done, ())
    }
}

/// Runs the command of `cli`; `input` is standard input.
pub fn run(cli: &Cli, input: &mut dyn Read, terminal: &mut Terminal<'_>) -> Exit {
    let whole = || {
        if is_for_people(&cli.command) && !terminal.out_is_screen {
            let mut lines = escape::Lines::new(&mut *terminal.out);
            let mut terminal = Terminal { out: &mut lines, err: &mut *terminal.err, ..*terminal };
            let result = command(cli, input, &mut terminal);
            // What was written before a failure is still to be read.
            flushed(result, &mut terminal)
        } else {
            command(cli, input, terminal)
        }
    };
    let result = fault::caught("the command", whole).unwrap_or_else(|failure| Err(failure.into()));
    match flushed(result, terminal) {
        Ok(exit) => exit,
        // Whoever read the output has seen enough.
        Err(Stop::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Clean,
        Err(stop) => {
            let failure = match stop {
                Stop::Failure(failure) => *failure,
                Stop::Output(error) => Failure::new("standard output", format!("cannot be written: {error}"))
                    .help("check that the disk is not full"),
            };
            // The report may stand in a buffer still; it comes first.
            let _ = terminal.out.flush();
            // If standard error is closed too, the exit code says it.
            let _ = terminal.report(&failure);
            Exit::Failed
        }
    }
}
