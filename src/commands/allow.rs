//! `mtlint allow`: a finding that somebody has looked at may stay.

use std::io::Read;
use std::path::{Path, PathBuf};

use super::each::Outcome;
use super::known::{self, AllowFile, written};
use super::run::prepare;
use super::write::{self, Before};
use super::{Exit, Failure, Stop, Terminal};
use crate::allow::{self, Allowed, NewEntry};
use crate::cli::{AllowArgs, GlobalArgs};
use crate::config::Loaded;
use crate::diagnostic::{Diagnostic, Fingerprint};
use crate::document::Document;
use crate::report::count;
use crate::report::escape::visible;
use crate::source::Source;
use crate::walk::folder_of;

/// `mtlint allow`.
pub(super) fn allow(
    global: &GlobalArgs,
    args: &AllowArgs,
    input: &mut dyn Read,
    terminal: &mut Terminal<'_>,
) -> Result<Exit, Stop> {
    match &args.target {
        Some(target) => add(global, args, target, input, terminal),
        None if args.list => list(terminal),
        None => prune(global, args, input, terminal),
    }
}

/// What is meant by the first argument.
enum Target {
    Fingerprint(Fingerprint),
    Place { path: PathBuf, line: usize, column: Option<usize> },
}

impl Target {
    fn parse(text: &str) -> Result<Self, Failure> {
        if let Ok(fingerprint) = text.parse() {
            return Ok(Self::Fingerprint(fingerprint));
        }
        let number = |text: &str| text.parse::<usize>().ok();
        if let Some((before, last)) = text.rsplit_once(':')
            && let Some(last) = number(last)
        {
            if let Some((path, line)) = before.rsplit_once(':')
                && let Some(line) = number(line)
            {
                return Ok(Self::Place { path: path.into(), line, column: Some(last) });
            }
            return Ok(Self::Place { path: before.into(), line: last, column: None });
        }
        Err(Failure::new(text, "names no finding")
            .why("it is neither a fingerprint nor PATH:LINE or PATH:LINE:COLUMN")
            .help("`mtlint check` shows places, with `--output-format jsonl` fingerprints too"))
    }

    fn names(&self, source: &Source, diagnostic: &Diagnostic) -> bool {
        let (start, end) = (source.position(diagnostic.span.start), source.position(diagnostic.span.end));
        match self {
            Self::Fingerprint(fingerprint) => diagnostic.fingerprint == *fingerprint,
            Self::Place { line, column: None, .. } => start.line == *line,
            Self::Place { line, column: Some(column), .. } => {
                let here = (*line, *column);
                let (start, end) = ((start.line, start.column), (end.line, end.column));
                here == start || (start <= here && here < end)
            }
        }
    }
}

/// A finding that may be meant.
struct Candidate {
    path: String,
    place: String,
    rule: String,
    fingerprint: Fingerprint,
    sentence: String,
}

