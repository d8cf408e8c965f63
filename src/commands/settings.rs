//! What the command line and `mtlint.toml` say together: the command line wins.

use std::ops::Range;
use std::path::{Path, PathBuf};

use super::Failure;
use crate::cli::{FileArgs, GlobalArgs, LevelArgs, RuleSelection};
use crate::config::{self, ConfigError, DEFAULT_EXTENSIONS, Loaded};
use crate::diagnostic::Severity;
use crate::session::{Selector, Settings, SettingsError};
use crate::walk::Filter;

/// The folder that config and rules are looked for in: that of the first path, or the current one.
pub(super) fn start_folder(paths: &[PathBuf]) -> PathBuf {
    match paths.iter().find(|path| path.as_os_str() != "-") {
        Some(path) if path.is_dir() => path.clone(),
        Some(path) => match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent.to_path_buf(),
            _ => PathBuf::from("."),
        },
        None => PathBuf::from("."),
    }
}

/// Reads the config that holds for texts in `folder`: the one named, else the nearest above `folder`, else the
/// nearest above the current folder, else none.
///
/// # Errors
/// When it cannot be read or has a mistake.
pub(super) fn load_config(global: &GlobalArgs, folder: &Path, color: bool) -> Result<Loaded, Failure> {
    let path = match &global.config {
        Some(path) => Some(path.clone()),
        None if global.isolated => None,
        None => config::discover(folder).or_else(|| config::discover(Path::new("."))),
    };
    match path {
        Some(path) => config::read(&path).map_err(|error| match &error {
            ConfigError::Unreadable { path, error } => {
                let help = match error.kind() {
                    std::io::ErrorKind::NotFound => {
                        "check the path given with --config, or run `mtlint init`"
                    }
                    _ => "check the file, or run with --isolated to go without it",
                };
                let place = path.display().to_string();
                Failure::new(place, "the config cannot be read").why(error.to_string()).help(help)
            }
            ConfigError::Invalid { .. } => Failure::drawn(error.render(color)),
        }),
        None => Ok(Loaded::default()),
    }
}

/// Which files of a folder are read.
///
/// # Errors
/// When a pattern of the config is none.
pub(super) fn filter(loaded: &Loaded, color: bool) -> Result<Filter, Failure> {
    let files = &loaded.config.files;
    let extensions = match &files.extensions {
        Some(extensions) => extensions.clone(),
        None => DEFAULT_EXTENSIONS.iter().map(ToString::to_string).collect(),
    };
    let exclude: Vec<&str> = files.exclude.iter().map(|line| line.get_ref().as_str()).collect();
    Filter::new(extensions, loaded.folder().unwrap_or(Path::new(".")), &exclude).map_err(|(index, why)| {
        let span = files.exclude.get(index).map_or(0..0, toml::Spanned::span);
        let help = "write it as in .gitignore".to_owned();
        Failure::drawn(loaded.mistake(span, format!("this is no pattern: {why}"), help).render(color))
    })
}

/// The same for what the command line names as well.
///
/// # Errors
/// When a pattern is none.
pub(super) fn filter_with(args: &FileArgs, loaded: &Loaded, color: bool) -> Result<Filter, Failure> {
    let exclude: Vec<&str> = args.exclude.iter().map(String::as_str).collect();
    let filter = filter(loaded, color)?.excluding(Path::new("."), &exclude).map_err(|(index, why)| {
        let pattern = exclude.get(index).copied().unwrap_or_default();
        Failure::new("--exclude", format!("`{pattern}` is no pattern"))
            .why(why)
            .help("write it as in .gitignore")
    })?;
    Ok(filter.forced(args.force_exclude))
}

/// The settings of the session, and where each of their selectors was written.
#[derive(Debug)]
pub(super) struct Selection {
    /// What the session does.
    pub settings: Settings,
    /// Selectors from the config, with their places.
    from_config: Vec<(String, Range<usize>)>,
    /// Selectors from `--select`.
    selected: Vec<String>,
}

