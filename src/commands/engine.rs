//! Making a [`Session`]: rules from the program and from disk, grammar in the background.

use std::path::Path;
use std::sync::Arc;

use super::cache::DiskCache;
use super::settings::Selection;
use super::{Failure, rule_files};
use crate::cli::{GlobalArgs, RuleSelection};
use crate::config::Loaded;
use crate::grammar::{Cached, Grammar, LazyGrammar, ModelError, SentenceCache};
use crate::rule::{self, RuleFiles, RuleSet};
use crate::session::Session;

/// Loads the built-in rules, those of `.mtlint/rules`, of the config, and of `paths`; the later wins.
///
/// # Errors
/// When a file cannot be read, or a rule has a mistake: all mistakes are drawn.
pub(super) fn load_rules(
    global: &GlobalArgs,
    loaded: &Loaded,
    folder: &Path,
    paths: &[std::path::PathBuf],
    color: bool,
) -> Result<Arc<RuleSet>, Failure> {
    compile(&gather_rules(global, loaded, folder, paths)?, color)
}

/// The files of the built-in rules, those of `.mtlint/rules`, of the config, and of `paths`; the later wins.
///
/// # Errors
/// When a file cannot be read.
pub(super) fn gather_rules(
    global: &GlobalArgs,
    loaded: &Loaded,
    folder: &Path,
    paths: &[std::path::PathBuf],
) -> Result<RuleFiles, Failure> {
    let mut files = RuleFiles::builtin();
    add_found(global, loaded, folder, &mut files)?;
    for path in paths {
        rule_files::add_named(path, &mut files)?;
    }
    Ok(files)
}

/// Adds the rules that nobody named on the command line: `.mtlint/rules` and `rules.paths`; gives their ids.
///
/// # Errors
/// When a file cannot be read.
pub(super) fn add_found(
    global: &GlobalArgs,
    loaded: &Loaded,
    folder: &Path,
    files: &mut RuleFiles,
) -> Result<Vec<String>, Failure> {
    let mut ids = Vec::new();
    if !global.isolated {
        let beside_config = loaded.folder().and_then(rule_files::discover);
        let found = rule_files::discover(folder).or(beside_config);
        if let Some(path) = found.or_else(|| rule_files::discover(Path::new("."))) {
            ids.extend(rule_files::add(&path, files)?);
        }
    }
    for path in &loaded.config.rules.paths {
        let below = loaded.folder().unwrap_or(Path::new(".")).join(path.get_ref());
        ids.extend(rule_files::add_named(below.strip_prefix(".").unwrap_or(&below), files)?);
    }
    Ok(ids)
}

/// Compiles rules.
///
/// # Errors
/// All mistakes in them, drawn.
pub(super) fn compile(files: &RuleFiles, color: bool) -> Result<Arc<RuleSet>, Failure> {
    rule::load(files).map(Arc::new).map_err(|errors| {
        let drawn: Vec<String> = errors.0.iter().map(|error| error.render(color)).collect();
        Failure::drawn(drawn.join("\n\n"))
    })
}

/// A grammar model, loaded or loading or perhaps never to be loaded, and what it found in earlier runs.
pub(super) struct StartedGrammar {
    /// The model.
    pub(super) model: Arc<LazyGrammar>,
    /// What is known without it.
    pub(super) sentences: Option<Arc<SentenceCache>>,
}

impl StartedGrammar {
    /// Both as one.
    pub(super) fn grammar(&self) -> Arc<dyn Grammar> {
        let model = Arc::clone(&self.model);
        match &self.sentences {
            Some(sentences) => Arc::new(Cached::new(Arc::clone(sentences), model)),
            None => model,
        }
    }
}

/// What earlier runs found, unless it is not wanted, or the user has no folder for it. Written when it is dropped.
///
/// A model that the user names has no cache: nothing but all its bytes tells one model from another.
pub(super) fn open_cache(rules: &RuleSelection) -> Option<DiskCache> {
    if rules.no_cache || rules.model_dir.is_some() { None } else { DiskCache::open() }
}

/// Starts to load the grammar model, unless it is not wanted, or the cache may do without it.
///
/// A model that the user names is waited for, so that a wrong folder is told before anything is checked.
///
/// # Errors
/// When the model of `--model-dir` cannot be loaded.
pub(super) fn start_grammar(
    rules: &RuleSelection,
    loaded: &Loaded,
    cache: Option<&DiskCache>,
) -> Result<Option<StartedGrammar>, Failure> {
    if rules.no_grammar || loaded.config.grammar == Some(false) {
        return Ok(None);
    }
    let Some(load) = loader(rules.model_dir.clone()) else { return Ok(None) };
    if rules.model_dir.is_some() {
        let model = Arc::new(LazyGrammar::start(load));
        model.wait().map_err(|error| Failure::new("--model-dir", error.to_string()))?;
        return Ok(Some(StartedGrammar { model, sentences: None }));
    }
    let sentences = cache.map(|cache| Arc::clone(&cache.sentences));
    let may_be_spared = sentences.as_ref().is_some_and(|sentences| !sentences.cache().is_empty());
    let model = if may_be_spared { LazyGrammar::on_demand(load) } else { LazyGrammar::start(load) };
    Ok(Some(StartedGrammar { model: Arc::new(model), sentences }))
}

type Load = Box<dyn FnOnce() -> Result<Box<dyn Grammar>, ModelError> + Send>;

#[cfg(feature = "grammar")]
fn loader(folder: Option<std::path::PathBuf>) -> Option<Load> {
    use crate::grammar::NlpruleModel;
    Some(Box::new(move || {
        let model = match folder {
            Some(folder) => NlpruleModel::from_dir(&folder)?,
            None => NlpruleModel::embedded()?,
        };
        Ok(Box::new(model) as Box<dyn Grammar>)
    }))
}

#[cfg(not(feature = "grammar"))]
fn loader(_: Option<std::path::PathBuf>) -> Option<Load> {
    None
}

/// A session over the rules that are selected.
///
/// # Errors
/// When a selector names nothing, or no rule is left.
pub(super) fn session(
    rules: Arc<RuleSet>,
    grammar: Option<&StartedGrammar>,
    selection: &Selection,
    loaded: &Loaded,
    color: bool,
) -> Result<Session, Failure> {
    let session = Session::new(rules, grammar.map(StartedGrammar::grammar), selection.settings.clone())
        .map_err(|error| selection.failure(&error, loaded, color))?;
    if session.active_rules() == 0 && !session.checks_grammar() {
        return Err(Failure::new("", "no rule is left to run")
            .why("--select, --ignore, --source and mtlint.toml leave none")
            .help("`mtlint rules` lists all rules"));
    }
    Ok(session)
}
