//! `lsp`: a language server over standard input and output, with the config and the rules on disk.

use std::collections::HashMap;
use std::io::{self, BufReader, BufWriter};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::bytes;
use super::cache::DiskCache;
use super::configs::Configs;
use super::engine::{self, StartedGrammar};
use super::{Exit, Failure, Stop, known, settings};
use crate::cli::{FileArgs, GlobalArgs, LevelArgs, LspArgs, RuleSelection};
use crate::config::chain::Chain;
use crate::config::layer::Layer;
use crate::grammar::SentenceCache;
use crate::lsp::{self, Checker, Checkers, ClientSettings, End, Stoppable};
use crate::rule::RuleFiles;
use crate::session::{Session, Settings};
use crate::walk;

/// The longest config that is read, in bytes.
const CONFIG: usize = 1 << 20;

/// `mtlint lsp`.
pub(super) fn lsp(global: &GlobalArgs, args: &LspArgs) -> Result<Exit, Stop> {
    // Read and written by threads, so nobody may hold a lock on them.
    let (input, output) = (BufReader::new(io::stdin()), BufWriter::new(io::stdout()));
    let checkers = |stop| OnDisk {
        global: global.clone(),
        args,
        stop,
        settings: ClientSettings::default(),
        cache: None,
        grammar: None,
        made: HashMap::new(),
    };
    let end = lsp::serve(input, output, checkers, Duration::from_millis(args.idle)).map_err(|error| {
        Failure::new("lsp", "the server cannot be started")
            .why(error.to_string())
            .help("free some memory or processes")
    })?;
    // The protocol wants 1 where the end came without `shutdown`.
    Ok(if end == End::Orderly { Exit::Clean } else { Exit::Findings })
}

/// What decides what is found: the config, the folder of rules beside it, those that it names, whether grammar is
/// checked, and the settings.
type Key = (Option<PathBuf>, Option<Arc<Path>>, Vec<PathBuf>, bool, Settings);

/// Checkers as the config and the rules on disk have them.
struct OnDisk<'a> {
    global: GlobalArgs,
    args: &'a LspArgs,
    stop: lsp::Stop,
    settings: ClientSettings,
    /// Written at the end.
    cache: Option<DiskCache>,
    /// One model for all; it loads when a first config wants it.
    grammar: Option<StartedGrammar>,
    /// By what decides what they find, so that all texts of a project share one.
    made: HashMap<Key, Arc<Checker>>,
}

impl Checkers for OnDisk<'_> {
    fn checker(&mut self, path: &Path) -> Result<Option<Arc<Checker>>, String> {
        self.session_for(path).map_err(|failure| failure.render(false))
    }

    fn reload(&mut self, settings: &ClientSettings) {
        self.settings = settings.clone();
        self.made.clear();
    }

    fn config_text(&self, path: &Path) -> Option<String> {
        let bytes = bytes::of_file(path, CONFIG).ok()?;
        String::from_utf8(bytes).ok()
    }

    fn take_warning(&mut self) -> Option<String> {
        let model = &self.grammar.as_ref()?.model;
        // To ask a model that is still loading would be to wait for it.
        let failed = crate::grammar::Grammar::has_failed(&**model);
        let error = failed.then(|| model.take_failure()).flatten()?;
        Some(Failure::new("grammar", error.to_string()).render(false))
    }
}

