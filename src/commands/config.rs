//! `config`: which settings hold for a file, and where each was made.

use std::collections::HashSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::configs::{Configs, folder_at};
use super::plan::any_file;
use super::{Exit, Failure, Stop, Terminal, engine, settings};
use crate::cli::{ConfigArgs, ConfigFormat, GlobalArgs};
use crate::config::chain::Chain;
use crate::config::layer::{Effective, Layer, Origin, Valued};
use crate::config::{DEFAULT_EXTENSIONS, FilesTable, RuleLevel};
use crate::diagnostic::Severity;
use crate::encoding::Encoding;
use crate::format::Format;
use crate::report::escape::{is_hidden, visible};
use crate::report::json::harmless;
use crate::rule::RuleFiles;
use crate::session::Selector;
use crate::walk::folder_of;

/// A value with its origin, as both formats print it.
struct Shown {
    value: Value,
    origin: String,
}

/// One key: a value, or a list or table of values with an origin each.
enum Entry {
    One(Shown),
    List(Vec<Shown>),
    /// Names with values.
    Table(Vec<(String, Shown)>),
}

/// Tables in their order, the first of which is the top level; the name of each, and its keys.
type Tables = Vec<(&'static str, Vec<(&'static str, Entry)>)>;

/// `mtlint config`.
pub(super) fn config(
    global: &GlobalArgs,
    args: &ConfigArgs,
    terminal: &mut Terminal<'_>,
) -> Result<Exit, Stop> {
    let color = terminal.err_color;
    let path = args.path.clone().unwrap_or_else(|| PathBuf::from("."));
    if let Err(error) = std::fs::metadata(&path) {
        let place = path.display().to_string();
        let failure = Failure::new(place, "no such file or folder").why(error.to_string());
        return Err(failure.help("check the spelling of the path").into());
    }
    let options = settings::options(&args.rules, &args.level, None)?;
    let mut configs = Configs::new(global, None, color)?;
    let file = if path.is_dir() { any_file(&path) } else { path.clone() };
    let (number, effective) = configs.effective(&file, &options)?;
    let found = configs.rules(number, folder_at(&path));
    let chain = configs.chain(number);
    // A name that is none is told here too.
    let mut files = RuleFiles::builtin();
    let paths: Vec<PathBuf> = chain.paths.iter().map(|path| path.value.clone()).collect();
    engine::add_found(found.as_deref(), &paths, &mut files)?;
    engine::add_named(&args.rules.rule_paths, &mut files)?;
    engine::check_selectors(chain, &options, engine::compile(&files, color)?.as_ref(), color)?;
    let mut tables = tables(chain, &effective);
    if let Some(folder) = found {
        let shown = Shown { value: folder.display().to_string().into(), origin: "found".to_owned() };
        prepend_path(&mut tables, shown);
    }
    for path in &args.rules.rule_paths {
        let shown = Shown { value: path.display().to_string().into(), origin: "--rules".to_owned() };
        append_path(&mut tables, shown);
    }
    let read: Vec<String> = chain.files.iter().map(|file| file.path.display().to_string()).collect();
    match args.output_format {
        ConfigFormat::Toml => write_toml(&path, &read, &tables, terminal.out)?,
        ConfigFormat::Json => write_json(&path, &read, tables, terminal.out)?,
    }
    Ok(Exit::Clean)
}

impl Configs<'_> {
    /// The number of the config that holds for a file, and what it says with `options`.
    ///
    /// # Errors
    /// When it cannot be read or has a mistake.
    pub(super) fn effective(&mut self, file: &Path, options: &Layer) -> Result<(usize, Effective), Failure> {
        let folder = folder_of(file);
        let number = self.of_folder(folder)?;
        let chain = self.chain(number);
        let name = Path::new(file.file_name().unwrap_or_default());
        let sections = chain.sections_of(&chain.in_folder(folder), name);
        Ok((number, chain.effective(&sections, options)))
    }
}

