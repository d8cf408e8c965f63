//! `init` and `new rule`: first files to go on from. Nothing that is there is overwritten.

use std::fs;
use std::path::Path;

use super::rule_files::FOLDER;
use super::write::{self, Access, WriteError};
use super::{Exit, Failure, Stop, Terminal};
use crate::cli::NewCommand;
use crate::config;

/// `mtlint init`.
pub(super) fn init(terminal: &mut Terminal<'_>) -> Result<Exit, Stop> {
    create(Path::new(config::FILE_NAME), config::TEMPLATE)?;
    writeln!(terminal.out, "wrote {}", config::FILE_NAME)?;
    Ok(Exit::Clean)
}

/// `mtlint new`.
pub(super) fn new(what: &NewCommand, terminal: &mut Terminal<'_>) -> Result<Exit, Stop> {
    let NewCommand::Rule { id } = what;
    let legal = |part: &str| {
        !part.is_empty()
            && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
            && part.starts_with(|c: char| c.is_ascii_alphanumeric())
    };
    match id.split_once('/') {
        Some((pack, name)) if legal(pack) && legal(name) && name != "pack" => {}
        _ => {
            return Err(Failure::new(id.as_str(), "is no id of a rule")
                .why("an id is PACK/NAME, of the letters a to z, digits and hyphens")
                .help("for example: mtlint new rule house/lost-hyphen")
                .into());
        }
    }
    let path = Path::new(FOLDER).join(format!("{id}.yml"));
    create(&path, RULE)?;
    writeln!(terminal.out, "wrote {}", path.display())?;
    writeln!(
        terminal.out,
        "change its message, match and examples, then run: mtlint test {}",
        path.display()
    )?;
    Ok(Exit::Clean)
}

fn create(path: &Path, text: &str) -> Result<(), Failure> {
    let create = || {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        write::create(path, text, Access::Usual)
    };
    create().map_err(|error: WriteError| {
        let place = path.display().to_string();
        match error {
            WriteError::Exists => Failure::new(place, "is there already, and was left as it is")
                .help("edit it, or move it away first"),
            _ => Failure::new(place, "cannot be written").why(error.to_string()).help(error.advice()),
        }
    })
}

/// What `mtlint new rule` writes: a rule that loads and passes its own examples.
const RULE: &str = r#"# One line for the reader. {0} is what was found, {fix} the correction.
message: "“{0}” is a word-for-word rendering: write “{fix}”."
# A paragraph for `mtlint rule`.
why: |
  Say here what the source has, and why English has it otherwise.
severity: warning                  # error, warning or info
#source: fr                        # only for text translated from this language
tags: [calque]
match:
  phrases:                         # faulty: right; {give} is give, gives, gave, given, giving
    "{give} a blow of phone to": "{give} a ring to"
fix: {safety: unsafe}              # safe: right in every context; unsafe: read it first; suggest: only shown
examples:
  # In `bad` the rule fires, and the fix gives `good`; in `ok`, a near miss, it is silent.
  - {bad: "She gave a blow of phone to the mayor.", good: "She gave a ring to the mayor."}
  - {ok: "He was given a blow with a phone."}
"#;
