//! Writing down in `.mtlint-allow.yml` what is to be ignored here.

use std::path::Path;

use crate::allow::{Allowed, FILE_NAME, NewEntry};
use crate::cli::{FileArgs, GlobalArgs};
use crate::commands::known::{self, AllowFile, written};
use crate::commands::run::Run;
use crate::commands::write::Before;
use crate::commands::{Failure, allow, settings};
use crate::diagnostic::Diagnostic;
use crate::source::Source;

/// Where the file is looked for.
pub(super) struct Allowing<'a> {
    pub(super) global: &'a GlobalArgs,
    pub(super) files: &'a FileArgs,
    /// How the article is read.
    pub(super) run: &'a Run<'a>,
    pub(super) color: bool,
}

impl Allowing<'_> {
    /// Adds an entry for each of these findings in `source`, the article at `path`, with its reason.
    ///
    /// # Errors
    /// When the file has a mistake or cannot be written; it is then as it was.
    pub(super) fn write_down(
        &self,
        path: &Path,
        source: &Source,
        wanted: &[(&Diagnostic, String)],
    ) -> Result<(), Failure> {
        if wanted.is_empty() {
            return Ok(());
        }
        if self.global.isolated {
            return Err(Failure::new(FILE_NAME, "is not used with --isolated, so nothing is ignored in it")
                .help("take the decisions to ignore a place back (u), or run without --isolated"));
        }
        // Read anew each time: it may have been changed meanwhile, by this run too.
        let paths = settings::paths(self.files);
        let found = AllowFile::find(&settings::start_folder(&paths), self.color)?;
        let file = match &found {
            Some(found) => found.path.clone(),
            None => allow::beside_config(self.global, &paths, self.color)?,
        };
        let folder = known::baseline_folder(&file);
        let shown = file.display().to_string();
        let path_there = written(path, &folder);
        let before = found.as_ref().map_or(Before::Nothing, AllowFile::before);
        let mut allowed = found.as_ref().map_or_else(Allowed::default, |found| found.allowed.clone());
        let document = self.run.read(source, path);
        let mut text = None;
        for (diagnostic, reason) in wanted {
            if allowed.entries.iter().any(|entry| entry.names(diagnostic) && entry.is_about(&path_there)) {
                continue;
            }
            let sentence = allow::sentence(&document, diagnostic);
            let entry = NewEntry {
                rule: &diagnostic.rule,
                fingerprint: diagnostic.fingerprint,
                sentence: &sentence,
                reason,
                until: None,
                path: &path_there,
            };
            let longer = allowed.with(&entry).ok_or_else(|| allow::not_by_lines(&shown))?;
            allowed = Allowed::parse(&shown, &longer).map_err(|_| allow::not_by_lines(&shown))?;
            text = Some(longer);
        }
        text.map_or(Ok(()), |text| allow::save(&file, before, &text))
    }
}