fn tables(chain: &Chain, effective: &Effective) -> Tables {
    let Effective { source, grammar, fail_on, min_severity, quotes, .. } = effective;
    let Effective { format, encoding, fields, select, ignore, severity, accept, .. } = effective;
    let shown = |value: Value, origin: &Origin| Shown { value, origin: chain.place(origin) };
    fn list<T>(of: &[Valued<T>], show: impl Fn(&Valued<T>) -> Shown) -> Entry {
        Entry::List(of.iter().map(show).collect())
    }
    let one = |value: Value, origin: &Origin| Entry::One(shown(value, origin));
    let top = vec![
        ("source", one(source.value.clone().into(), &source.origin)),
        ("grammar", one(grammar.value.into(), &grammar.origin)),
        ("min-severity", one(min_severity.value.as_str().into(), &min_severity.origin)),
        ("fail-on", one(fail_on.value.as_str().into(), &fail_on.origin)),
        ("format", one(format.value.map(Format::as_str).into(), &format.origin)),
        ("encoding", one(encoding.value.map(Encoding::name).into(), &encoding.origin)),
        ("fields", one(fields.value.clone().into(), &fields.origin)),
        ("quotes", one(quotes.value.as_str().into(), &quotes.origin)),
    ];
    let selector = |said: &Valued<_>| shown(Value::String(ToString::to_string(&said.value)), &said.origin);
    let path = |said: &Valued<PathBuf>| shown(said.value.display().to_string().into(), &said.origin);
    let rules = vec![
        ("select", list(select, selector)),
        ("ignore", list(ignore, selector)),
        ("paths", list(&chain.paths, path)),
        ("severity", Entry::Table(levels(severity, shown))),
    ];
    let accept = list(accept, |said| shown(Value::String(said.value.to_string()), &said.origin));
    let files = files(chain, shown);
    vec![("", top), ("rules", rules), ("words", vec![("accept", accept)]), ("files", files)]
}

/// The severities that count: of each name the last, in the order in which they are asked.
fn levels(
    severity: &[(Valued<Selector>, RuleLevel)],
    shown: impl Fn(Value, &Origin) -> Shown,
) -> Vec<(String, Shown)> {
    let mut seen = HashSet::new();
    let last = severity.iter().rev().filter(|(said, _)| seen.insert(said.value.to_string()));
    let mut levels: Vec<(String, Shown)> = last
        .map(|(said, level)| {
            let level = level.severity().map_or("off", Severity::as_str);
            (said.value.to_string(), shown(level.into(), &said.origin))
        })
        .collect();
    levels.reverse();
    levels
}

fn files(chain: &Chain, shown: impl Fn(Value, &Origin) -> Shown) -> Vec<(&'static str, Entry)> {
    let key = |file, span| Origin::Key { file, span, section: None };
    let tables: Vec<(usize, &FilesTable)> =
        chain.files.iter().map(|loaded| &loaded.config.files).enumerate().collect();
    let exclude = tables.iter().flat_map(|(file, table)| {
        table.exclude.iter().map(|line| shown(line.get_ref().as_str().into(), &key(*file, line.span())))
    });
    let extensions = tables.iter().rev().find_map(|(file, table)| {
        let extensions = table.extensions.as_ref()?;
        Some((json!(extensions.get_ref()), key(*file, extensions.span())))
    });
    let (extensions, origin) = extensions.unwrap_or_else(|| (json!(DEFAULT_EXTENSIONS), Origin::Default));
    vec![("exclude", Entry::List(exclude.collect())), ("extensions", Entry::One(shown(extensions, &origin)))]
}

/// The list of paths with rules.
fn rule_paths(tables: &mut Tables) -> Option<&mut Vec<Shown>> {
    let keys = tables.iter_mut().find(|(table, _)| *table == "rules").map(|(_, keys)| keys)?;
    keys.iter_mut().find_map(|(key, entry)| match entry {
        Entry::List(list) if *key == "paths" => Some(list),
        _ => None,
    })
}