fn add(
    global: &GlobalArgs,
    args: &AllowArgs,
    target: &str,
    input: &mut dyn Read,
    terminal: &mut Terminal<'_>,
) -> Result<Exit, Stop> {
    let wanted = Target::parse(target)?;
    if global.isolated {
        return Err(Failure::new(
            allow::FILE_NAME,
            "is not used with --isolated, so nothing is allowed in it",
        )
        .help("run without --isolated")
        .into());
    }
    let until = args.until.as_ref().map(|until| {
        until.parse::<jiff::civil::Date>().map_err(|_| {
            Failure::new("--until", format!("“{until}” is no date")).help("write it as 2027-01-31")
        })
    });
    let until = until.transpose()?;
    let paths = match &wanted {
        Target::Place { path, .. } => vec![path.clone()],
        Target::Fingerprint(_) => vec![PathBuf::from(".")],
    };
    let (level, files) = (known::everything(), known::files(paths));
    let mut run = prepare(global, &files, &args.rules, &level, terminal)?;
    let inputs = run.take_inputs();
    let mut candidates: Vec<Candidate> = Vec::new();
    let job = |source: &Source, path: &Path, _: Option<&Path>| {
        let plan = run.plan(path);
        let mut found = plan.session.examine(source, plan.format(path)).diagnostics;
        found.retain(|d| wanted.names(source, d) && args.rule.as_deref().is_none_or(|rule| rule == &*d.rule));
        if found.is_empty() {
            return Vec::new();
        }
        let document = run.read(source, path);
        let found = found.into_iter().map(|diagnostic| {
            let sentence = sentence(&document, &diagnostic);
            (source.position(diagnostic.span.start), diagnostic, sentence)
        });
        found.collect::<Vec<_>>()
    };
    run.reading().each(inputs, input, terminal, job, |Outcome { path, result, .. }, _| {
        let found = result?.1;
        candidates.extend(found.into_iter().map(|(at, diagnostic, sentence)| Candidate {
            place: format!("{path}:{at}"),
            path: path.clone(),
            rule: diagnostic.rule.to_string(),
            fingerprint: diagnostic.fingerprint,
            sentence,
        }));
        Ok(())
    })?;
    // Equal sentences have equal fingerprints; one entry a text is enough.
    candidates.dedup_by(|a, b| (&a.path, a.fingerprint) == (&b.path, b.fingerprint));
    let [candidate] = candidates.as_slice() else { return Err(no_choice(target, &candidates).into()) };
    let found = run.known.allow_file();
    let file = found.map_or_else(
        || beside_config(global, &files.paths, terminal.err_color),
        |file| Ok(file.path.clone()),
    )?;
    let folder = known::baseline_folder(&file);
    let path = written(Path::new(&candidate.path), &folder);
    let empty = Allowed::default();
    let allowed = found.map_or(&empty, |file| &file.allowed);
    let shown = file.display().to_string();
    let same = |entry: &&allow::Entry| {
        entry.rule == candidate.rule && entry.fingerprint == candidate.fingerprint && entry.is_about(&path)
    };
    if let Some(entry) = allowed.entries.iter().find(same) {
        return Err(Failure::new(format!("{shown}:{}", entry.line), "this finding has an entry already")
            .help("change its reason or its date there")
            .into());
    }
    let entry = NewEntry {
        rule: &candidate.rule,
        fingerprint: candidate.fingerprint,
        sentence: &candidate.sentence,
        reason: args.reason.as_deref().unwrap_or_default(),
        until,
        path: &path,
    };
    let text = allowed.with(&entry).ok_or_else(|| not_by_lines(&shown))?;
    save(&file, found.map_or(Before::Nothing, AllowFile::before), &text)?;
    if !global.quiet {
        let place = visible(&candidate.place);
        let (shown, rule) = (visible(&shown), visible(&candidate.rule));
        writeln!(terminal.out, "{shown}: {rule} at {place} is allowed")?;
    }
    Ok(Exit::Clean)
}

/// The sentence that a finding stands in, as a reader sees it; empty if there is none.
pub(super) fn sentence(document: &Document<'_>, diagnostic: &Diagnostic) -> String {
    let start = diagnostic.span.start;
    let holds = |span: crate::span::Span<crate::span::Src>| span.start <= start && start <= span.end;
    let segments = document.segments.iter().filter(|segment| holds(segment.source_span()));
    let sentence = segments.rev().find_map(|segment| {
        let here = segment.sentences().iter().find(|sentence| holds(segment.map.cover(**sentence)))?;
        Some(segment.slice(*here).to_owned())
    });
    sentence.unwrap_or_default()
}

fn no_choice(target: &str, candidates: &[Candidate]) -> Failure {
    if candidates.is_empty() {
        return Failure::new(target, "nothing is found there").help(
            "`mtlint check --no-baseline` shows what is found; a finding may be allowed or silenced already",
        );
    }
    let shown = candidates.iter().take(8).map(|c| format!("{} {} {}", c.place, c.rule, c.fingerprint));
    Failure::new(target, format!("{} may be meant", count(candidates.len(), "finding")))
        .why(shown.collect::<Vec<_>>().join("; "))
        .help("name one by PATH:LINE:COLUMN, its fingerprint, or --rule ID")
}

pub(super) fn not_by_lines(shown: &str) -> Failure {
    Failure::new(shown, "cannot be changed by the program, and was left as it is")
        .why("its list is not written with each entry on lines of its own that begin with `- `")
        .help("write it so, or change it by hand")
}

