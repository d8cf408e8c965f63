//! Which config, which filter and which rules hold in a folder; each file is read once, each folder looked at once.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Failure;
use super::rule_files::FOLDER;
use crate::cli::{FileArgs, GlobalArgs};
use crate::config::chain::{Chain, Reader};
use crate::config::upward::Upward;
use crate::config::{ConfigError, DEFAULT_EXTENSIONS, FILE_NAME, Loaded};
use crate::walk::{Filter, folder_of};

/// The configs of a run.
pub(super) struct Configs<'a> {
    global: &'a GlobalArgs,
    /// What the command line says of files.
    files: Option<&'a FileArgs>,
    color: bool,
    reader: Reader,
    search: Upward,
    rules_search: Upward,
    /// The configs that are in use; the first is none.
    found: Vec<Found>,
    by_path: HashMap<Arc<Path>, usize>,
    by_folder: HashMap<PathBuf, usize>,
    /// The first config that could not be used while folders were searched.
    failure: Option<Failure>,
}

/// A config in use, and which files of a folder it takes.
#[derive(Debug, Clone)]
struct Found {
    chain: Arc<Chain>,
    filter: Arc<Filter>,
}

impl<'a> Configs<'a> {
    /// No config is read yet; `files` are the options that choose files.
    ///
    /// # Errors
    /// When a pattern of `files` is none.
    pub(super) fn new(
        global: &'a GlobalArgs,
        files: Option<&'a FileArgs>,
        color: bool,
    ) -> Result<Self, Failure> {
        let mut configs = Self {
            global,
            files,
            color,
            reader: Reader::default(),
            search: Upward::file(FILE_NAME),
            rules_search: Upward::folder(FOLDER),
            found: Vec::new(),
            by_path: HashMap::new(),
            by_folder: HashMap::new(),
            failure: None,
        };
        configs.add(Chain::default())?;
        Ok(configs)
    }

    /// The number of the config that holds in `folder`: the one named on the command line, else the nearest at or
    /// above `folder`, else the nearest at or above the current folder, else none.
    ///
    /// # Errors
    /// When it cannot be read or has a mistake.
    pub(super) fn of_folder(&mut self, folder: &Path) -> Result<usize, Failure> {
        if let Some(&number) = self.by_folder.get(folder) {
            return Ok(number);
        }
        let path: Option<Arc<Path>> = match &self.global.config {
            Some(path) => Some(path.as_path().into()),
            None if self.global.isolated => None,
            None => self.search.find(folder).or_else(|| self.search.find(Path::new("."))),
        };
        let number = match path {
            None => 0,
            Some(path) => match self.by_path.get(&path) {
                Some(&number) => number,
                None => {
                    let read = self.reader.read(&path);
                    let chain = read.map_err(|error| unusable(&error, self.color))?;
                    let number = self.add(chain)?;
                    self.by_path.insert(path, number);
                    number
                }
            },
        };
        self.by_folder.insert(folder.to_path_buf(), number);
        Ok(number)
    }

    fn add(&mut self, chain: Chain) -> Result<usize, Failure> {
        let filter = Arc::new(self.filter_of(&chain)?);
        self.found.push(Found { chain: Arc::new(chain), filter });
        Ok(self.found.len() - 1)
    }

    /// A config by its number.
    pub(super) fn chain(&self, number: usize) -> &Arc<Chain> {
        &self.found[number].chain
    }

    /// The filter that holds in `folder`. A config that cannot be used takes all that goes without one: the failure
    /// is kept until [`Self::check`].
    pub(super) fn filter(&mut self, folder: &Path) -> Arc<Filter> {
        let number = self.of_folder(folder).unwrap_or_else(|failure| {
            self.failure.get_or_insert(failure);
            0
        });
        Arc::clone(&self.found[number].filter)
    }

    /// Whether all configs that were asked for a filter can be used.
    ///
    /// # Errors
    /// The first failure.
    pub(super) fn check(&mut self) -> Result<(), Failure> {
        self.failure.take().map_or(Ok(()), Err)
    }

    /// The folder `.mtlint/rules` that holds for files in `folder`: the nearest at or above the config that holds
    /// there, else at or above `folder`, else at or above the current folder.
    pub(super) fn rules(&mut self, config: usize, folder: &Path) -> Option<Arc<Path>> {
        if self.global.isolated {
            return None;
        }
        let beside = self.found[config].chain.nearest().and_then(Loaded::folder).map(Path::to_path_buf);
        let places = [beside.as_deref(), Some(folder), Some(Path::new("."))];
        places.into_iter().flatten().find_map(|place| self.rules_search.find(place))
    }

    /// Which files of a folder are read.
    fn filter_of(&self, chain: &Chain) -> Result<Filter, Failure> {
        let said = chain.files.iter().rev().find_map(|loaded| loaded.config.files.extensions.as_ref());
        let extensions = match said {
            Some(extensions) => extensions.get_ref().clone(),
            None => DEFAULT_EXTENSIONS.iter().map(ToString::to_string).collect(),
        };
        let mut filter = Filter::new(extensions, Path::new("."), &[])
            .map_err(|(_, why)| Failure::new("files.extensions", why))?;
        for loaded in &chain.files {
            let lines = &loaded.config.files.exclude;
            let exclude: Vec<&str> = lines.iter().map(|line| line.get_ref().as_str()).collect();
            let folder = loaded.folder().unwrap_or(Path::new("."));
            filter = filter.excluding(folder, &exclude).map_err(|(index, why)| {
                let span = lines.get(index).map_or(0..0, toml::Spanned::span);
                let help = "write it as in .gitignore".to_owned();
                let mistake = loaded.mistake(span, format!("this is no pattern: {why}"), help);
                Failure::drawn(mistake.render(self.color))
            })?;
        }
        let Some(args) = self.files else { return Ok(filter) };
        let exclude: Vec<&str> = args.exclude.iter().map(String::as_str).collect();
        let filter = filter.excluding(Path::new("."), &exclude).map_err(|(index, why)| {
            let pattern = exclude.get(index).copied().unwrap_or_default();
            Failure::new("--exclude", format!("`{pattern}` is no pattern"))
                .why(why)
                .help("write it as in .gitignore")
        })?;
        Ok(filter.forced(args.force_exclude))
    }
}

/// The folder that a path is in, or that it is.
pub(super) fn folder_at(path: &Path) -> &Path {
    if path.is_dir() { path } else { folder_of(path) }
}

fn unusable(error: &ConfigError, color: bool) -> Failure {
    match error {
        ConfigError::Unreadable { path, error } => {
            let help = match error.kind() {
                std::io::ErrorKind::NotFound => "check the path given with --config, or run `mtlint init`",
                _ => "check the file, or run with --isolated to go without it",
            };
            let place = path.display().to_string();
            Failure::new(place, "the config cannot be read").why(error.to_string()).help(help)
        }
        ConfigError::Invalid { .. } => Failure::drawn(error.render(color)),
    }
}
