//! `mtlint review`: a person goes through the remarks on an article, and decides.

mod allowing;
mod prompt;
mod screen;
mod shelf;

use std::borrow::Cow;
use std::collections::HashSet;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use screen::restore_screen;

use super::each::Outcome;
use super::run::{Run, prepare};
use super::{Exit, Failure, Stop, Terminal, write};
use crate::cli::{GlobalArgs, ReviewArgs};
use crate::diagnostic::Diagnostic;
use crate::report::{Summary, escape::visible};
use crate::review::prompt::outcome;
use crate::review::screen::Look;
use crate::review::{Asked, Key, Progress, Review, journal};
use crate::rule::RuleSet;
use crate::source::Source;
use crate::suppress;
use crate::walk::Input;
use allowing::Allowing;
use prompt::Prompt;
use screen::Screen;
use shelf::Shelf;

/// Where remarks are shown and answers come from.
trait Front {
    /// Says that an article is being read.
    fn busy(&mut self, name: &str, terminal: &mut Terminal<'_>) -> io::Result<()>;
    /// Shows the review and waits for what somebody does; `None` if nobody can do anything any more.
    fn keys(
        &mut self,
        review: &mut Review,
        look: &Look<'_>,
        terminal: &mut Terminal<'_>,
    ) -> io::Result<Option<Vec<Key>>>;
}

/// How an article was left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Left {
    Next,
    All,
    Aborted,
}

/// `mtlint review`.
pub(super) fn review(
    global: &GlobalArgs,
    args: &ReviewArgs,
    input: &mut dyn Read,
    terminal: &mut Terminal<'_>,
) -> Result<Exit, Stop> {
    if args.run.files.change.staged {
        return Err(Failure::new("--staged", "`review` changes files, not what is staged")
            .help("run `mtlint review` on the files, and `git add` them then")
            .into());
    }
    let mut run = prepare(global, &args.run.files, &args.run.rules, &args.run.level, terminal)?;
    let inputs = run.take_inputs();
    if inputs.iter().any(|input| matches!(input, Ok(Input::Stdin))) {
        return Err(Failure::new("-", "`review` cannot read the article from standard input")
            .why("the answers come from there")
            .help("save it in a file: `mtlint review article.txt`")
            .into());
    }
    terminal.out.flush()?;
    let mut front: Box<dyn Front + '_> = match terminal.can_ask {
        true => Box::new(Screen::default()),
        false => Box::new(Prompt::new(input)),
    };
    let mut desk = Desk {
        run: &run,
        args,
        global,
        off: HashSet::new(),
        summary: Summary::default(),
        said: Vec::new(),
        failures: Vec::new(),
    };
    let all = inputs.len();
    let mut last = Left::Next;
    for (index, input) in inputs.into_iter().enumerate() {
        if let Ok(Input::File(path)) = &input {
            front.busy(&path.display().to_string(), terminal)?;
        }
        let mut read = None;
        // One at a time: each is read when its turn comes, as it is then.
        let job = |source: &Source, path: &Path, file: Option<&Path>| {
            (file.unwrap_or(path).to_path_buf(), run.found(source, path).diagnostics)
        };
        run.reading().each(vec![input], &mut io::empty(), terminal, job, |outcome, _| {
            read = Some(outcome);
            Ok(())
        })?;
        let Some(Outcome { path: name, result, .. }) = read else { continue };
        last = match result {
            Ok((source, (path, found))) => {
                desk.article((index + 1, all), Article { name, path, source }, found, &mut *front, terminal)?
            }
            Err(failure) => {
                desk.failures.push(failure);
                Left::Next
            }
        };
        if last != Left::Next {
            break;
        }
    }
    // The screen is as it was before anything else is said.
    drop(front);
    desk.summary.failed = desk.failures.len();
    for failure in &desk.failures {
        terminal.report(failure)?;
    }
    if !run.quiet {
        desk.said.iter().try_for_each(|line| writeln!(terminal.out, "{}", visible(line)))?;
    }
    if !run.quiet && !desk.off.is_empty() {
        let mut off: Vec<&str> = desk.off.iter().map(|rule| &**rule).collect();
        off.sort_unstable();
        let off = visible(&off.join(", ")).into_owned();
        writeln!(
            terminal.out,
            "switched off in this run: {off}; for good: `ignore` under [rules] in mtlint.toml"
        )?;
    }
    let exit = run.end(&desk.summary, terminal)?;
    Ok(if last == Left::Aborted { Exit::Interrupted } else { exit })
}

