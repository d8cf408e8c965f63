//! What a user may type: commands, arguments and options, with their help.
//!
//! Types and texts only. What the commands do is in [`crate::commands`]; reading files, looking at the
//! terminal and merging with `mtlint.toml` happen there or in `main`.

mod arguments;
mod output;
mod shared;
mod values;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub use arguments::*;
pub use output::{OutputFormat, OutputTarget};
pub use shared::{ChangeArgs, FileArgs, LevelArgs, OutputArgs, RuleSelection, RunArgs};
pub use values::{FormatArg, QuotesArg, SeverityArg};

/// Finds and fixes what machine translation leaves behind in English prose.
#[derive(Debug, Parser)]
#[command(
    name = "mtlint",
    version,
    arg_required_else_help = true,
    subcommand_required = true,
    disable_help_subcommand = true,
    max_term_width = 100,
    after_help = "\
Examples:
  mtlint check article.txt     report what looks wrong, with the reason and a correction
  mtlint diff article.txt      show what `fix` would change
  mtlint fix article.txt       repair what is safe to repair, in place

Exit codes:
  0    clean
  1    findings at or above --fail-on (default: warning)
  2    the job could not be done: bad usage, config, rule or encoding, a file that cannot be read
       or is not there, no article found, no rule loaded
  130  interrupted; no file is left half written"
)]
pub struct Cli {
    /// Options that stand before or after any command.
    #[command(flatten)]
    pub global: GlobalArgs,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Options of every command.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "General options")]
pub struct GlobalArgs {
    /// Use this config file instead of the nearest mtlint.toml
    #[arg(long, global = true, value_name = "FILE", conflicts_with = "isolated")]
    pub config: Option<PathBuf>,
    /// Ignore every mtlint.toml and every .mtlint folder
    #[arg(long, global = true)]
    pub isolated: bool,
    /// Colour the output
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value = "auto")]
    pub color: ColorChoice,
    /// Print findings and errors only, no summary
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Say on standard error what was read and how long each part took
    #[arg(short, long, global = true)]
    pub verbose: bool,
}

/// When to colour the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ColorChoice {
    /// On a terminal; `NO_COLOR` and `CLICOLOR_FORCE` are honoured.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Report what looks wrong; never writes
    #[command(after_help = "\
Examples:
  mtlint check article.txt                    one article
  mtlint check articles/                      every .txt, .text and .article file in a folder
  pbpaste | mtlint check -                    the text on the clipboard
  mtlint check --source fr --fail-on error .  for CI: only errors fail the job
  mtlint check --output-format jsonl . | jq   one finding per line, for other programs
  mtlint check --output-format github,sarif=mtlint.sarif .
                                              several at once: one on standard output, the others in files")]
    Check(CheckArgs),
    /// Apply safe fixes in place, then report what is left
    #[command(after_help = "\
Examples:
  mtlint fix article.txt           repair the file where it is
  mtlint fix --unsafe article.txt  also apply fixes that are right most of the time; read the result
  mtlint fix - <raw.txt >new.txt   standard input to standard output; the report goes to standard error

A file is replaced in one step and only if something changed.")]
    Fix(FixArgs),
    /// Show what `fix` would change; writes nothing
    #[command(after_help = "\
Examples:
  mtlint diff article.txt                on a terminal: changed words in colour
  mtlint diff articles/ >all.patch       in a file: a patch, to be applied with
  patch -p1 <all.patch

The exit code is that of `check`: 1 if the text as it stands has findings at or above --fail-on.")]
    Diff(DiffArgs),
    /// Let a finding stay: note it in .mtlint-allow.yml, with the reason
    #[command(after_help = "\
Examples:
  mtlint allow article.txt:3 --reason 'he said so'     the finding in line 3
  mtlint allow 1f3a5c7e9b2d4f60 --reason 'house style' the finding of this fingerprint (see --output-format jsonl)
  mtlint allow a.txt:3:7 --until 2027-01-31 --reason 'until the new edition'
  mtlint allow --prune                                 remove entries that have expired or allow nothing any more

In Markdown and HTML a comment does the same: <!-- mtlint-disable-next-line RULE: reason -->")]
    Allow(AllowArgs),
    /// Keep a list of the findings of today, so that only new ones count
    #[command(
        subcommand_required = true,
        arg_required_else_help = true,
        after_help = "\
Examples:
  mtlint baseline create articles/                         what is found now is known
  mtlint check --baseline .mtlint-baseline.json articles/  only what is new fails"
    )]
    Baseline {
        /// What to do with it.
        #[command(subcommand)]
        what: BaselineCommand,
    },
    /// Write a page for an editor: the texts with remarks in the margin, tables and pictures
    #[command(after_help = "\
Examples:
  mtlint report article.txt -o report.html                     one article
  mtlint report articles/ -o report.html --title 'Week 48'     a folder, on one page
  mtlint report --unsafe --source fr article.txt >report.html  with the fixes that are right most of the time

The page is complete in itself and loads nothing. The exit code is 0 if it was written, whatever was found.")]
    Report(ReportArgs),
    /// Go through the findings one by one, and accept, reject or edit
    #[command(after_help = "\
Examples:
  mtlint review article.txt                         one remark at a time, on the whole screen
  mtlint review --min-severity warning articles/    every article in a folder, one after the other
  mtlint review article.txt <answers.txt            an answer a line: a, r, 2, e NEW SENTENCE, s, ...

