//! Which session checks which file: settled for all files before the first is read.
//!
//! Files with the same settings share a session, configs with the same folders of rules share the rules, and all
//! share the grammar model. So there are as many sessions as there are different settings, however many files.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Failure;
use super::cache::DiskCache;
use super::configs::Configs;
use super::engine::{self, StartedGrammar};
use super::settings;
use crate::cli::RuleSelection;
use crate::config::chain::InFolder;
use crate::config::layer::{Effective, Layer};
use crate::diagnostic::Severity;
use crate::encoding::Encoding;
use crate::format::{self, Format};
use crate::rule::{RuleFiles, RuleSet};
use crate::session::{Session, Settings};
use crate::source::{DecodeError, Source};
use crate::walk::folder_of;

/// How one file is checked.
#[derive(Debug, Clone)]
pub(super) struct FilePlan {
    /// How the file is marked up, if its name does not say it.
    pub format: Option<Format>,
    /// Its encoding, if that is known.
    pub encoding: Option<Encoding>,
    /// What checks it.
    pub session: Arc<Session>,
    /// The severity from which on a finding in it fails the run.
    pub fail_on: Severity,
}

/// How all files of a run are checked.
pub(super) struct Plan {
    /// The first is that of the folder in which the run begins.
    plans: Vec<FilePlan>,
    by_file: HashMap<PathBuf, usize>,
    rules: Vec<Arc<RuleSet>>,
    /// The grammar that is checked in some file.
    pub grammar: Option<StartedGrammar>,
}

/// What a file asks for, before rules are loaded.
#[derive(Debug)]
struct Wish {
    config: usize,
    /// The folder `.mtlint/rules`.
    rules: Option<Arc<Path>>,
    effective: Effective,
}

/// All that is the same for the files of a folder.
struct Folder {
    config: usize,
    rules: Option<Arc<Path>>,
    sections: InFolder,
}

/// What is wanted of a plan beside files.
pub(super) struct Wanted<'a> {
    /// Rules and grammar, as the command line names them.
    pub rules: &'a RuleSelection,
    /// All that the command line says against the configs.
    pub options: &'a Layer,
    /// What earlier runs found.
    pub cache: Option<&'a DiskCache>,
    /// Whether errors are drawn in colours.
    pub color: bool,
}

/// The config that holds for a file, the folder of rules beside it, and the sections that name the file.
type Place = (usize, Option<Arc<Path>>, Vec<u16>);

impl FilePlan {
    /// How the file at `path` is marked up.
    pub(super) fn format(&self, path: &Path) -> Format {
        self.format.unwrap_or_else(|| Format::from_path(path))
    }

    /// The text of the file at `path`.
    ///
    /// # Errors
    /// When the bytes cannot be decoded.
    pub(super) fn decode(&self, path: &Path, bytes: Vec<u8>) -> Result<Source, DecodeError> {
        format::decode(bytes, self.format(path), self.encoding)
    }
}

impl Plan {
    /// The plan for `files`, and for what else is in the folder `start`.
    ///
    /// # Errors
    /// When a config, a rule or the grammar of `--model-dir` cannot be used.
    pub(super) fn new<'f>(
        configs: &mut Configs<'_>,
        start: &Path,
        files: impl IntoIterator<Item = &'f Path>,
        wanted: &Wanted<'_>,
    ) -> Result<Self, Failure> {
        let mut wishes: Vec<Wish> = Vec::new();
        let mut known: HashMap<Place, usize> = HashMap::new();
        let mut folders: HashMap<PathBuf, Folder> = HashMap::new();
        let mut by_file = HashMap::new();
        let mut wish = |file: &Path, configs: &mut Configs<'_>| {
            let folder = folder_of(file);
            if !folders.contains_key(folder) {
                let config = configs.of_folder(folder)?;
                let sections = configs.chain(config).in_folder(folder);
                let rules = configs.rules(config, folder);
                folders.insert(folder.to_path_buf(), Folder { config, rules, sections });
            }
            let Folder { config, rules, sections } = &folders[folder];
            let chain = configs.chain(*config);
            let sections = chain.sections_of(sections, Path::new(file.file_name().unwrap_or_default()));
            let key = (*config, rules.clone(), sections);
            let number = *known.entry(key).or_insert_with_key(|(config, rules, sections)| {
                let effective = chain.effective(sections, wanted.options);
                wishes.push(Wish { config: *config, rules: rules.clone(), effective });
                wishes.len() - 1
            });
            Ok(number)
        };
        wish(&any_file(start), configs)?;
        for file in files {
            by_file.insert(file.to_path_buf(), wish(file, configs)?);
        }
        // The model loads while the rules do; where there is nothing to read it is not wanted.
        let with_grammar = !by_file.is_empty() && wishes.iter().any(|wish| wish.effective.grammar.value);
        let grammar = if with_grammar { engine::start_grammar(wanted.rules, wanted.cache)? } else { None };
        let mut made = Made { configs, wanted, grammar, rules: Vec::new(), sessions: HashMap::new() };
        let plans = wishes.iter().map(|wish| made.plan(wish)).collect::<Result<Vec<_>, Failure>>()?;
        let Made { grammar, rules, .. } = made;
        let grammar = grammar.filter(|_| plans.iter().any(|plan| plan.session.checks_grammar()));
        let rules = rules.into_iter().map(|loaded| loaded.set).collect();
        Ok(Self { plans, by_file, rules, grammar })
    }

    /// How the file is checked that has this path; of a file that was not named, how one is in the folder in which
    /// the run begins.
    pub(super) fn for_file(&self, path: &Path) -> &FilePlan {
        &self.plans[self.by_file.get(path).copied().unwrap_or(0)]
    }

    /// The different ways in which files are checked; there is at least one.
    pub(super) fn plans(&self) -> &[FilePlan] {
        &self.plans
    }

    /// The sets of rules; there is at least one.
    pub(super) fn rules(&self) -> &[Arc<RuleSet>] {
        &self.rules
    }
}

