//! Making a [`Session`]: rules from the program and from disk, grammar in the background.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::cache::DiskCache;
use super::configs::Configs;
use super::{Failure, rule_files, settings};
use crate::cli::RuleSelection;
use crate::config::FILE_NAME;
use crate::config::chain::Chain;
use crate::config::layer::Layer;
use crate::grammar::{Cached, Grammar, LazyGrammar, ModelError, SentenceCache};
use crate::rule::{self, RuleError, RuleFiles, RuleSet};
use crate::session::{Session, Settings};

/// Loads the built-in rules, those that hold in the current folder, and those of `paths`; the later wins.
///
/// # Errors
/// When a file cannot be read, or a rule has a mistake: all mistakes are drawn.
pub(super) fn load_rules(
    configs: &mut Configs<'_>,
    paths: &[PathBuf],
    color: bool,
) -> Result<Arc<RuleSet>, Failure> {
    let mut files = RuleFiles::builtin();
    add_rules_here(configs, &mut files)?;
    add_named(paths, &mut files)?;
    compile(&files, color)
}

/// Adds the rules that hold in the current folder though nobody named them on the command line.
///
/// # Errors
/// When a file cannot be read.
pub(super) fn add_rules_here(configs: &mut Configs<'_>, files: &mut RuleFiles) -> Result<(), Failure> {
    let here = Path::new(".");
    let config = configs.of_folder(here)?;
    let found = configs.rules(config, here);
    let paths: Vec<PathBuf> = configs.chain(config).paths.iter().map(|path| path.value.clone()).collect();
    add_found(found.as_deref(), &paths, files)
}

/// Adds the rules that nobody named on the command line: those of a folder `.mtlint/rules`, and of `rules.paths`.
///
/// # Errors
/// When a file cannot be read.
pub(super) fn add_found(
    found: Option<&Path>,
    paths: &[PathBuf],
    files: &mut RuleFiles,
) -> Result<(), Failure> {
    if let Some(path) = found {
        rule_files::add(path, files)?;
    }
    add_named(paths, files)
}

/// Adds the rules of `paths`.
///
/// # Errors
/// When a file cannot be read, or there is no rule at a path.
pub(super) fn add_named(paths: &[PathBuf], files: &mut RuleFiles) -> Result<(), Failure> {
    for path in paths {
        rule_files::add_named(path, files)?;
    }
    Ok(())
}

/// Compiles rules.
///
/// # Errors
/// All mistakes in them, drawn.
pub(super) fn compile(files: &RuleFiles, color: bool) -> Result<Arc<RuleSet>, Failure> {
    rule::load(files).map(Arc::new).map_err(|errors| drawn(&errors.0, color))
}

/// Mistakes that are drawn; nobody reads more of them at once.
const DRAWN: usize = 100;

/// Mistakes in files as one failure; of very many the first, and how many more there are.
pub(super) fn drawn(mistakes: &[RuleError], color: bool) -> Failure {
    let mut drawn: Vec<String> = mistakes.iter().take(DRAWN).map(|mistake| mistake.render(color)).collect();
    if mistakes.len() > DRAWN {
        drawn.push(format!("and {} more mistakes", mistakes.len() - DRAWN));
    }
    Failure::drawn(drawn.join("\n\n"))
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

/// Starts to load the grammar model, unless the cache may do without it.
///
/// A model that the user names is waited for, so that a wrong folder is told before anything is checked.
///
/// # Errors
/// When the model of `--model-dir` cannot be loaded.
pub(super) fn start_grammar(
    rules: &RuleSelection,
    cache: Option<&DiskCache>,
) -> Result<Option<StartedGrammar>, Failure> {
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

/// Makes sure that every selector names something: those of a config, of whatever section, and of the command line.
///
/// # Errors
/// With the first that names nothing, drawn at its place.
pub(super) fn check_selectors(
    chain: &Chain,
    options: &Layer,
    rules: &RuleSet,
    color: bool,
) -> Result<(), Failure> {
    for layer in std::iter::once(options).chain(chain.layers()) {
        let select = layer.select.iter().flatten();
        let severity = layer.severity.iter().map(|(selector, _)| selector);
        for said in select.chain(&layer.ignore).chain(severity) {
            said.value
                .names_some_of(rules)
                .map_err(|error| settings::unknown_rule(&error, &said.origin, chain, color))?;
        }
    }
    Ok(())
}

/// A session over the rules that are selected.
///
/// # Errors
/// When a selector names nothing, or no rule is left.
pub(super) fn session(
    rules: Arc<RuleSet>,
    grammar: Option<&StartedGrammar>,
    settings: Settings,
    chain: &Chain,
) -> Result<Session, Failure> {
    let session = Session::new(rules, grammar.map(StartedGrammar::grammar), settings)
        .map_err(|error| Failure::new("", error.to_string()))?;
    if session.active_rules() == 0 && !session.checks_grammar() {
        let config =
            chain.nearest().map_or_else(|| FILE_NAME.to_owned(), |near| near.path.display().to_string());
        return Err(Failure::new("", "no rule is left to run")
            .why(format!("--select, --ignore, --source and {config} leave none"))
            .help("`mtlint rules` lists all rules"));
    }
    Ok(session)
}
