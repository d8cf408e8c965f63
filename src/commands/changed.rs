//! `--since`, `--staged`, `--changed-lines`: a run over what has changed, and over nothing else.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use super::Failure;
use super::bytes::{self, Unread};
use super::git::{Change, Object, Repository};
use super::plan::FilePlan;
use super::settings;
use crate::cli::FileArgs;
use crate::config::upward::Upward;
use crate::diagnostic::Diagnostic;
use crate::report::diff;
use crate::source::Source;
use crate::walk::{Filters, Input, WalkError, folder_of};

/// What has changed, and what is wanted of it.
#[derive(Debug)]
pub(super) struct Changed {
    repository: Repository,
    /// By the path that is shown.
    files: BTreeMap<PathBuf, Change>,
    lines: bool,
}

impl Changed {
    /// What `args` restrict the run to, with the inputs that are left of `inputs`; `None` if they restrict it to nothing.
    ///
    /// # Errors
    /// When git cannot say what has changed.
    pub(super) fn restrict(
        args: &FileArgs,
        filters: &mut Filters<'_>,
        inputs: &mut Vec<Result<Input, WalkError>>,
    ) -> Result<Option<Self>, Failure> {
        let change = &args.change;
        if change.since.is_none() && !change.staged {
            return Ok(None);
        }
        let paths = settings::paths(args);
        of_one_repository(&paths)?;
        let repository = Repository::of(&settings::start_folder(&paths))?;
        let changes = match &change.since {
            Some(revision) => repository.since(revision)?,
            None => repository.staged()?,
        };
        let mut changes: HashMap<PathBuf, Change> =
            changes.into_iter().map(|change| (change.path.clone(), change)).collect();
        let staged = change.staged;
        let mut files = BTreeMap::new();
        let mut left = Vec::new();
        for input in inputs.drain(..) {
            match input {
                Ok(Input::File(path)) => {
                    let absolute = std::fs::canonicalize(&path).unwrap_or_else(|_| path.clone());
                    if let Some(changed) = changes.remove(&absolute) {
                        left.push(Ok(as_input(path.clone(), &changed, staged)));
                        files.insert(path, changed);
                    }
                }
                // A folder where no article is has no changed article either, and one that is gone may be staged.
                Err(WalkError::Empty { .. }) => {}
                Err(WalkError::Missing(path)) if staged => {
                    if !changes.contains_key(&below_real_parent(&path)) {
                        left.push(Err(WalkError::Missing(path)));
                    }
                }
                other => left.push(other),
            }
        }
        if staged {
            add_those_that_are_gone(&paths, filters, changes, &mut files, &mut left);
        }
        *inputs = left;
        Ok(Some(Self { repository, files, lines: change.changed_lines }))
    }

    /// The bytes of a file as it is in the index, of which there may be `most`.
    pub(super) fn bytes(&self, object: &Object, most: usize) -> Result<Vec<u8>, Unread> {
        self.repository.bytes(object, most)
    }

    /// The text that the file at `path` was, if only its changed lines count.
    pub(super) fn before(&self, path: &Path, plan: &FilePlan) -> Option<Source> {
        let old = self.files.get(path).filter(|_| self.lines)?.old.as_ref()?;
        // What was no text has no lines that are still there.
        let most = bytes::most(plan.format(path));
        plan.decode(path, self.repository.bytes(old, most).ok()?).ok()
    }
}

/// Refuses paths of several repositories: one is asked what has changed, and of the others nothing would be read.
fn of_one_repository(paths: &[PathBuf]) -> Result<(), Failure> {
    let mut above = Upward::new(".git", Path::exists);
    let mut of = |path: &Path| above.find(&fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf()));
    let mut named = paths.iter().filter(|path| path.as_os_str() != "-");
    let Some(first) = named.next() else { return Ok(()) };
    let repository = of(first);
    match named.find(|path| of(path) != repository) {
        None => Ok(()),
        Some(other) => Err(Failure::new(
            other.display().to_string(),
            format!("is not in the repository that {} is in", first.display()),
        )
        .why("--since and --staged ask one repository what has changed")
        .help("run mtlint once for each repository")),
    }
}

fn as_input(path: PathBuf, change: &Change, staged: bool) -> Input {
    match &change.new {
        Some(object) if staged => Input::Staged { path, object: object.clone() },
        _ => Input::File(path),
    }
}

/// `path` with the links in its folder resolved; the file itself may be gone.
fn below_real_parent(path: &Path) -> PathBuf {
    match (std::fs::canonicalize(folder_of(path)), path.file_name()) {
        (Ok(parent), Some(name)) => parent.join(name),
        _ => path.to_path_buf(),
    }
}

