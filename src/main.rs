//! The `mtlint` program: looks at the terminal, runs the command, gives the exit code.

use std::env;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::process::ExitCode;

use clap::Parser;
use mtlint::cli::{Cli, ColorChoice};
use mtlint::commands::{self, Terminal};
use mtlint::report::escape::{harmless, visible};

/// What a shell reports of a program that SIGINT ended.
const INTERRUPTED: i32 = 130;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return refuse(&error),
    };
    let (out_is_screen, err_is_screen) = (io::stdout().is_terminal(), io::stderr().is_terminal());
    let color = wants_color(cli.global.color, out_is_screen);
    let err_color = color && wants_color(cli.global.color, err_is_screen);
    colored::control::set_override(color);
    #[cfg(windows)]
    if color {
        // An old console without escape sequences stays as it is.
        let _ = colored::control::set_virtual_terminal(true);
    }
    // For SIGINT, SIGTERM and SIGHUP. Where one of them is ignored, as under nohup, it stays ignored, and the system
    // ends the program at the others: that may leave a temporary file, and no text half written.
    let _ = ctrlc::try_set_handler(|| {
        // No file is half written while this is held, and none is begun before the end.
        let _guard = commands::finish_writing();
        commands::restore_screen();
        std::process::exit(INTERRUPTED);
    });
    // The language server reads and writes in threads of its own, so standard input and output are not locked here.
    let mut out = BufWriter::new(io::stdout());
    let mut err = io::stderr().lock();
    let err_is_screen = err_is_screen && env::var_os("CI").is_none() && !is_dumb();
    let can_ask = out_is_screen && io::stdin().is_terminal() && !is_dumb();
    let mut terminal =
        Terminal { out: &mut out, err: &mut err, color, err_color, out_is_screen, err_is_screen, can_ask };
    let exit = commands::run(&cli, &mut io::stdin(), &mut terminal);
    // `run` has flushed; what is left after an error has nowhere to go.
    let _ = out.flush();
    ExitCode::from(exit as u8)
}

/// Says what is wrong with the command line, or what was asked about it.
///
/// It quotes what was written there, which may be a name that a stranger gave to a file.
fn refuse(error: &clap::Error) -> ExitCode {
    let plain = error.render().to_string();
    let shown: Vec<_> = plain.split('\n').map(visible).collect();
    let shown = shown.join("\n");
    let shown = harmless(&shown);
    // There is nobody to tell that standard error is closed.
    let _ = match shown == plain {
        true => error.print(),
        false => io::stderr().write_all(shown.as_bytes()),
    };
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

/// `--color` decides, then `NO_COLOR` (no-color.org), then `CLICOLOR_FORCE` (bixense.com/clicolors), then
/// whether it is a terminal that can do it.
fn wants_color(choice: ColorChoice, is_screen: bool) -> bool {
    let set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto if set("NO_COLOR") => false,
        ColorChoice::Auto if set("CLICOLOR_FORCE") && env::var_os("CLICOLOR_FORCE") != Some("0".into()) => {
            true
        }
        ColorChoice::Auto => is_screen && !is_dumb(),
    }
}

/// Whether the terminal says that it can do no more than print.
fn is_dumb() -> bool {
    env::var_os("TERM") == Some("dumb".into())
}