fn prepend_path(tables: &mut Tables, shown: Shown) {
    if let Some(paths) = rule_paths(tables) {
        paths.insert(0, shown);
    }
}

fn append_path(tables: &mut Tables, shown: Shown) {
    if let Some(paths) = rule_paths(tables) {
        paths.push(shown);
    }
}

/// A value as TOML writes it.
fn toml_of(value: &Value) -> io::Result<String> {
    let mut text = String::new();
    value.serialize(toml::ser::ValueSerializer::new(&mut text)).map_err(io::Error::other)?;
    // A string may hold what a terminal would act on; TOML has the same escapes for all of it.
    if !text.contains(|c: char| is_hidden(c) && c != '\n') {
        return Ok(text);
    }
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            c if is_hidden(c) && c != '\n' => shown.push_str(&format!("\\U{:08X}", u32::from(c))),
            c => shown.push(c),
        }
    }
    Ok(shown)
}

fn write_toml(path: &Path, read: &[String], tables: &Tables, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "# What holds for {}", visible(&path.display().to_string()))?;
    let read = if read.is_empty() { "no mtlint.toml".to_owned() } else { read.join(", then ") };
    writeln!(out, "# Read: {}", visible(&read))?;
    for (table, keys) in tables {
        if !table.is_empty() {
            writeln!(out, "\n[{table}]")?;
        }
        for (key, entry) in keys {
            match entry {
                // TOML has no way to write that there is no value.
                Entry::One(Shown { value: Value::Null, origin }) => {
                    writeln!(out, "# {key} is not set  # {}", visible(origin))?;
                }
                Entry::One(Shown { value, origin }) => {
                    writeln!(out, "{key} = {}  # {}", toml_of(value)?, visible(origin))?;
                }
                Entry::List(list) if list.is_empty() => writeln!(out, "{key} = []  # default")?,
                Entry::List(list) => {
                    writeln!(out, "{key} = [")?;
                    for Shown { value, origin } in list {
                        writeln!(out, "    {},  # {}", toml_of(value)?, visible(origin))?;
                    }
                    writeln!(out, "]")?;
                }
                Entry::Table(names) if names.is_empty() => {}
                Entry::Table(names) => {
                    writeln!(out, "\n[{table}.{key}]")?;
                    for (name, Shown { value, origin }) in names {
                        let name = toml_of(&Value::String(name.clone()))?;
                        writeln!(out, "{name} = {}  # {}", toml_of(value)?, visible(origin))?;
                    }
                }
            }
        }
    }
    Ok(())
}

fn write_json(path: &Path, read: &[String], tables: Tables, out: &mut dyn Write) -> io::Result<()> {
    let of = |Shown { value, origin }: Shown| json!({"value": value, "origin": origin});
    let mut document = Map::new();
    document.insert("path".to_owned(), path.display().to_string().into());
    document.insert("configs".to_owned(), json!(read));
    for (table, keys) in tables {
        let keys = keys.into_iter().map(|(key, entry)| {
            let value = match entry {
                Entry::One(shown) => of(shown),
                Entry::List(list) => list.into_iter().map(of).collect(),
                Entry::Table(names) => names.into_iter().map(|(name, shown)| (name, of(shown))).collect(),
            };
            (key.to_owned(), value)
        });
        match table {
            "" => document.extend(keys),
            table => {
                document.insert(table.to_owned(), keys.collect());
            }
        }
    }
    writeln!(out, "{}", harmless(format!("{:#}", Value::Object(document))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_acts_on_was_shown_as_it_is() {
        let value = "\u{1b}[31m\u{9b}2J\u{202e}é";
        let shown = toml_of(&Value::String(value.to_owned())).expect("it can be written");
        assert!(!shown.contains(is_hidden), "{shown:?}");
        let table: toml::Table = format!("a = {shown}").parse().expect("TOML");
        assert_eq!(table["a"].as_str(), Some(value));
    }
}
