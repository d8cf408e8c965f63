//! A config with all that it extends: read, checked, and made into layers.

use std::collections::HashMap;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use toml::Spanned;

use super::layer::{Effective, Layer, Origin, Valued};
use super::upward::absolute;
use super::words::{self, Entry};
use super::{ConfigError, Loaded, PerFile, RuleLevel, WordsTable, parse};
use crate::bounded;
use crate::diagnostic::Severity;
use crate::encoding::Encoding;
use crate::format::{Fields, Format};
use crate::glob;
use crate::session::{QuotePolicy, Selector, closest};

/// The most files that may extend each other.
const MAX_DEPTH: usize = 16;
/// The most sections `[[per-file]]` of a chain; each is asked about each file.
const MAX_SECTIONS: usize = 256;
/// The most accepted words of a chain, each as often as it is named.
const MAX_WORDS: usize = 200_000;
/// The most bytes of a config, and of a list of words.
pub const MAX_BYTES: u64 = 1 << 20;

/// A config with all that it extends, or no config at all.
#[derive(Debug, Default)]
pub struct Chain {
    /// The files, each before the one that extends it.
    pub files: Vec<Arc<Loaded>>,
    /// Folders and files with rules, by their path from the current folder.
    pub paths: Vec<Valued<PathBuf>>,
    top: Vec<Layer>,
    sections: Vec<Section>,
}

/// A section `[[per-file]]`.
#[derive(Debug)]
struct Section {
    layer: Layer,
    /// The absolute folder that its patterns are relative to.
    root: PathBuf,
    files: Gitignore,
}

/// What the sections of a chain say of a folder as a whole.
#[derive(Debug, Clone)]
pub struct InFolder {
    folder: PathBuf,
    verdicts: Vec<Option<bool>>,
}

impl Chain {
    /// The nearest file, whose name stands for the chain.
    pub fn nearest(&self) -> Option<&Loaded> {
        self.files.last().map(|loaded| &**loaded)
    }

    /// All layers, in order, the sections after the top level.
    pub fn layers(&self) -> impl Iterator<Item = &Layer> {
        self.top.iter().chain(self.sections.iter().map(|section| &section.layer))
    }

    /// What the sections say of `folder`, to be asked once for all its files.
    pub fn in_folder(&self, folder: &Path) -> InFolder {
        let folder = absolute(folder).unwrap_or_else(|| folder.to_path_buf());
        let verdict = |section: &Section| {
            let below = folder.starts_with(&section.root) && folder != section.root;
            let found = below.then(|| section.files.matched_path_or_any_parents(&folder, true))?;
            (!found.is_none()).then(|| found.is_ignore())
        };
        let verdicts = self.sections.iter().map(verdict).collect();
        InFolder { folder, verdicts }
    }

    /// The numbers of the sections that hold for the file called `name` in a folder.
    pub fn sections_of(&self, folder: &InFolder, name: &Path) -> Vec<u16> {
        if self.sections.is_empty() {
            return Vec::new();
        }
        let path = folder.folder.join(name);
        let holds = |(section, of_folder): (&Section, &Option<bool>)| {
            if !path.starts_with(&section.root) {
                return false;
            }
            let found = section.files.matched(&path, false);
            if found.is_none() { of_folder.unwrap_or(false) } else { found.is_ignore() }
        };
        let verdicts = self.sections.iter().zip(&folder.verdicts).map(holds);
        (0..).zip(verdicts).filter(|(_, holds)| *holds).map(|(number, _)| number).collect()
    }

    /// What holds where these sections hold and the command line says `options`.
    pub fn effective(&self, sections: &[u16], options: &Layer) -> Effective {
        let sections = sections.iter().filter_map(|&number| self.sections.get(usize::from(number)));
        let layers = self.top.iter().chain(sections.map(|section| &section.layer));
        Effective::of(layers.chain([options]))
    }

    /// A mistake where a value was said, if it was said in a config.
    pub fn mistake(&self, origin: &Origin, what: String, help: String) -> Option<ConfigError> {
        match origin {
            Origin::Key { file, span, .. } => Some(self.files.get(*file)?.mistake(span.clone(), what, help)),
            Origin::Default | Origin::Words { .. } | Origin::Option(_) => None,
        }
    }

