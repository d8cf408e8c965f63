//! Configs and their lists of words: read, checked, and made into the layers of a chain.

use std::collections::HashMap;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ignore::gitignore::GitignoreBuilder;
use toml::Spanned;

use super::{Chain, Section};
use crate::bounded;
use crate::config::layer::{Layer, Origin, Valued};
use crate::config::upward::absolute;
use crate::config::words::{self, Entry};
use crate::config::{ConfigError, Loaded, PerFile, RuleLevel, WordsTable, parse};
use crate::diagnostic::Severity;
use crate::encoding::Encoding;
use crate::format::{Fields, Format};
use crate::glob;
use crate::session::{QuotePolicy, Selector, closest};

/// The most files that may extend each other.
pub(super) const MAX_DEPTH: usize = 16;
/// The most sections `[[per-file]]` of a chain; each is asked about each file.
const MAX_SECTIONS: usize = 256;
/// The most accepted words of a chain, each as often as it is named.
const MAX_WORDS: usize = 200_000;
/// The most bytes of a config, and of a list of words.
pub const MAX_BYTES: u64 = 1 << 20;

/// Reads configs and lists of words, each once.
#[derive(Debug, Default)]
pub struct Reader {
    configs: HashMap<PathBuf, Arc<Loaded>>,
    words: HashMap<PathBuf, Arc<[Entry]>>,
    /// How many words the chain has that is being read.
    accepted: usize,
}

impl Reader {
    /// Reads the config at `path`, those that it extends, and their lists of words.
    ///
    /// # Errors
    /// When one cannot be read, is no TOML, or says something it may not say.
    pub fn read(&mut self, path: &Path) -> Result<Chain, ConfigError> {
        let mut files: Vec<Arc<Loaded>> = Vec::new();
        let mut seen = Vec::new();
        let mut next = path.to_path_buf();
        loop {
            let loaded = self.config(&next).map_err(|error| match (error, files.last()) {
                (ConfigError::Unreadable { path, error }, Some(from)) => {
                    let span = from.config.extend.as_ref().map_or(0..0, Spanned::span);
                    from.mistake(span, cannot_be_read(&path, &error), BESIDE.to_owned())
                }
                (error, _) => error,
            })?;
            seen.push(std::fs::canonicalize(&next).unwrap_or(next));
            files.push(Arc::clone(&loaded));
            let Some(extend) = &loaded.config.extend else { break };
            let target = beside(&loaded, extend.get_ref());
            let mistake =
                |what: String, help: &str| Err(loaded.mistake(extend.span(), what, help.to_owned()));
            let real = match std::fs::canonicalize(&target) {
                Ok(real) => real,
                Err(error) => return mistake(cannot_be_read(&target, &error), BESIDE),
            };
            if seen.contains(&real) {
                let what = format!("{} extends this file, or is this file", target.display());
                return mistake(what, "take one of the `extend` of this circle out");
            }
            if files.len() == MAX_DEPTH {
                let what = format!("more than {MAX_DEPTH} files extend each other");
                return mistake(what, "put what they say into fewer files");
            }
            next = short(real, target);
        }
        files.reverse();
        self.chain(files)
    }

    fn config(&mut self, path: &Path) -> Result<Arc<Loaded>, ConfigError> {
        let unreadable = |error| ConfigError::Unreadable { path: path.to_path_buf(), error };
        // By the path that was asked for: what a config says is relative to its folder, and two links to one file are
        // two configs.
        if let Some(loaded) = self.configs.get(path) {
            return Ok(Arc::clone(loaded));
        }
        let loaded = Arc::new(parse(path, bounded::read_text(path, MAX_BYTES).map_err(unreadable)?)?);
        self.configs.insert(path.to_path_buf(), Arc::clone(&loaded));
        Ok(loaded)
    }

    fn chain(&mut self, files: Vec<Arc<Loaded>>) -> Result<Chain, ConfigError> {
        let mut chain = Chain::default();
        self.accepted = 0;
        for (file, loaded) in files.iter().enumerate() {
            let config = &loaded.config;
            let key = |span: Range<usize>| Origin::Key { file, span, section: None };
            let said = Said {
                source: config.source.as_ref(),
                grammar: config.grammar.as_ref(),
                fail_on: config.fail_on.as_ref(),
                min_severity: config.min_severity.as_ref(),
                quotes: config.quotes.as_ref(),
                format: None,
                encoding: config.encoding.as_ref(),
                fields: config.fields.as_ref(),
                select: config.rules.select.as_deref(),
                ignore: &config.rules.ignore,
                severity: config.rules.severity.iter().collect(),
                words: &config.words,
            };
            chain.top.push(self.layer(loaded, &said, &key)?);
            for path in &config.rules.paths {
                let below = beside(loaded, path.get_ref());
                chain.paths.push(Valued::new(below, key(path.span())));
            }
            for per_file in &config.per_file {
                if chain.sections.len() == MAX_SECTIONS {
                    let what = format!("there are more than {MAX_SECTIONS} sections [[per-file]]");
                    let help = "put files with the same values into one section".to_owned();
                    return Err(loaded.mistake(per_file.span(), what, help));
                }
                chain.sections.push(self.section(loaded, file, per_file)?);
            }
        }
        chain.files = files;
        Ok(chain)
    }

