//! `mtlint baseline`: what is found today is known from tomorrow on.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::each::Outcome;
use super::known::{self, baseline_folder, gone, read_baseline, written};
use super::report_file::spare_texts;
use super::run::prepare;
use super::write::{self, Before};
use super::{Exit, Failure, Stop, Terminal};
use crate::baseline::{self, Baseline};
use crate::cli::{BaselineArgs, BaselineCommand, GlobalArgs};
use crate::config::Loaded;
use crate::report::count;
use crate::report::escape::visible;
use crate::source::Source;
use crate::unfinished::UNFINISHED;

/// `mtlint baseline create`, `update` and `prune`.
pub(super) fn baseline(
    global: &GlobalArgs,
    what: &BaselineCommand,
    input: &mut dyn Read,
    terminal: &mut Terminal<'_>,
) -> Result<Exit, Stop> {
    let (args, force) = match what {
        BaselineCommand::Create { args, force } => (args, *force),
        BaselineCommand::Update(args) | BaselineCommand::Prune(args) => (args, false),
    };
    let file = target(global, args, terminal)?;
    let (old, text) = match what {
        BaselineCommand::Create { .. } if file.exists() && !force => {
            return Err(Failure::new(file.display().to_string(), "is there already, and was left as it is")
                .help("`mtlint baseline update` brings it up to date; --force writes a new one")
                .into());
        }
        BaselineCommand::Create { .. } => {
            if args.baseline.is_none() {
                refuse_other_files(&file)?;
            }
            (Baseline::default(), String::new())
        }
        _ => read_baseline(&file)?,
    };
    let folder = baseline_folder(&file);
    let (level, mut new) = (known::everything(), old.clone());
    let missing = gone(&old, &folder);
    let mut run = prepare(global, &args.files, &args.rules, &level, terminal)?;
    let inputs = run.take_inputs();
    spare_texts("baseline", &file, &inputs)?;
    let mut failed = false;
    let job = |source: &Source, path: &Path, _: Option<&Path>| {
        let plan = run.plan(path);
        let mut found = plan.session.examine(source, plan.format(path)).diagnostics;
        // Something is to be done about a text that was not read to its end.
        found.retain(|finding| &*finding.rule != UNFINISHED);
        run.known.drop(path, &mut found, |_| ());
        baseline::by_rule(&found)
    };
    run.reading().each(inputs, input, terminal, job, |Outcome { path, result, .. }, terminal| {
        match result {
            Ok((_, found)) => {
                let path = written(Path::new(&path), &folder);
                // What rules would find that did not run is known as before.
                let others = old.of(&path).filter(|(rule, _)| !run.has_run(rule));
                let others: Vec<_> = others.map(|(rule, known)| (rule.clone(), known.clone())).collect();
                match what {
                    BaselineCommand::Prune(_) => new.prune(&path, found, &missing),
                    _ => new.replace(&path, found),
                }
                new.keep(&path, others);
            }
            Err(failure) => {
                failed = true;
                terminal.out.flush()?;
                terminal.report(&failure)?;
            }
        }
        Ok(())
    })?;
    forget_what_is_gone(&mut new, args, &folder);
    let shown = file.display().to_string();
    let before = match what {
        BaselineCommand::Create { .. } if force => Before::Whatever,
        BaselineCommand::Create { .. } => Before::Nothing,
        _ => Before::Was(text.as_bytes()),
    };
    write::write_own(&file, before, &new.to_text()).map_err(|error| {
        Failure::new(shown.as_str(), "cannot be written").why(error.to_string()).help(error.advice())
    })?;
    if !global.quiet {
        let before = match what {
            BaselineCommand::Create { .. } => String::new(),
            _ => format!(", {} before", old.len()),
        };
        writeln!(terminal.out, "{}: {}{before}", visible(&shown), count(new.len(), "known finding"))?;
    }
    Ok(if failed { Exit::Failed } else { Exit::Clean })
}

/// Refuses to put a baseline in the place of something else that nobody has named on the command line: a config may be
/// a stranger's, and a link may lead anywhere.
fn refuse_other_files(file: &Path) -> Result<(), Failure> {
    let is_own = file.file_name().is_some_and(|name| name == baseline::FILE_NAME)
        && fs::symlink_metadata(file).is_ok_and(|meta| meta.is_file());
    let is_empty = || fs::metadata(file).is_ok_and(|meta| meta.is_file() && meta.len() == 0);
    if is_own || !file.exists() || is_empty() || read_baseline(file).is_ok() {
        return Ok(());
    }
    Err(Failure::new(file.display().to_string(), "is no baseline, and was left as it is")
        .why("only a file that --baseline names is replaced whatever is in it")
        .help(format!("remove it, or say --baseline {}", file.display())))
}

/// The file that is written: the one named, else that of the config, else one beside the config.
fn target(global: &GlobalArgs, args: &BaselineArgs, terminal: &Terminal<'_>) -> Result<PathBuf, Failure> {
    let chain = known::config_of(global, &args.files.paths, terminal.err_color)?;
    let beside = chain
        .nearest()
        .and_then(Loaded::folder)
        .filter(|folder| *folder != Path::new("."))
        .map(|folder| folder.join(baseline::FILE_NAME));
    let named = known::baseline_path(args.baseline.as_deref(), &chain);
    Ok(named.or(beside).unwrap_or_else(|| PathBuf::from(baseline::FILE_NAME)))
}

/// Forgets files that are gone, as far as they were in what is read.
fn forget_what_is_gone(new: &mut Baseline, args: &BaselineArgs, folder: &Path) {
    let here = vec![PathBuf::from(".")];
    let paths = if args.files.paths.is_empty() { &here } else { &args.files.paths };
    let read: Vec<String> = paths.iter().map(|path| written(path, folder)).collect();
    let is_read = |path: &str| read.iter().any(|read| read.is_empty() || Path::new(path).starts_with(read));
    let gone: Vec<String> =
        new.paths().filter(|path| is_read(path) && !folder.join(path).exists()).map(str::to_owned).collect();
    gone.iter().for_each(|path| new.remove(path));
}