Nothing is written before you save. Decisions are kept as they are made: a review that was broken off goes on where it
stopped. The exit code is 1 if findings at or above --fail-on are left.")]
    Review(ReviewArgs),
    /// List the rules
    #[command(after_help = "\
Examples:
  mtlint rules                      all rules
  mtlint rules --select typography  one pack
  mtlint rules --select tag:calque  all rules with a tag")]
    Rules(RulesArgs),
    /// Explain one rule: why, examples, fix
    #[command(after_help = "\
Example:
  mtlint rule typography/doubled-quote")]
    Rule(RuleArgs),
    /// Run the examples that rules carry
    #[command(after_help = "\
Examples:
  mtlint test                             built-in rules and those of .mtlint/rules
  mtlint test .mtlint/rules               only the rules in a folder
  mtlint test .mtlint/rules/house/tu.yml  only one rule")]
    Test(TestArgs),
    /// Count the findings of each rule in text that is known to be good, against its budget
    #[command(after_help = "\
Examples:
  mtlint bench --corpus clean/                      all rules, the commonest first
  mtlint bench --corpus clean/ --select fr-politics one pack
  mtlint bench --corpus clean/ --rules my-rules/    with rules of your own

A rule's budget is what it may find in 100,000 words of edited English: `budget:` in the rule, else 0.5 for an
error, 1 for a warning, 10 for info. The exit code is 1 if a rule exceeds it.")]
    Bench(BenchArgs),
    /// Check texts in an editor, as a language server over standard input and output
    #[command(after_help = "\
Examples:
  mtlint lsp                                      what to write where an editor wants a command
  mtlint lsp --source fr --ignore typography      the same options as those of `check`
  mtlint lsp --idle 1000                          grammar only after a second without a keystroke

Rules run at every keystroke, grammar after a pause. docs/editors.md has the lines for VS Code, Neovim, Helix, Zed and
Emacs. The exit code is 0 if the editor asked for the end, else 1.")]
    Lsp(LspArgs),
    /// Remove what is remembered of earlier runs, and say how much it was
    #[command(after_help = "\
Examples:
  mtlint clean                             remove the cache
  MTLINT_CACHE_DIR=.cache mtlint clean     remove one that was kept in another folder

The cache holds what was found in texts, and what grammar found in sentences, so that both are checked once. It is kept
in the user's cache folder (XDG_CACHE_HOME is honoured) or in the folder that MTLINT_CACHE_DIR names, takes 12 MiB at
most, and holds no text, only hashes and findings. It never needs to be removed: another version of mtlint does not use it.")]
    Clean,
    /// Show which settings hold for a file, and where each was made
    #[command(after_help = "\
Examples:
  mtlint config                                   what holds in the current folder
  mtlint config news/fr/a.txt                     what holds for one file
  mtlint config --output-format json news/fr/a.txt | jq .source

Each value is followed by its origin: default, the line of a file, or an option. For a folder, those sections
[[per-file]] count that hold for every file in it.")]
    Config(ConfigArgs),
    /// Write a starting mtlint.toml in the current folder
    Init,
    /// Start something new
    #[command(subcommand_required = true, arg_required_else_help = true)]
    New {
        /// What to start.
        #[command(subcommand)]
        what: NewCommand,
    },
    /// Print a JSON Schema, for completion and checks in an editor
    #[command(after_help = "\
Example:
  mtlint schema rule >rule.schema.json
  then begin a rule file with: # yaml-language-server: $schema=rule.schema.json")]
    Schema {
        /// Which files the schema is for
        #[arg(value_enum)]
        of: SchemaOf,
    },
    /// Print a completion script for a shell
    #[command(after_help = "\
Example:
  mtlint completions bash >~/.local/share/bash-completion/completions/mtlint")]
    Completions {
        /// The shell
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
    /// Print the manual page, or that of one command
    #[command(after_help = "\
Examples:
  mtlint man | man -l -
  mtlint man check | man -l -")]
    Man {
        /// A command, such as check
        command: Option<String>,
    },
    /// Print the licences of all that is in the program
    #[command(
        alias = "licenses",
        after_help = "\
Example:
  mtlint licences | less"
    )]
    Licences,
}

/// What `mtlint new` can start.
#[derive(Debug, Subcommand)]
pub enum NewCommand {
    /// A rule with examples, in .mtlint/rules
    #[command(after_help = "\
Example:
  mtlint new rule house/lost-hyphen
  mtlint test .mtlint/rules/house/lost-hyphen.yml")]
    Rule {
        /// Id of the rule: PACK/NAME, lower case, the name of the fault
        id: String,
    },
}

/// What `mtlint baseline` can do.
#[derive(Debug, Subcommand)]
pub enum BaselineCommand {
    /// Write a baseline of all that is found
    Create {
        /// What to read.
        #[command(flatten)]
        args: BaselineArgs,
        /// Write a new one even if there is one
        #[arg(long)]
        force: bool,
    },
    /// Replace what is known of the files read by what is found in them
    Update(BaselineArgs),
    /// Remove what is found no longer; nothing is added
    Prune(BaselineArgs),
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    /// Every command says what it is for, and the ones with arguments show how to call them.
    #[test]
    fn every_command_has_help_with_an_example() {
        for command in Cli::command().get_subcommands() {
            assert!(command.get_about().is_some(), "{}", command.get_name());
            let plain = ["init", "new"].contains(&command.get_name());
            let example = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(plain || example.contains("Example"), "{} has no example", command.get_name());
        }
    }
}