    fn section(
        &mut self,
        loaded: &Loaded,
        file: usize,
        section: &Spanned<PerFile>,
    ) -> Result<Section, ConfigError> {
        let (start, per_file) = (section.span().start, section.get_ref());
        let key = |span: Range<usize>| Origin::Key { file, span, section: Some(start) };
        let said = Said {
            source: per_file.source.as_ref(),
            grammar: per_file.grammar.as_ref(),
            fail_on: per_file.fail_on.as_ref(),
            min_severity: per_file.min_severity.as_ref(),
            quotes: per_file.quotes.as_ref(),
            format: per_file.format.as_ref(),
            encoding: per_file.encoding.as_ref(),
            fields: per_file.fields.as_ref(),
            select: per_file.rules.select.as_deref(),
            ignore: &per_file.rules.ignore,
            severity: per_file.rules.severity.iter().collect(),
            words: &per_file.words,
        };
        let layer = self.layer(loaded, &said, &key)?;
        let folder = loaded.folder().unwrap_or(Path::new("."));
        let root = absolute(folder).unwrap_or_else(|| folder.to_path_buf());
        let help = || "write it as in .gitignore, relative to the folder of this file".to_owned();
        let mut builder = GitignoreBuilder::new(&root);
        if per_file.files.get_ref().is_empty() {
            let what = "this section names no files".to_owned();
            return Err(loaded.mistake(per_file.files.span(), what, help()));
        }
        for pattern in per_file.files.get_ref() {
            let text = pattern.get_ref();
            if text.trim().is_empty() || text.starts_with('#') {
                let what = "this pattern names no files".to_owned();
                return Err(loaded.mistake(pattern.span(), what, help()));
            }
            glob::add(&mut builder, text).map_err(|why| {
                loaded.mistake(pattern.span(), format!("this is no pattern: {why}"), help())
            })?;
        }
        let files = builder.build().map_err(|error| {
            loaded.mistake(per_file.files.span(), format!("these are no patterns: {error}"), help())
        })?;
        Ok(Section { layer, root, files })
    }

    fn layer(
        &mut self,
        loaded: &Loaded,
        said: &Said<'_>,
        key: &dyn Fn(Range<usize>) -> Origin,
    ) -> Result<Layer, ConfigError> {
        let selector = |text: &Spanned<String>| {
            let parsed: Selector = text
                .get_ref()
                .parse()
                .map_err(|error| loaded.mistake(text.span(), format!("{error}"), String::new()))?;
            Ok(Valued::new(parsed, key(text.span())))
        };
        let selectors =
            |list: &[Spanned<String>]| list.iter().map(selector).collect::<Result<Vec<_>, ConfigError>>();
        let mut severity = Vec::new();
        for (name, level) in &said.severity {
            severity.push((selector(name)?, **level));
        }
        // The last that fits counts: a rule after its pack, a pack after a tag.
        severity.sort_by_key(|(selector, _)| {
            let text = selector.value.to_string();
            (text.contains('/'), !text.starts_with("tag:"), text != "all")
        });
        let encoding = |text: &Spanned<String>| {
            let parsed: Encoding = text
                .get_ref()
                .parse()
                .map_err(|error| loaded.mistake(text.span(), format!("{error}"), String::new()))?;
            Ok(Valued::new(parsed, key(text.span())))
        };
        let fields = |list: &Spanned<Vec<String>>| {
            Fields::new(list.get_ref())
                .map_err(|error| loaded.mistake(list.span(), error.to_string(), String::new()))?;
            Ok(Valued::new(list.get_ref().clone(), key(list.span())))
        };
        let source = said.source.map(|text| {
            let code = language(text.get_ref())
                .map_err(|help| loaded.mistake(text.span(), NO_LANGUAGE.to_owned(), help))?;
            Ok(Valued::new(code, key(text.span())))
        });
        Ok(Layer {
            source: source.transpose()?,
            grammar: said.grammar.map(|v| Valued::new(*v.get_ref(), key(v.span()))),
            fail_on: said.fail_on.map(|v| Valued::new(*v.get_ref(), key(v.span()))),
            min_severity: said.min_severity.map(|v| Valued::new(*v.get_ref(), key(v.span()))),
            quotes: said.quotes.map(|v| Valued::new(*v.get_ref(), key(v.span()))),
            format: said.format.map(|v| Valued::new(*v.get_ref(), key(v.span()))),
            encoding: said.encoding.map(encoding).transpose()?,
            fields: said.fields.map(fields).transpose()?,
            select: said.select.map(selectors).transpose()?,
            ignore: selectors(said.ignore)?,
            severity,
            accept: self.accept(loaded, said.words, key)?,
        })
    }

