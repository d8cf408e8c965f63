//! A config with all that it extends, as layers; `reader` reads and checks the files.

mod reader;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ignore::gitignore::Gitignore;

use super::layer::{Effective, Layer, Origin, Valued};
use super::upward::absolute;
use super::{ConfigError, Loaded};

pub use reader::{MAX_BYTES, NO_LANGUAGE, Reader, language};

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

#[cfg(test)]
mod tests {
    use super::reader::MAX_DEPTH;
    use super::*;
    use crate::session::{QuotePolicy, Selector};

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
