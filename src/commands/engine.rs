//! Making a [`Session`]: rules from the program and from disk, grammar in the background.

use std::path::Path;
use std::sync::Arc;

use super::settings::Selection;
use super::{Failure, rule_files};
use crate::cli::{GlobalArgs, RuleSelection};
use crate::config::Loaded;
use crate::grammar::{Grammar, LazyGrammar};
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
    let mut files = RuleFiles::builtin();
    add_found(global, loaded, folder, &mut files)?;
    for path in paths {
        rule_files::add_named(path, &mut files)?;
    }
    compile(&files, color)
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

/// Starts to load the grammar model, unless it is not wanted.
///
/// A model that the user names is waited for, so that a wrong folder is told before anything is checked.
///
/// # Errors
/// When the model of `--model-dir` cannot be loaded.
pub(super) fn start_grammar(
    rules: &RuleSelection,
    loaded: &Loaded,
) -> Result<Option<Arc<LazyGrammar>>, Failure> {
    if rules.no_grammar || loaded.config.grammar == Some(false) {
        return Ok(None);
    }
    let Some(grammar) = background(rules.model_dir.clone()) else { return Ok(None) };
    if rules.model_dir.is_some() {
        grammar.wait().map_err(|error| Failure::new("--model-dir", error.to_string()))?;
    }
    Ok(Some(Arc::new(grammar)))
}

#[cfg(feature = "grammar")]
fn background(folder: Option<std::path::PathBuf>) -> Option<LazyGrammar> {
    use crate::grammar::NlpruleModel;
    Some(LazyGrammar::start(move || {
        let model = match folder {
            Some(folder) => NlpruleModel::from_dir(&folder)?,
            None => NlpruleModel::embedded()?,
        };
        Ok(Box::new(model) as Box<dyn Grammar>)
    }))
}

#[cfg(not(feature = "grammar"))]
fn background(_: Option<std::path::PathBuf>) -> Option<LazyGrammar> {
    None
}

/// A session over the rules that are selected.
///
/// # Errors
/// When a selector names nothing, or no rule is left.
pub(super) fn session(
    rules: Arc<RuleSet>,
    grammar: Option<&Arc<LazyGrammar>>,
    selection: &Selection,
    loaded: &Loaded,
    color: bool,
) -> Result<Session, Failure> {
    let grammar = grammar.map(|grammar| Arc::clone(grammar) as Arc<dyn Grammar>);
    let session = Session::new(rules, grammar, selection.settings.clone())
        .map_err(|error| selection.failure(&error, loaded, color))?;
    if session.active_rules() == 0 && !session.checks_grammar() {
        return Err(Failure::new("", "no rule is left to run")
            .why("--select, --ignore, --source and mtlint.toml leave none")
            .help("`mtlint rules` lists all rules"));
    }
    Ok(session)
}
