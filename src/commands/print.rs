//! What mtlint says about itself: schemas, completions, manual pages, licences.

use clap::CommandFactory;

use super::{Exit, Failure, Stop, Terminal};
use crate::cli::{Cli, SchemaOf};
use crate::{config, rule};

/// `mtlint schema`.
pub(super) fn schema(of: SchemaOf, terminal: &mut Terminal<'_>) -> Result<Exit, Stop> {
    let schema = match of {
        SchemaOf::Rule => rule::schema::json_schema(),
        SchemaOf::Config => config::json_schema(),
    };
    writeln!(terminal.out, "{schema:#}")?;
    Ok(Exit::Clean)
}

/// `mtlint completions`.
pub(super) fn completions(shell: clap_complete::Shell, terminal: &mut Terminal<'_>) -> Result<Exit, Stop> {
    // The generator panics when its writer fails, so it gets one that cannot.
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "mtlint", &mut script);
    terminal.out.write_all(&script)?;
    Ok(Exit::Clean)
}

/// `mtlint man`.
pub(super) fn man(command: Option<&str>, terminal: &mut Terminal<'_>) -> Result<Exit, Stop> {
    let mut program = Cli::command();
    program.build();
    let page = match command {
        None => program,
        Some(name) => {
            let names: Vec<&str> = program.get_subcommands().map(clap::Command::get_name).collect();
            match program.find_subcommand(name) {
                Some(found) => found.clone(),
                None => {
                    return Err(Failure::new("man", format!("there is no command `{name}`"))
                        .help(format!("the commands are {}", names.join(", ")))
                        .into());
                }
            }
        }
    };
    clap_mangen::Man::new(page).render(&mut *terminal.out)?;
    Ok(Exit::Clean)
}

/// `mtlint licences`.
pub(super) fn licences(terminal: &mut Terminal<'_>) -> Result<Exit, Stop> {
    terminal.out.write_all(include_bytes!("../../NOTICE"))?;
    Ok(Exit::Clean)
}
