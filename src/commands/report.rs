//! `report`: one page for an editor, with the texts as they read and the remarks beside them.

use std::fs;
use std::io::Read;
use std::path::Path;

use super::each::Outcome;
use super::report_file::{is_at, spare_texts};
use super::run::prepare;
use super::write;
use super::{Exit, Failure, Stop, Terminal};
use crate::cli::{GlobalArgs, ReportArgs};
use crate::diagnostic::Applicability;
use crate::examined::Examined;
use crate::fix::Fixed;
use crate::report::html::{GENERATOR, Page};
use crate::report::{Checked, Summary, count, escape};
use crate::source::Source;
use crate::walk::{Input, WalkError};

/// How much of a file is looked at to see whether it is a page of ours, in bytes.
const HEAD: usize = 4096;

/// `mtlint report`.
pub(super) fn report(
    global: &GlobalArgs,
    args: &ReportArgs,
    input: &mut dyn Read,
    terminal: &mut Terminal<'_>,
) -> Result<Exit, Stop> {
    let output = args.output.as_deref().filter(|path| *path != Path::new("-"));
    if args.output.is_none() && terminal.out_is_screen {
        return Err(Failure::new("report", "a page is not for a terminal")
            .help("name a file, as in `mtlint report article.txt -o report.html`, or send it on with `-o -`")
            .into());
    }
    let mut run = prepare(global, &args.run.files, &args.run.rules, &args.run.level, terminal)?;
    let mut inputs = run.take_inputs();
    if let Some(output) = output {
        spare(output, &mut inputs)?;
    }
    let threshold = if args.with_unsafe { Applicability::Unsafe } else { Applicability::Safe };
    let mut page = Page::new(run.rules(), args.title.clone(), threshold);
    let mut found = Summary::default();
    let job = |source: &Source, path: &Path, _: Option<&Path>| {
        (run.examined(source, path), run.fixed(source, path, args.with_unsafe))
    };
    run.reading().each(inputs, input, terminal, job, |Outcome { path, result, .. }, terminal| {
        let (source, (Examined { diagnostics, guess }, fixed)) = match result {
            Ok(outcome) => outcome,
            Err(failure) => {
                found.failed += 1;
                page.failed(&path, &failure.summary());
                return Ok(terminal.report(&failure)?);
            }
        };
        found.add(&diagnostics);
        let checked =
            Checked { path: &path, source: &source, diagnostics: &diagnostics, guess: guess.as_ref() };
        let repaired = match fixed {
            Ok(Fixed { source, .. }) => Ok(source),
            Err(failure) => {
                found.failed += 1;
                terminal.report(&failure)?;
                Err(failure.summary())
            }
        };
        let repaired = repaired.as_ref().map_err(String::as_str);
        page.add(&checked, |source| run.read(source, Path::new(&path)), repaired);
        Ok(())
    })?;
    let nothing = page.texts() == 0 && found.failed > 0;
    if !nothing {
        let page = page.render();
        match output {
            None => terminal.out.write_all(page.as_bytes())?,
            Some(path) => write::put(path, &mut page.as_bytes()).map_err(|error| {
                Failure::new(path.display().to_string(), "cannot be written")
                    .why(error.to_string())
                    .help(error.advice())
            })?,
        }
        if !run.quiet {
            let name = output.map_or_else(|| "report".into(), |path| path.display().to_string());
            let (findings, texts) = (count(found.findings(), "finding"), count(found.files, "text"));
            let line = format!("{}: {findings} in {texts}", escape::visible(&name));
            writeln!(terminal.err, "{}", escape::harmless(&line))?;
        }
    }
    // A report that was written is what was asked for, whatever it says.
    Ok(match run.end(&found, terminal)? {
        Exit::Findings => Exit::Clean,
        exit => exit,
    })
}

/// Takes the page itself out of what is read, so that a second run does not report on the first;
/// refuses to write over an article.
fn spare(output: &Path, inputs: &mut Vec<Result<Input, WalkError>>) -> Result<(), Failure> {
    // Looked into only if it is one of the texts: it may be a pipe.
    if let Ok(target) = fs::canonicalize(output)
        && inputs.iter().any(|input| is_at(input, &target))
        && is_page(&target)
    {
        inputs.retain(|input| !is_at(input, &target));
    }
    spare_texts("report", output, inputs)
}

/// Whether the file is an earlier report.
fn is_page(path: &Path) -> bool {
    let maker = GENERATOR.split(' ').next().unwrap_or_default();
    let mut head = Vec::new();
    let read = fs::File::open(path).and_then(|file| file.take(HEAD as u64).read_to_end(&mut head));
    let head = String::from_utf8_lossy(&head);
    read.is_ok() && head.contains(&format!("<meta name=\"generator\" content=\"{maker} "))
}