/// The reason that a rule gives.
fn why<'s>(rules: &'s RuleSet, rule: &str) -> Option<&'s str> {
    let comment = suppress::ABOUT.iter().find(|(id, ..)| *id == rule);
    comment.map(|(.., why)| *why).or_else(|| rules.get(rule)?.why())
}

/// An article as it was read.
struct Article {
    name: String,
    path: PathBuf,
    source: Source,
}

/// What is the same for all articles of a run, and what is told at its end.
struct Desk<'r> {
    run: &'r Run<'r>,
    args: &'r ReviewArgs,
    global: &'r GlobalArgs,
    /// Rules that are switched off.
    off: HashSet<Arc<str>>,
    summary: Summary,
    said: Vec<String>,
    failures: Vec<Failure>,
}

/// One article on the desk.
struct Work<'w> {
    run: &'w Run<'w>,
    name: String,
    path: PathBuf,
    review: Review,
    /// The bytes of the file.
    disk: Vec<u8>,
    shelf: Shelf,
    allowing: Allowing<'w>,
    /// What was saved, and what was rejected before that.
    saved: Progress,
    /// Why the last saving failed.
    failure: Option<Failure>,
}

impl Desk<'_> {
    /// Goes through one article.
    fn article(
        &mut self,
        article: (usize, usize),
        Article { name, path, source }: Article,
        found: Vec<Diagnostic>,
        front: &mut dyn Front,
        terminal: &mut Terminal<'_>,
    ) -> Result<Left, Stop> {
        let disk = match source.to_bytes() {
            Ok(bytes) => bytes.into_owned(),
            Err(error) => {
                self.failures.push(Failure::new(name, "cannot be written back").why(error.to_string()));
                return Ok(Left::Next);
            }
        };
        if found.is_empty() {
            self.summary.add(&found);
            self.said.push(format!("{name}: nothing found"));
            return Ok(Left::Next);
        }
        let plan = self.run.plan(&path);
        let (format, fields) = (plan.format(&path), plan.session.fields().clone());
        let review = Review::new(&name, source, format, fields, found, self.off.clone());
        let (run, global, files) = (self.run, self.global, &self.args.run.files);
        let allowing = Allowing { global, files, run, color: terminal.err_color };
        let (shelf, saved) = (Shelf::of(&path), Progress::default());
        let mut work = Work { run, name, path, review, disk, shelf, allowing, saved, failure: None };
        work.resume(self.args.restart);
        let left = work.go_through(article, front, terminal)?;
        self.off = work.review.off().clone();
        let left_over: Vec<Diagnostic> =
            work.review.left(!work.review.is_unsaved()).into_iter().cloned().collect();
        self.summary.add(&left_over);
        self.run.judge(&work.path, &left_over);
        self.said.push(work.outcome());
        self.failures.extend(work.failure);
        Ok(left)
    }
}