impl Selection {
    /// Merges both.
    ///
    /// # Errors
    /// When a selector has not the form of one.
    pub(super) fn new(
        rules: &RuleSelection,
        level: Option<&LevelArgs>,
        loaded: &Loaded,
        color: bool,
    ) -> Result<Self, Failure> {
        let config = &loaded.config;
        let mut from_config = Vec::new();
        let mut of_config = |text: &toml::Spanned<String>| {
            from_config.push((text.get_ref().trim().trim_end_matches('/').to_owned(), text.span()));
            text.get_ref().parse::<Selector>().map_err(|error| {
                let what = error.to_string();
                Failure::drawn(loaded.mistake(text.span(), what, String::new()).render(color))
            })
        };
        let of_config_list = |list: &[toml::Spanned<String>], of: &mut dyn FnMut(&_) -> _| {
            list.iter().map(of).collect::<Result<Vec<Selector>, Failure>>()
        };
        let config_select = of_config_list(&config.rules.select, &mut of_config)?;
        let config_ignore = of_config_list(&config.rules.ignore, &mut of_config)?;
        let mut severity = Vec::new();
        for (selector, level) in &config.rules.severity {
            severity.push((of_config(selector)?, level.severity()));
        }
        // The last that fits counts: a rule after its pack, a pack after a tag.
        severity.sort_by_key(|(selector, _)| {
            let text = selector.to_string();
            (text.contains('/'), !text.starts_with("tag:"), text != "all")
        });
        let select = of_option("--select", &rules.select)?;
        let mut ignore = of_option("--ignore", &rules.ignore)?;
        ignore.extend(config_ignore);
        let source = rules.source.clone().or_else(|| config.source.clone()).map(|s| s.to_lowercase());
        let settings = Settings {
            fields: Vec::new(),
            select: if select.is_empty() { config_select } else { select },
            ignore,
            severity,
            min_severity: level
                .and_then(|level| level.min_severity)
                .map(Severity::from)
                .or(config.min_severity)
                .unwrap_or(Severity::Info),
            translated: source.is_some(),
            // “any”: a translation, from whatever language.
            source_language: source.filter(|language| language != "any"),
        };
        let selected = rules.select.iter().map(|text| text.trim().trim_end_matches('/').to_owned()).collect();
        Ok(Self { settings, from_config, selected })
    }

    /// The same, reading these fields of JSON.
    #[must_use]
    pub(super) fn reading(mut self, fields: &[String]) -> Self {
        self.settings.fields = fields.to_vec();
        self
    }

    /// Says which selector names nothing, and where it was written.
    pub(super) fn failure(&self, error: &SettingsError, loaded: &Loaded, color: bool) -> Failure {
        let (selector, suggestion) = match error {
            SettingsError::UnknownRule { selector, suggestion } => (selector, suggestion),
            SettingsError::Field(error) => return Failure::new("--fields", error.to_string()),
        };
        let what = format!("no rule, pack or tag is called `{selector}`");
        let help = match suggestion {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`mtlint rules` lists all rules; a tag is written tag:NAME".to_owned(),
        };
        match self.from_config.iter().find(|(text, _)| text == selector) {
            Some((_, span)) => Failure::drawn(loaded.mistake(span.clone(), what, help).render(color)),
            None if self.selected.contains(selector) => Failure::new("--select", what).help(help),
            None => Failure::new("--ignore", what).help(help),
        }
    }
}

fn of_option(option: &str, texts: &[String]) -> Result<Vec<Selector>, Failure> {
    let parse = |text: &String| text.parse::<Selector>();
    texts.iter().map(parse).collect::<Result<_, _>>().map_err(|error| Failure::new(option, error.to_string()))
}

/// The severity from which on a finding fails the run.
pub(super) fn fail_on(level: &LevelArgs, loaded: &Loaded) -> Severity {
    level.fail_on.map(Severity::from).or(loaded.config.fail_on).unwrap_or(Severity::Warning)
}

/// What to read: the paths named, else the current folder.
pub(super) fn paths(files: &FileArgs) -> Vec<PathBuf> {
    if files.paths.is_empty() { vec![PathBuf::from(".")] } else { files.paths.clone() }
}