impl OnDisk<'_> {
    /// What checks the text at `path`; `None` if it is excluded.
    fn session_for(&mut self, path: &Path) -> Result<Option<Arc<Checker>>, Failure> {
        let folder = path.parent().filter(|folder| folder.is_dir()).unwrap_or(Path::new("."));
        let mut global = self.global.clone();
        if let (None, Some(config)) = (&global.config, &self.settings.config) {
            global.config = Some(config.clone());
        }
        // An editor opens whatever it is told to, as a hook names every file.
        let files = FileArgs { force_exclude: true, ..known::files(Vec::new()) };
        let mut configs = Configs::new(&global, Some(&files), false)?;
        let rules = self.selection();
        let level = LevelArgs { min_severity: self.args.min_severity, ..LevelArgs::default() };
        let options = settings::options(&rules, &level, None)?;
        let file = folder.join(path.file_name().unwrap_or_default());
        let (number, effective) = configs.effective(&file, &options)?;
        // A text that is not on disk yet gives an error, and so something.
        if walk::walk(&[path.to_path_buf()], &mut |folder| configs.filter(folder)).is_empty() {
            return Ok(None);
        }
        configs.check()?;
        let mut settings = settings::settings(&effective);
        if let Some(severity) = self.settings.min_severity {
            settings.min_severity = severity;
        }
        let found = configs.rules(number, folder);
        let chain = Arc::clone(configs.chain(number));
        let paths: Vec<PathBuf> = chain.paths.iter().map(|path| path.value.clone()).collect();
        let config = chain.nearest().and_then(|loaded| std::path::absolute(&loaded.path).ok());
        let grammar = effective.grammar.value;
        let key = (config, found, paths, grammar, settings);
        if let Some(checker) = self.made.get(&key) {
            return Ok(Some(Arc::clone(checker)));
        }
        let checker = Arc::new(self.make(&rules, &options, &chain, &key)?);
        self.made.insert(key, Arc::clone(&checker));
        Ok(Some(checker))
    }

    fn make(
        &mut self,
        rules: &RuleSelection,
        options: &Layer,
        chain: &Chain,
        (config, found, paths, wants_grammar, settings): &Key,
    ) -> Result<Checker, Failure> {
        let mut files = RuleFiles::builtin();
        engine::add_found(found.as_deref(), paths, &mut files)?;
        engine::add_named(&rules.rule_paths, &mut files)?;
        let set = engine::compile(&files, false)?;
        engine::check_selectors(chain, options, &set, false)?;
        if self.cache.is_none() {
            self.cache = engine::open_cache(rules);
        }
        if self.grammar.is_none() && *wants_grammar {
            self.grammar = engine::start_grammar(rules, self.cache.as_ref())?;
            if let Some(grammar) = &mut self.grammar {
                // Without a cache on disk, one in memory: a keystroke changes one sentence of a text.
                let empty = || SentenceCache::new(SentenceCache::builtin_rule_set(), Vec::new(), Vec::new());
                grammar.sentences.get_or_insert_with(|| Arc::new(empty()));
            }
        }
        let grammar = self.grammar.as_ref().filter(|_| *wants_grammar);
        let grammar =
            grammar.map(|grammar| Arc::new(Stoppable::new(grammar.grammar(), self.stop.clone())) as _);
        let session = |grammar| {
            Session::new(Arc::clone(&set), grammar, settings.clone())
                .map_err(|error| Failure::new("lsp", error.to_string()))
        };
        let quick = session(None)?;
        let full = match grammar {
            Some(grammar) => Some(session(Some(grammar))?).filter(Session::checks_grammar),
            None => None,
        };
        if quick.active_rules() == 0 && full.is_none() {
            return Err(Failure::new("", "no rule is left to run")
                .why("the options of `mtlint lsp`, the editor's settings and mtlint.toml leave none")
                .help("`mtlint rules` lists all rules"));
        }
        Ok(Checker { rules: set, quick, full, config: config.clone() })
    }

    /// The options, and what the client sets: it wins where there is one value, and adds to what is ignored.
    fn selection(&self) -> RuleSelection {
        let mut rules = self.args.rules.clone();
        let ClientSettings { grammar, source, select, ignore, .. } = &self.settings;
        rules.no_grammar |= *grammar == Some(false);
        rules.source = source.clone().or(rules.source);
        if !select.is_empty() {
            rules.select.clone_from(select);
        }
        rules.ignore.extend(ignore.iter().cloned());
        rules
    }
}
