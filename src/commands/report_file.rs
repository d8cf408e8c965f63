//! A report that goes to a file: gathered while the run lasts, written at its end, wholly or not at all.

use std::fs;
use std::io::{self, BufWriter, Read, Seek, Write};
use std::path::{Path, PathBuf};

use tempfile::SpooledTempFile;

use super::Failure;
use super::write::{self, WriteError};
use crate::walk::{Input, WalkError, folder_of};

/// So much of a report is gathered in memory, in bytes; a longer one goes to a file without a name, which the
/// system removes however the run ends.
const IN_MEMORY: usize = 1 << 20;

/// A report in the making.
pub(super) struct ReportFile {
    path: PathBuf,
    adds: bool,
    gathered: BufWriter<SpooledTempFile>,
}

impl ReportFile {
    /// A report for the file at `path`, which is replaced, or added to if it `adds`.
    ///
    /// # Errors
    /// When it is plain before the run that the file cannot be written.
    pub(super) fn new(path: &Path, adds: bool) -> Result<Self, Failure> {
        let file =
            Self { path: path.to_owned(), adds, gathered: BufWriter::new(SpooledTempFile::new(IN_MEMORY)) };
        if path.is_dir() {
            return Err(file.failure("it is a folder").help("name a file in it"));
        }
        if !folder_of(path).is_dir() {
            return Err(file.failure("its folder does not exist").help("make the folder, or name another"));
        }
        Ok(file)
    }

    /// Where the report is written to meanwhile.
    pub(super) fn writer(&mut self) -> &mut dyn Write {
        &mut self.gathered
    }

    /// Puts what was gathered in its place.
    ///
    /// # Errors
    /// When it cannot be written; a file that was to be replaced is then as it was.
    pub(super) fn save(&mut self) -> Result<(), Failure> {
        self.try_save().map_err(|error| self.failure(error.to_string()).help(error.advice()))
    }

    /// What to say if the file cannot be written.
    pub(super) fn unwritable(&self, error: &io::Error) -> Failure {
        self.failure(error.to_string()).help("check the permissions of its folder and the space on the disk")
    }

    fn failure(&self, why: impl Into<String>) -> Failure {
        Failure::new(self.path.display().to_string(), "the report cannot be written").why(why)
    }

    fn try_save(&mut self) -> Result<(), WriteError> {
        self.gathered.flush()?;
        let gathered = self.gathered.get_mut();
        gathered.rewind()?;
        if self.adds {
            let mut text = Vec::new();
            gathered.read_to_end(&mut text)?;
            return write::append(&self.path, &text);
        }
        write::put(&self.path, gathered)
    }
}

/// The place that a report for `path` is written to, however that is written; there need be no file yet.
pub(super) fn place_of(path: &Path) -> PathBuf {
    let file = fs::canonicalize(path).ok().filter(|file| file.is_file());
    let new = || Some(fs::canonicalize(folder_of(path)).ok()?.join(path.file_name()?));
    file.or_else(new).unwrap_or_else(|| path.to_owned())
}

/// Refuses to write `what` is made of texts, such as a report, over one of them.
///
/// # Errors
/// When the file at `path` is one of `inputs`.
pub(super) fn spare_texts(
    what: &str,
    path: &Path,
    inputs: &[Result<Input, WalkError>],
) -> Result<(), Failure> {
    let target = fs::canonicalize(path);
    if !target.is_ok_and(|target| inputs.iter().any(|input| is_at(input, &target))) {
        return Ok(());
    }
    Err(Failure::new(path.display().to_string(), format!("the {what} would overwrite a text it is about"))
        .help(format!("give the {what} another name")))
}

/// Whether an input is the file at `target`, a path with links resolved.
pub(super) fn is_at(input: &Result<Input, WalkError>, target: &Path) -> bool {
    let Ok(Input::File(path) | Input::Staged { path, .. }) = input else { return false };
    fs::canonicalize(path).is_ok_and(|path| path == target)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(path: &Path, adds: bool, text: &str) {
        let mut report = ReportFile::new(path, adds).expect("it can be written");
        report.writer().write_all(text.as_bytes()).expect("gathered");
        report.save().expect("written");
    }

    #[test]
    fn a_report_replaces_what_was_there_or_is_added_to_it() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("report");
        write(&path, false, "one\n");
        write(&path, false, "two\n");
        assert_eq!(fs::read_to_string(&path).expect("read"), "two\n");
        write(&path, true, "three\n");
        assert_eq!(fs::read_to_string(&path).expect("read"), "two\n\nthree\n");
        assert_eq!(fs::read_dir(folder.path()).expect("read").count(), 1, "no temporary file is left");
    }

    #[test]
    fn what_cannot_be_written_is_told_before_the_run() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let missing = folder.path().join("no/report");
        let failure = ReportFile::new(&missing, false).err().expect("no folder");
        assert!(failure.render(false).contains("why: its folder does not exist\n  help: make the folder"));
        assert!(ReportFile::new(folder.path(), true).is_err());
    }

    #[test]
    fn a_long_report_is_whole() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("report");
        let text = "0123456789abcdef".repeat(IN_MEMORY / 8);
        write(&path, false, &text);
        assert!(fs::read_to_string(&path).expect("read") == text);
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_and_permissions_stay() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (file, link) = (folder.path().join("report"), folder.path().join("link"));
        fs::write(&file, "old").expect("written");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).expect("set");
        std::os::unix::fs::symlink("report", &link).expect("linked");
        write(&link, false, "new");
        assert_eq!(fs::read_to_string(&file).expect("read"), "new");
        assert_eq!(fs::metadata(&file).expect("there").permissions().mode() & 0o777, 0o640);
        assert!(fs::symlink_metadata(&link).expect("there").is_symlink());
        fs::set_permissions(&file, fs::Permissions::from_mode(0o440)).expect("set");
        let mut report = ReportFile::new(&file, false).expect("not known yet");
        assert!(report.save().expect_err("read-only").render(false).contains("why: the file is read-only"));
        assert_eq!(fs::read_to_string(&file).expect("read"), "new");
    }
}