    fn accept(
        &mut self,
        loaded: &Loaded,
        table: &WordsTable,
        key: &dyn Fn(Range<usize>) -> Origin,
    ) -> Result<Vec<Valued<Arc<str>>>, ConfigError> {
        let mut accept: Vec<Valued<Arc<str>>> = Vec::new();
        let mut seen: HashMap<&str, usize> = HashMap::new();
        for entry in &table.accept {
            let text = entry.get_ref().trim();
            let twice = || seen.get(text).map(|&at| words::WordFault::Twice(loaded.line(at)));
            let fault = words::check(text).err().map(|(_, fault)| fault).or_else(twice);
            if let Some(fault) = fault {
                return Err(loaded.mistake(entry.span(), fault.to_string(), fault.advice().to_owned()));
            }
            seen.insert(text, entry.span().start);
            accept.push(Valued::new(text.into(), key(entry.span())));
        }
        for path in &table.files {
            let target = beside(loaded, path.get_ref());
            let mistake = |error: io::Error| {
                loaded.mistake(path.span(), cannot_be_read(&target, &error), BESIDE.to_owned())
            };
            let real = std::fs::canonicalize(&target).map_err(mistake)?;
            let entries = match self.words.get(&real) {
                Some(entries) => Arc::clone(entries),
                None => {
                    let entries: Arc<[Entry]> = read_words(&target, mistake)?.into();
                    self.words.insert(real.clone(), Arc::clone(&entries));
                    entries
                }
            };
            self.accepted += entries.len();
            if self.accepted > MAX_WORDS {
                let what = format!("more than {MAX_WORDS} words are accepted, with those of this list");
                let help = "name each list once, and keep in it what the house writes".to_owned();
                return Err(loaded.mistake(path.span(), what, help));
            }
            let shown: Arc<Path> = short(real, target).into();
            accept.extend(entries.iter().map(|entry| {
                let origin = Origin::Words { path: Arc::clone(&shown), line: entry.line };
                Valued::new(entry.text.as_str().into(), origin)
            }));
        }
        Ok(accept)
    }
}

/// What the top level and a section may both say.
struct Said<'c> {
    source: Option<&'c Spanned<String>>,
    grammar: Option<&'c Spanned<bool>>,
    fail_on: Option<&'c Spanned<Severity>>,
    min_severity: Option<&'c Spanned<Severity>>,
    quotes: Option<&'c Spanned<QuotePolicy>>,
    format: Option<&'c Spanned<Format>>,
    encoding: Option<&'c Spanned<String>>,
    fields: Option<&'c Spanned<Vec<String>>>,
    select: Option<&'c [Spanned<String>]>,
    ignore: &'c [Spanned<String>],
    severity: Vec<(&'c Spanned<String>, &'c RuleLevel)>,
    words: &'c WordsTable,
}

/// What is wrong with a language that is none.
pub const NO_LANGUAGE: &str = "this is no code of a language";

/// The languages that rules are for, with their codes.
const LANGUAGES: [(&str, &str); 7] = [
    ("french", "fr"),
    ("spanish", "es"),
    ("german", "de"),
    ("italian", "it"),
    ("portuguese", "pt"),
    ("dutch", "nl"),
    ("russian", "ru"),
];

/// A code of a language, in lower case: two or three letters, or “any”.
///
/// # Errors
/// With what to write instead.
pub fn language(text: &str) -> Result<String, String> {
    let code = text.trim().to_lowercase();
    if (2..=3).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_lowercase()) {
        return Ok(code);
    }
    let main = code.split(['-', '_']).next().unwrap_or_default();
    let named = closest(&code, LANGUAGES.iter().map(|(name, _)| *name));
    let meant = LANGUAGES.iter().find(|(name, short)| named == Some(*name) || main == *short);
    Err(match meant {
        Some((_, short)) => format!("did you mean `{short}`?"),
        None => "write a code of two letters, such as `fr`, or `any`".to_owned(),
    })
}

/// What to do about a path that leads nowhere.
const BESIDE: &str = "check the path; it is relative to the folder of this file";

fn cannot_be_read(path: &Path, error: &io::Error) -> String {
    format!("{} cannot be read: {error}", path.display())
}

/// `path` as it is seen from the folder of a config.
fn beside(loaded: &Loaded, path: &Path) -> PathBuf {
    let below = loaded.folder().unwrap_or(Path::new(".")).join(path);
    below.strip_prefix(".").map_or_else(|_| below.clone(), Path::to_path_buf)
}

/// The path to show of a file: from the current folder if it lies below that.
fn short(real: PathBuf, otherwise: PathBuf) -> PathBuf {
    let here = std::env::current_dir().and_then(std::fs::canonicalize).unwrap_or_default();
    real.strip_prefix(&here).map_or(otherwise, Path::to_path_buf)
}

fn read_words(path: &Path, mistake: impl Fn(io::Error) -> ConfigError) -> Result<Vec<Entry>, ConfigError> {
    let text = bounded::read_text(path, MAX_BYTES).map_err(mistake)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    words::parse(text).map_err(|error| ConfigError::Invalid {
        path: path.to_path_buf(),
        text: text.to_owned(),
        span: error.span,
        what: error.fault.to_string(),
        help: error.fault.advice().to_owned(),
    })
}