impl Work<'_> {
    /// Takes over what was decided about this text before, or forgets it.
    fn resume(&mut self, restart: bool) {
        let text = journal::name(&self.disk);
        if restart {
            self.shelf.remove(&text);
        } else if let Some(journal) = self.shelf.find(&text) {
            let (run, path) = (self.run, self.path.as_path());
            let taken = self.review.resume(&journal, &mut |source| run.found(source, path).diagnostics);
            let decisions = if taken == 1 { "decision is".to_owned() } else { "decisions are".to_owned() };
            self.review.say(format!(
                "Going on where you stopped: {taken} {decisions} taken over (u takes them back one by one)."
            ));
        }
    }

    fn go_through(
        &mut self,
        article: (usize, usize),
        front: &mut dyn Front,
        terminal: &mut Terminal<'_>,
    ) -> Result<Left, Stop> {
        loop {
            self.check_again();
            let rule = self.review.remark().map(|remark| Arc::clone(&remark.diagnostic.rule));
            let why = rule.and_then(|rule| why(self.run.rules(), &rule));
            let look = Look { color: terminal.color, why, article };
            let Some(keys) = front.keys(&mut self.review, &look, terminal)? else { return Ok(Left::All) };
            for key in keys {
                match self.review.press(key) {
                    Asked::Nothing => {}
                    Asked::Keep => self.keep(),
                    Asked::Save => _ = self.save(),
                    Asked::Leave { save, all } => {
                        if !save || self.save() {
                            return Ok(if all { Left::All } else { Left::Next });
                        }
                    }
                    Asked::Abort => return Ok(Left::Aborted),
                }
                self.check_again();
            }
        }
    }

    fn check_again(&mut self) {
        while self.review.wants_check() {
            let found = self.run.found(&self.review.text(), &self.path).diagnostics;
            self.review.next_round(found);
        }
    }

    /// Keeps the decisions.
    fn keep(&mut self) {
        let text = journal::name(&self.disk);
        let journal = self.review.journal(&self.name, &text);
        if let Err(error) = self.shelf.keep(&text, &journal) {
            self.review.say(format!("Your decisions cannot be kept ({error}): save (s) before you leave."));
        }
    }

    /// Saves the article; if that cannot be done, the review says why, and nothing is lost.
    fn save(&mut self) -> bool {
        let before = self.review.progress();
        self.failure = self.write().err();
        if let Some(failure) = &self.failure {
            self.review.say(format!("Not saved: {}.", failure.summary()));
            return false;
        }
        self.saved.accepted += before.accepted;
        self.saved.rejected += before.rejected;
        true
    }

    fn write(&mut self) -> Result<(), Failure> {
        let text = self.review.text();
        let new = self.bytes(&text)?.into_owned();
        let mut other_names = 0;
        if new != self.disk {
            let replaced = write::replace(&self.path, &self.disk, &new).map_err(|error| {
                let help = match error {
                    write::WriteError::Changed => {
                        "your decisions are kept for the text as it was; `mtlint review` reads the new one"
                    }
                    _ => error.advice(),
                };
                Failure::new(self.name.as_str(), "cannot be written").why(error.to_string()).help(help)
            })?;
            other_names = replaced.other_names;
        }
        self.shelf.remove(&journal::name(&self.disk));
        self.disk = new;
        let found = self.run.found(&text, &self.path).diagnostics;
        let wanted = self.review.to_allow(&found);
        let count = wanted.len();
        let written = self.allowing.write_down(&self.path, &text, &wanted);
        drop(wanted);
        let words = self.review.unsaved_in_words();
        self.review.saved(found);
        if written.is_ok() {
            self.review.allowed();
            self.saved.allowed += count;
            let others = match other_names {
                0 => String::new(),
                names => {
                    format!(
                        " The file has {}, which kept the old text.",
                        crate::report::count(names as usize, "other name")
                    )
                }
            };
            self.review.say(format!("Saved: {words}.{others}"));
        }
        if !self.review.is_over() {
            self.keep();
        }
        written
    }

    fn bytes<'s>(&self, text: &'s Source) -> Result<Cow<'s, [u8]>, Failure> {
        text.to_bytes().map_err(|error| {
            Failure::new(self.name.as_str(), "cannot be written in its encoding")
                .why(error.to_string())
                .help("take the change back (u), or convert the file to UTF-8")
        })
    }

    /// How it ended, in one line or two.
    fn outcome(&self) -> String {
        let progress = self.review.progress();
        let unsaved = self.review.is_unsaved();
        let changes = if unsaved { progress.accepted } else { self.saved.accepted };
        let rejected = progress.rejected + self.saved.rejected;
        let allowed = progress.allowed + self.saved.allowed;
        let line = outcome(changes, rejected, allowed, progress.open, !unsaved);
        let kept = if progress.open == 0 && !unsaved || !self.shelf.keeps() {
            String::new()
        } else {
            "; the same command goes on from there".to_owned()
        };
        format!("{}: {line}{kept}", self.name)
    }
}