    /// Where a value was said, for a person: `mtlint.toml:3`.
    pub fn place(&self, origin: &Origin) -> String {
        match origin {
            Origin::Default => "default".to_owned(),
            Origin::Option(name) => (*name).to_owned(),
            Origin::Words { path, line } => format!("{}:{line}", path.display()),
            Origin::Key { file, span, section } => {
                let Some(loaded) = self.files.get(*file) else { return String::new() };
                let path = loaded.path.display();
                match section {
                    None => format!("{path}:{}", loaded.line(span.start)),
                    Some(start) => {
                        let (line, start) = (loaded.line(span.start), loaded.line(*start));
                        format!("{path}:{line} in [[per-file]] at line {start}")
                    }
                }
            }
        }
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_second_link_to_a_config_had_the_folder_of_the_first() {
        let root = tempfile::tempdir().expect("a temporary folder");
        std::fs::write(root.path().join("shared.toml"), "[files]\nexclude = ['d/']\n").expect("written");
        let mut reader = Reader::default();
        for folder in ["a", "b"] {
            let folder = root.path().join(folder);
            std::fs::create_dir(&folder).expect("made");
            let link = folder.join("mtlint.toml");
            std::os::unix::fs::symlink("../shared.toml", &link).expect("linked");
            let chain = reader.read(&link).expect("it is one");
            assert_eq!(chain.nearest().and_then(Loaded::folder), Some(&*folder));
        }
    }

    #[test]
    fn lists_that_are_named_over_and_over_are_refused() {
        let words: String = (0..100_000).map(|number| format!("w{number}\n")).collect();
        let config = |times: usize| format!("[words]\nfiles = [{}]\n", "'w.txt',".repeat(times));
        let read = |times| read_in(&[("w.txt", &words), ("mtlint.toml", &config(times))]).1;
        assert!(read(2).is_ok());
        let error = read(3).expect_err("too many").render(false);
        assert!(error.contains("more than 200000 words are accepted"), "{error}");
    }

    /// A folder with these files, and what is read at `mtlint.toml` in it.
    fn read_in(files: &[(&str, &str)]) -> (tempfile::TempDir, Result<Chain, ConfigError>) {
        let root = tempfile::tempdir().expect("a temporary folder");
        for (name, text) in files {
            let path = root.path().join(name);
            std::fs::create_dir_all(path.parent().expect("inside")).expect("created");
            std::fs::write(path, text).expect("written");
        }
        let chain = Reader::default().read(&root.path().join("mtlint.toml"));
        (root, chain)
    }

    fn error(files: &[(&str, &str)]) -> String {
        read_in(files).1.expect_err("a mistake").to_string()
    }

    #[test]
    fn lists_add_up_and_the_file_that_extends_wins() {
        let (_root, chain) = read_in(&[
            (
                "mtlint.toml",
                "extend = 'b/base.toml'\nsource = 'es'\nrules.ignore = ['c']\nrules.select = ['d']\n",
            ),
            (
                "b/base.toml",
                "extend = '../deep.toml'\nsource = 'fr'\ngrammar = false\nrules.ignore = ['b']\n",
            ),
            (
                "deep.toml",
                "grammar = true\nquotes = 'fix'\nrules.ignore = ['a']\nrules.select = ['x', 'y']\n",
            ),
        ]);
        let chain = chain.expect("valid");
        let all = chain.effective(&[], &Layer::default());
        assert_eq!((all.source.value.as_deref(), all.grammar.value), (Some("es"), false));
        assert_eq!(all.quotes.value, QuotePolicy::Fix);
        let names = |list: &[Valued<Selector>]| list.iter().map(|s| s.value.to_string()).collect::<Vec<_>>();
        assert_eq!(
            (names(&all.ignore).join(" "), names(&all.select).join(" ")),
            ("a b c".into(), "d".into())
        );
        assert!(chain.place(&all.grammar.origin).ends_with("base.toml:3"));
        assert_eq!(chain.place(&all.fail_on.origin), "default");
    }

    #[test]
    fn a_section_is_told_by_the_line_it_begins_in() {
        let text = "# one\n[[per-file]]\nsource = 'fr'\nfiles = ['a/**', '!a/b/**']\n\
                    [[per-file]]\nfiles = ['*.md']\nsource = 'es'\n";
        let (root, chain) = read_in(&[("mtlint.toml", text)]);
        let chain = chain.expect("valid");
        let sections = |folder: &str, name: &str| {
            chain.sections_of(&chain.in_folder(&root.path().join(folder)), Path::new(name))
        };
        assert_eq!((sections("", "a.txt"), sections("a/c", "a.txt")), (vec![], vec![0]));
        assert_eq!((sections("a", "x.md"), sections("a/b", "x.md")), (vec![0, 1], vec![1]));
        assert_eq!(sections("..", "a.md"), [] as [u16; 0], "outside of the folder");
        let all = chain.effective(&[0], &Layer::default());
        assert!(chain.place(&all.source.origin).ends_with("mtlint.toml:3 in [[per-file]] at line 2"));
        assert_eq!(chain.effective(&[0, 1], &Layer::default()).source.value.as_deref(), Some("es"));
    }

    #[test]
    fn a_chain_that_is_too_deep_or_goes_round_is_drawn() {
        let names: Vec<String> = (0..=MAX_DEPTH).map(|n| format!("{n}.toml")).collect();
        let texts: Vec<String> = (1..=MAX_DEPTH).map(|n| format!("extend = '{n}.toml'")).collect();
        let mut files: Vec<(&str, &str)> =
            names.iter().map(String::as_str).zip(texts.iter().map(String::as_str)).collect();
        files[0].0 = "mtlint.toml";
        let last = format!("{MAX_DEPTH}.toml");
        files.push((&last, ""));
        let text = error(&files);
        assert!(text.contains("more than 16 files"), "{text}");
        assert!(text.contains("15.toml:1:10"), "{text}");
        files.pop();
        files.last_mut().expect("there are").1 = "";
        assert!(read_in(&files).1.is_ok_and(|chain| chain.files.len() == MAX_DEPTH));
        let text = error(&[("mtlint.toml", "extend = './mtlint.toml'")]);
        assert!(text.contains("extends this file") && text.contains(":1:10"), "{text}");
    }

    #[test]
    fn languages_are_codes() {
        assert_eq!((language("FR"), language("any")), (Ok("fr".to_owned()), Ok("any".to_owned())));
        assert_eq!(language("fr-CA"), Err("did you mean `fr`?".to_owned()));
        assert_eq!(language("Spanich"), Err("did you mean `es`?".to_owned()));
        assert!(language("").is_err() && language("f").is_err() && language("Klingon").is_err());
    }

    #[test]
    fn what_is_no_text_is_refused() {
        let text = error(&[("mtlint.toml", "extend = 'sub'"), ("sub/x.toml", "")]);
        assert!(text.contains("not a regular file"), "{text}");
        let long = format!("#{}", "x".repeat(MAX_BYTES as usize));
        assert!(error(&[("mtlint.toml", &long)]).contains("larger than 1 MiB"));
    }
}