/// Staged files that are in the index and no longer in the work tree.
fn add_those_that_are_gone(
    paths: &[PathBuf],
    filters: &mut Filters<'_>,
    changes: HashMap<PathBuf, Change>,
    files: &mut BTreeMap<PathBuf, Change>,
    left: &mut Vec<Result<Input, WalkError>>,
) {
    let here = std::env::current_dir().and_then(std::fs::canonicalize).unwrap_or_default();
    let named: Vec<PathBuf> = paths.iter().map(|path| below_real_parent(&path.join("."))).collect();
    let mut gone: Vec<Change> = changes.into_values().filter(|change| !change.path.exists()).collect();
    gone.sort_by(|a, b| a.path.cmp(&b.path));
    for change in gone {
        let is_named = |folder: &PathBuf| folder.parent().unwrap_or(folder) == change.path;
        let is_below = |folder: &PathBuf| change.path.starts_with(folder.parent().unwrap_or(folder));
        let is_read =
            named.iter().any(is_below).then(|| filters(folder_of(&change.path)).takes(&change.path));
        let is_read = match is_read.transpose() {
            Ok(is_read) => is_read.unwrap_or(false),
            Err(error) => {
                left.push(Err(error));
                continue;
            }
        };
        if named.iter().any(is_named) || is_read {
            let shown = change.path.strip_prefix(&here).unwrap_or(&change.path).to_path_buf();
            left.push(Ok(as_input(shown.clone(), &change, true)));
            files.insert(shown, change);
        }
    }
}

/// Keeps the findings that touch a line of `now` that is not in `before`.
///
/// Where lines were only taken out, a finding that spans the place is new.
pub(super) fn keep_changed(before: &Source, now: &Source, diagnostics: &mut Vec<Diagnostic>) {
    let changed = diff::changed(before.text(), now.text());
    diagnostics.retain(|diagnostic| {
        let span = diagnostic.span;
        // Sorted, so that the first that ends late enough is the only one to look at.
        let first = changed.partition_point(|lines| lines.end < span.start);
        changed[first..].iter().take_while(|lines| lines.start <= span.end).any(|lines| {
            match (lines.is_empty(), span.is_empty()) {
                (true, _) => span.start < lines.start && lines.start < span.end,
                (false, true) => lines.start <= span.start && span.start < lines.end,
                (false, false) => lines.start < span.end && span.start < lines.end,
            }
        })
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Severity;
    use crate::fingerprint::Fingerprint;
    use crate::span::Span;

    fn kept(before: &str, now: &str, faults: &[&str]) -> Vec<String> {
        let [before, now] = [before, now].map(|text| Source::from_text(text).expect("short"));
        let finding = |fault: &&str| {
            let start = now.text().find(fault).expect("in the text");
            Diagnostic {
                rule: (*fault).into(),
                severity: Severity::Warning,
                message: "wrong".to_owned(),
                why_url: None,
                span: Span::new(start, start + fault.len()),
                fixes: Vec::new(),
                priority: 0,
                fingerprint: Fingerprint::default(),
            }
        };
        let mut diagnostics = faults.iter().map(finding).collect();
        keep_changed(&before, &now, &mut diagnostics);
        diagnostics.iter().map(|d| d.rule.to_string()).collect()
    }

    #[test]
    fn what_stands_in_a_line_that_was_there_is_old() {
        let before = "One old.\nTwo old.\nThree old.\n";
        assert_eq!(
            kept(before, "One old.\nTwo new.\nThree old.\n", &["One", "Two", "new.", "Three"]),
            ["Two", "new."]
        );
        assert_eq!(kept(before, before, &["One", "Three"]), [""; 0]);
        assert_eq!(kept("", "All new", &["All", "new"]), ["All", "new"]);
        assert_eq!(kept(before, &format!("Zero.\n{before}"), &["Zero", "One"]), ["Zero"]);
    }

    #[test]
    fn a_finding_over_the_end_of_a_line_touches_both() {
        let now = "One old.\nTwo new.\nThree old.\n";
        assert_eq!(
            kept("One old.\nThree old.\n", now, &["old.\nTwo", "new.\nThree", "old.\n"]),
            ["old.\nTwo", "new.\nThree"]
        );
    }

    #[test]
    fn where_a_line_was_taken_out_what_has_come_together_is_new() {
        assert_eq!(kept("the\nold\nthe end\n", "the\nthe end\n", &["the\nthe", "end"]), ["the\nthe"]);
    }
}