/// Where the file is made if there is none.
pub(super) fn beside_config(global: &GlobalArgs, paths: &[PathBuf], color: bool) -> Result<PathBuf, Failure> {
    let chain = known::config_of(global, paths, color)?;
    let folder = chain.nearest().and_then(Loaded::folder).filter(|folder| *folder != Path::new("."));
    Ok(folder.map_or_else(|| PathBuf::from(allow::FILE_NAME), |folder| folder.join(allow::FILE_NAME)))
}

/// Writes the file, which was `before` when it was read.
pub(super) fn save(file: &Path, before: Before<'_>, text: &str) -> Result<(), Failure> {
    write::write_own(file, before, text).map_err(|error| {
        Failure::new(file.display().to_string(), "cannot be written")
            .why(error.to_string())
            .help(error.advice())
    })
}

fn list(terminal: &mut Terminal<'_>) -> Result<Exit, Stop> {
    let Some(file) = AllowFile::find(Path::new("."), terminal.err_color)? else {
        writeln!(terminal.out, "nothing is allowed: there is no {}", allow::FILE_NAME)?;
        return Ok(Exit::Clean);
    };
    let expired = file.expired();
    let shown = file.path.display().to_string();
    for (index, entry) in file.allowed.entries.iter().enumerate() {
        let until = match entry.until {
            Some(until) if expired.contains(&index) => format!(" (held until {until})"),
            Some(until) => format!(" (until {until})"),
            None => String::new(),
        };
        let (rule, reason) = (visible(&entry.rule), visible(&entry.reason));
        let path = entry.path.as_ref().map(|path| format!(" {}", visible(path))).unwrap_or_default();
        writeln!(
            terminal.out,
            "{}:{}: {} {rule}{path}: {reason}{until}",
            visible(&shown),
            entry.line,
            entry.fingerprint
        )?;
        if let Some(sentence) = &entry.sentence {
            writeln!(terminal.out, "  {}", visible(sentence))?;
        }
    }
    Ok(Exit::Clean)
}

fn prune(
    global: &GlobalArgs,
    args: &AllowArgs,
    input: &mut dyn Read,
    terminal: &mut Terminal<'_>,
) -> Result<Exit, Stop> {
    let Some(found) = AllowFile::find(Path::new("."), terminal.err_color)? else {
        return Err(Failure::new(allow::FILE_NAME, "is not there, so there is nothing to prune").into());
    };
    // What is shown as short as it can be is also read so.
    let folder = folder_of(&found.path);
    let (level, files) = (known::everything(), known::files(vec![folder.to_path_buf()]));
    let mut run = prepare(global, &files, &args.rules, &level, terminal)?;
    let inputs = run.take_inputs();
    let job = |source: &Source, path: &Path, _: Option<&Path>| {
        let plan = run.plan(path);
        let mut diagnostics = plan.session.examine(source, plan.format(path)).diagnostics;
        run.known.drop(path, &mut diagnostics, |_| ());
    };
    run.reading().each(inputs, input, terminal, job, |Outcome { result, .. }, _| Ok(result.map(|_| ())?))?;
    let Some(file) = run.known.allow_file().filter(|file| file.folder() == found.folder()) else {
        return Err(Failure::new(allow::FILE_NAME, "is not used: --isolated ignores it").into());
    };
    let mut gone = file.expired();
    let unused =
        file.unused(true).into_iter().filter(|&index| run.has_run(&file.allowed.entries[index].rule));
    gone.extend(unused);
    gone.sort_unstable();
    let shown = file.path.display().to_string();
    if !gone.is_empty() {
        let text = file.allowed.without(&gone).ok_or_else(|| not_by_lines(&shown))?;
        save(&file.path, file.before(), &text)?;
    }
    if !global.quiet {
        let (removed, left) = (gone.len(), file.allowed.entries.len() - gone.len());
        let entries = if removed == 1 { "1 entry".to_owned() } else { format!("{removed} entries") };
        writeln!(terminal.out, "{}: {entries} removed, {left} left", visible(&shown))?;
    }
    Ok(Exit::Clean)
}