/// A path that stands for any file in `folder`.
pub(super) fn any_file(folder: &Path) -> PathBuf {
    // No pattern but one for all files of a folder speaks of a name like this.
    folder.join("\u{fffc}")
}

/// Rules, and where they are from.
struct LoadedRules {
    key: (Option<Arc<Path>>, Vec<PathBuf>),
    files: RuleFiles,
    set: Arc<RuleSet>,
    /// The configs whose selectors are known to name rules of the set.
    checked: Vec<usize>,
}

/// What has been made for the wishes so far.
struct Made<'m, 'a> {
    configs: &'m Configs<'a>,
    wanted: &'m Wanted<'m>,
    grammar: Option<StartedGrammar>,
    rules: Vec<LoadedRules>,
    sessions: HashMap<(usize, bool, Settings), Arc<Session>>,
}

impl Made<'_, '_> {
    fn plan(&mut self, wish: &Wish) -> Result<FilePlan, Failure> {
        let color = self.wanted.color;
        let chain = Arc::clone(self.configs.chain(wish.config));
        let rules = self.rules(wish)?;
        let loaded = &mut self.rules[rules];
        if !loaded.checked.contains(&wish.config) {
            engine::check_selectors(&chain, self.wanted.options, &loaded.set, color)?;
            loaded.checked.push(wish.config);
        }
        let settings = settings::settings(&wish.effective);
        let grammar = self.grammar.as_ref().filter(|_| wish.effective.grammar.value);
        let Effective { fail_on, format, encoding, .. } = &wish.effective;
        let plan = |session| FilePlan {
            session,
            fail_on: fail_on.value,
            format: format.value,
            encoding: encoding.value,
        };
        let key = (rules, grammar.is_some(), settings);
        if let Some(session) = self.sessions.get(&key) {
            return Ok(plan(Arc::clone(session)));
        }
        let session = engine::session(Arc::clone(&loaded.set), grammar, key.2.clone(), &chain)?;
        let session = Arc::new(match self.wanted.cache {
            Some(cache) => session.remembering(Arc::clone(&cache.texts), &loaded.files),
            None => session,
        });
        self.sessions.insert(key, Arc::clone(&session));
        Ok(plan(session))
    }

    /// The number of the rules that a wish asks for.
    fn rules(&mut self, wish: &Wish) -> Result<usize, Failure> {
        let paths = &self.configs.chain(wish.config).paths;
        let key = (wish.rules.clone(), paths.iter().map(|path| path.value.clone()).collect::<Vec<_>>());
        if let Some(number) = self.rules.iter().position(|loaded| loaded.key == key) {
            return Ok(number);
        }
        let mut files = RuleFiles::builtin();
        engine::add_found(key.0.as_deref(), &key.1, &mut files)?;
        engine::add_named(&self.wanted.rules.rule_paths, &mut files)?;
        let set = engine::compile(&files, self.wanted.color)?;
        self.rules.push(LoadedRules { key, files, set, checked: Vec::new() });
        Ok(self.rules.len() - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::{ColorChoice, GlobalArgs, LevelArgs};

    #[test]
    fn files_with_the_same_settings_share_a_session_and_all_share_the_rules() {
        let root = tempfile::tempdir().expect("a temporary folder");
        let root = root.path();
        let mut files = Vec::new();
        for folder in ["fr", "es/deep", "own"] {
            std::fs::create_dir_all(root.join(folder)).expect("created");
            for number in 0..20 {
                files.push(root.join(format!("{folder}/{number}.txt")));
                files.push(root.join(format!("{folder}/{number}.md")));
            }
        }
        let sections = "[[per-file]]\nfiles = ['fr/**']\nsource = 'fr'\n\
                        [[per-file]]\nfiles = ['*.md', '!fr/1.md']\nfail-on = 'error'\n";
        std::fs::write(root.join("mtlint.toml"), sections).expect("written");
        std::fs::write(root.join("own/mtlint.toml"), "source = 'FR'\n").expect("written");
        let global = GlobalArgs {
            config: None,
            isolated: false,
            color: ColorChoice::Never,
            quiet: false,
            verbose: false,
        };
        let rules = RuleSelection { no_grammar: true, no_cache: true, ..RuleSelection::default() };
        let options = settings::options(&rules, &LevelArgs::default(), None).expect("valid");
        let wanted = Wanted { rules: &rules, options: &options, cache: None, color: false };
        let mut configs = Configs::new(&global, None, false).expect("valid");
        let plan = Plan::new(&mut configs, root, files.iter().map(PathBuf::as_path), &wanted);
        let plan = plan.unwrap_or_else(|failure| panic!("{}", failure.summary()));
        assert_eq!(plan.rules().len(), 1);
        assert_eq!(plan.plans().len(), 5, "es, es with Markdown, fr, fr with Markdown, own");
        let session = |path: &str| Arc::as_ptr(&plan.for_file(&root.join(path)).session);
        assert_eq!(session("fr/0.txt"), session("own/0.md"), "the same settings, said elsewhere");
        assert_eq!(session("es/deep/0.txt"), session("es/deep/3.md"));
        assert_ne!(session("es/deep/0.txt"), session("fr/3.md"));
        let fails = |path: &str| plan.for_file(&root.join(path)).fail_on;
        let levels = [fails("fr/0.txt"), fails("fr/0.md"), fails("fr/1.md"), fails("own/0.md")];
        assert_eq!(levels, [Severity::Warning, Severity::Error, Severity::Warning, Severity::Warning]);
    }
}
