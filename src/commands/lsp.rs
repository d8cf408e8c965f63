//! `lsp`: a language server over standard input and output, with the config and the rules on disk.

use std::collections::BTreeMap;
use std::io::{self, BufReader, BufWriter};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::cache::DiskCache;
use super::engine::{self, StartedGrammar};
use super::settings::{self, Selection};
use super::{Exit, Failure, Stop, rule_files};
use crate::cli::{GlobalArgs, LevelArgs, LspArgs, RuleSelection};
use crate::config::Loaded;
use crate::grammar::SentenceCache;
use crate::lsp::{self, Checker, Checkers, ClientSettings, End, Stoppable};
use crate::session::Session;
use crate::walk;

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
        made: BTreeMap::new(),
    };
    let end = lsp::serve(input, output, checkers, Duration::from_millis(args.idle)).map_err(|error| {
        Failure::new("lsp", "the server cannot be started")
            .why(error.to_string())
            .help("free some memory or processes")
    })?;
    // The protocol wants 1 where the end came without `shutdown`.
    Ok(if end == End::Orderly { Exit::Clean } else { Exit::Findings })
}

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
    /// By config and folder of rules, so that all texts of a project share one.
    made: BTreeMap<(PathBuf, Option<PathBuf>), Arc<Checker>>,
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
        std::fs::read_to_string(path).ok()
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
        let loaded = settings::load_config(&global, folder, false)?;
        if is_excluded(path, &loaded)? {
            return Ok(None);
        }
        let key = (loaded.path.clone(), rule_files::discover(folder));
        if let Some(checker) = self.made.get(&key) {
            return Ok(Some(Arc::clone(checker)));
        }
        let checker = Arc::new(self.make(&global, folder, &loaded)?);
        self.made.insert(key, Arc::clone(&checker));
        Ok(Some(checker))
    }

    fn make(&mut self, global: &GlobalArgs, folder: &Path, loaded: &Loaded) -> Result<Checker, Failure> {
        let rules = self.selection();
        let level = LevelArgs { min_severity: self.args.min_severity, fail_on: None, exit_zero: false };
        let mut selection = Selection::new(&rules, Some(&level), loaded, false)?;
        if let Some(severity) = self.settings.min_severity {
            selection.settings.min_severity = severity;
        }
        let files = engine::gather_rules(global, loaded, folder, &rules.rule_paths)?;
        let set = engine::compile(&files, false)?;
        if self.cache.is_none() {
            self.cache = engine::open_cache(&rules);
        }
        let wants_grammar = !rules.no_grammar && loaded.config.grammar != Some(false);
        if self.grammar.is_none() && wants_grammar {
            self.grammar = engine::start_grammar(&rules, loaded, self.cache.as_ref())?;
            if let Some(grammar) = &mut self.grammar {
                // Without a cache on disk, one in memory: a keystroke changes one sentence of a text.
                let empty = || SentenceCache::new(SentenceCache::builtin_rule_set(), Vec::new(), Vec::new());
                grammar.sentences.get_or_insert_with(|| Arc::new(empty()));
            }
        }
        let grammar = self.grammar.as_ref().filter(|_| wants_grammar);
        let grammar =
            grammar.map(|grammar| Arc::new(Stoppable::new(grammar.grammar(), self.stop.clone())) as _);
        let session = |grammar| {
            Session::new(Arc::clone(&set), grammar, selection.settings.clone())
                .map_err(|error| selection.failure(&error, loaded, false))
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
        let config = loaded.folder().and_then(|_| std::path::absolute(&loaded.path).ok());
        Ok(Checker { rules: set, quick, full, config })
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

/// Whether the config leaves the file out, even if it is named.
fn is_excluded(path: &Path, loaded: &Loaded) -> Result<bool, Failure> {
    let filter = settings::filter(loaded, false)?.forced(true);
    // A text that is not on disk yet gives an error, and so something.
    Ok(walk::walk(&[path.to_path_buf()], &filter).is_empty())
}
