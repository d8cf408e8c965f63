//! What the command line says of settings, and what is told if they do not fit the rules.

use std::path::PathBuf;

use super::Failure;
use super::configs::folder_at;
use crate::cli::{FileArgs, LevelArgs, RuleSelection};
use crate::config::chain::{Chain, NO_LANGUAGE, language};
use crate::config::layer::{Effective, Layer, Origin, Valued};
use crate::diagnostic::Severity;
use crate::format::Format;
use crate::session::{QuotePolicy, Selector, Settings, SettingsError};

/// The folder that a run begins with: that of the first path, or the current one.
pub(super) fn start_folder(paths: &[PathBuf]) -> PathBuf {
    let first = paths.iter().find(|path| path.as_os_str() != "-");
    first.map_or_else(|| PathBuf::from("."), |path| folder_at(path).to_path_buf())
}

/// What to read: the paths named, else the current folder.
pub(super) fn paths(files: &FileArgs) -> Vec<PathBuf> {
    if files.paths.is_empty() { vec![PathBuf::from(".")] } else { files.paths.clone() }
}

/// What the command line says, which wins over every config.
///
/// # Errors
/// When a selector or a language has not the form of one.
pub(super) fn options(
    rules: &RuleSelection,
    level: &LevelArgs,
    files: Option<&FileArgs>,
) -> Result<Layer, Failure> {
    fn said<T>(value: T, option: &'static str) -> Valued<T> {
        Valued::new(value, Origin::Option(option))
    }
    let selectors = |option: &'static str, texts: &[String]| {
        let parse = |text: &String| text.parse::<Selector>().map(|selector| said(selector, option));
        let parsed = texts.iter().map(parse).collect::<Result<Vec<_>, _>>();
        parsed.map_err(|error| Failure::new(option, error.to_string()))
    };
    let source = rules.source.as_deref().map(|text| {
        let code = language(text).map_err(|help| Failure::new("--source", NO_LANGUAGE).help(help))?;
        Ok(said(code, "--source"))
    });
    let select = selectors("--select", &rules.select)?;
    Ok(Layer {
        source: source.transpose()?,
        grammar: rules.no_grammar.then(|| said(false, "--no-grammar")),
        fail_on: level.fail_on.map(|arg| said(Severity::from(arg), "--fail-on")),
        min_severity: level.min_severity.map(|arg| said(Severity::from(arg), "--min-severity")),
        quotes: rules.quotes.map(|arg| said(QuotePolicy::from(arg), "--quotes")),
        select: (!select.is_empty()).then_some(select),
        ignore: selectors("--ignore", &rules.ignore)?,
        format: files.and_then(|files| files.format).map(|arg| said(Format::from(arg), "--format")),
        encoding: files.and_then(|files| files.encoding).map(|encoding| said(encoding, "--encoding")),
        fields: files
            .map(|files| files.fields.clone())
            .filter(|fields| !fields.is_empty())
            .map(|fields| said(fields, "--fields")),
        severity: Vec::new(),
        accept: Vec::new(),
    })
}

/// What a session is to do where `effective` holds.
pub(super) fn settings(effective: &Effective) -> Settings {
    let selectors = |list: &[Valued<Selector>]| list.iter().map(|said| said.value.clone()).collect();
    let severity = effective.severity.iter().map(|(said, level)| (said.value.clone(), level.severity()));
    let source = effective.source.value.clone();
    Settings {
        select: selectors(&effective.select),
        ignore: selectors(&effective.ignore),
        severity: severity.collect(),
        min_severity: effective.min_severity.value,
        translated: source.is_some(),
        // “any”: a translation, from whatever language.
        source_language: source.filter(|language| language != "any"),
        quotes: effective.quotes.value,
        fields: effective.fields.value.clone(),
        accept: effective.accept.iter().map(|said| said.value.clone()).collect(),
    }
}

/// Says which selector names nothing, where it was said.
pub(super) fn unknown_rule(error: &SettingsError, origin: &Origin, chain: &Chain, color: bool) -> Failure {
    let (selector, suggestion) = match error {
        SettingsError::UnknownRule { selector, suggestion } => (selector, suggestion),
        SettingsError::Field(error) => return Failure::new(chain.place(origin), error.to_string()),
    };
    let what = format!("no rule, pack or tag is called `{selector}`");
    let help = match suggestion {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`mtlint rules` lists all rules; a tag is written tag:NAME".to_owned(),
    };
    match chain.mistake(origin, what.clone(), help.clone()) {
        Some(mistake) => Failure::drawn(mistake.render(color)),
        None => Failure::new(chain.place(origin), what).help(help),
    }
}
