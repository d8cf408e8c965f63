//! What a user may type: commands, arguments and options, with their help.
//!
//! Types and texts only. What the commands do is in [`crate::commands`]; reading files, looking at the
//! terminal and merging with `mtlint.toml` happen there or in `main`.

mod output;
mod values;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub use output::{OutputFormat, OutputTarget};
pub use values::{FormatArg, QuotesArg, SeverityArg};

use crate::encoding::Encoding;

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

/// Arguments of `baseline`.
#[derive(Debug, Clone, Args)]
pub struct BaselineArgs {
    /// The baseline [default: that of mtlint.toml, else .mtlint-baseline.json]
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// What to read.
    #[command(flatten)]
    pub files: FileArgs,
    /// Which rules to run.
    #[command(flatten)]
    pub rules: RuleSelection,
}

/// Arguments of `allow`.
#[derive(Debug, Clone, Args)]
#[command(group(clap::ArgGroup::new("what").required(true).args(["target", "list", "prune"])))]
pub struct AllowArgs {
    /// The finding: its fingerprint, or where it is
    #[arg(value_name = "FINGERPRINT|PATH:LINE[:COLUMN]", requires = "reason")]
    pub target: Option<String>,
    /// Why it may stay
    #[arg(long, value_name = "TEXT", requires = "target", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub reason: Option<String>,
    /// The last day on which it may stay, such as 2027-01-31 [default: for ever]
    #[arg(long, value_name = "DATE", requires = "target")]
    pub until: Option<String>,
    /// Of several findings at that place, the one of this rule
    #[arg(long, value_name = "ID", requires = "target")]
    pub rule: Option<String>,
    /// List what is allowed
    #[arg(long)]
    pub list: bool,
    /// Remove entries that have expired or allow nothing any more
    #[arg(long)]
    pub prune: bool,
    /// Which rules to run.
    #[command(flatten)]
    pub rules: RuleSelection,
}

/// Arguments of `check`.
#[derive(Debug, Clone, Args)]
pub struct CheckArgs {
    /// What to read.
    #[command(flatten)]
    pub files: FileArgs,
    /// Which rules to run.
    #[command(flatten)]
    pub rules: RuleSelection,
    /// What counts.
    #[command(flatten)]
    pub level: LevelArgs,
    /// How to print it.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Arguments of `fix`.
#[derive(Debug, Clone, Args)]
pub struct FixArgs {
    /// Also apply fixes that are right most of the time but not always
    #[arg(long = "unsafe")]
    pub with_unsafe: bool,
    /// Exit with 1 if a file was changed, so that a hook stops
    #[arg(long)]
    pub exit_non_zero_on_fix: bool,
    /// Print each fix that was applied: where, the rule, the old text and the new
    #[arg(long)]
    pub show_fixes: bool,
    /// What to read and write.
    #[command(flatten)]
    pub files: FileArgs,
    /// Which rules to run.
    #[command(flatten)]
    pub rules: RuleSelection,
    /// What counts.
    #[command(flatten)]
    pub level: LevelArgs,
    /// How to print what is left.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Arguments of `review`.
#[derive(Debug, Clone, Args)]
pub struct ReviewArgs {
    /// Forget what was decided in a review that was broken off
    #[arg(long)]
    pub restart: bool,
    /// What to read and write.
    #[command(flatten)]
    pub files: FileArgs,
    /// Which rules to run.
    #[command(flatten)]
    pub rules: RuleSelection,
    /// What counts.
    #[command(flatten)]
    pub level: LevelArgs,
}

/// Arguments of `diff`.
#[derive(Debug, Clone, Args)]
pub struct DiffArgs {
    /// Also show fixes that are right most of the time but not always
    #[arg(long = "unsafe")]
    pub with_unsafe: bool,
    /// What to read.
    #[command(flatten)]
    pub files: FileArgs,
    /// Which rules to run.
    #[command(flatten)]
    pub rules: RuleSelection,
    /// What counts.
    #[command(flatten)]
    pub level: LevelArgs,
}

/// Arguments of `report`.
#[derive(Debug, Clone, Args)]
pub struct ReportArgs {
    /// Write the page to this file; `-` is standard output [default: standard output if it is no terminal]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Title of the page [default: the name of the text, or how many there are]
    #[arg(long, value_name = "TEXT")]
    pub title: Option<String>,
    /// Before and after: also apply fixes that are right most of the time but not always
    #[arg(long = "unsafe")]
    pub with_unsafe: bool,
    /// What to read.
    #[command(flatten)]
    pub files: FileArgs,
    /// Which rules to run.
    #[command(flatten)]
    pub rules: RuleSelection,
    /// What counts.
    #[command(flatten)]
    pub level: LevelArgs,
}

/// Which files to read.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Files")]
pub struct FileArgs {
    /// Files and folders; `-` is standard input [default: the current folder]
    #[arg(value_name = "PATH|-")]
    pub paths: Vec<PathBuf>,
    /// Name to show for standard input
    #[arg(long, value_name = "NAME")]
    pub stdin_filename: Option<PathBuf>,
    /// Encoding of the files, such as windows-1252 or utf-16le [default: what a byte order mark says, else utf-8]
    #[arg(long, value_name = "NAME")]
    pub encoding: Option<Encoding>,
    /// Read all files in this format [default: what the extension says, else plain]
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub format: Option<FormatArg>,
    /// Fields of JSON to read: keys (body), paths (article.*.body), with a format (body:html)
    #[arg(long, value_name = "FIELD", value_delimiter = ',')]
    pub fields: Vec<String>,
    /// It is no error if no article is found
    #[arg(long)]
    pub allow_empty: bool,
    /// Leave out what matches this, written as in .gitignore; repeat it for more
    #[arg(long, value_name = "PATTERN")]
    pub exclude: Vec<String>,
    /// Leave out what is excluded even if it is named, as a hook names every file
    #[arg(long)]
    pub force_exclude: bool,
    /// Which of them.
    #[command(flatten)]
    pub change: ChangeArgs,
    /// Read this many files at a time [default: one per processor]
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: Option<u16>,
}

/// Which files have changed.
#[derive(Debug, Clone, Args)]
pub struct ChangeArgs {
    /// Only files that have changed since this revision of git, new ones included
    #[arg(long, value_name = "REV", group = "changes")]
    pub since: Option<String>,
    /// Only files that git's next commit would change, as they are staged
    #[arg(long, group = "changes")]
    pub staged: bool,
    /// With --since or --staged: only what stands in lines that have changed
    #[arg(long, requires = "changes")]
    pub changed_lines: bool,
}

/// Which rules to run.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Rules")]
pub struct RuleSelection {
    /// Run only these: a rule id, a pack, or tag:NAME; repeat it or separate with commas
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub select: Vec<String>,
    /// Do not run these
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub ignore: Vec<String>,
    /// Also load the rules of this folder or file
    #[arg(long = "rules", value_name = "PATH")]
    pub rule_paths: Vec<PathBuf>,
    /// Language the text was translated from, such as fr, or any; leaves out rules for other languages
    /// [default: guessed from what is found]
    #[arg(long, value_name = "LANG")]
    pub source: Option<String>,
    /// What becomes of fixes between quotation marks [default: suggest]
    #[arg(long, value_enum, value_name = "POLICY")]
    pub quotes: Option<QuotesArg>,
    /// Do not check grammar (saves the time to load the model)
    #[arg(long)]
    pub no_grammar: bool,
    /// Check every text anew, and remember nothing
    #[arg(long)]
    pub no_cache: bool,
    /// Use the grammar model of this folder instead of the built-in one (without a cache)
    #[arg(long, value_name = "PATH")]
    pub model_dir: Option<PathBuf>,
}

/// What is shown and what fails the run.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Levels")]
pub struct LevelArgs {
    /// Show nothing below this severity [default: info]
    #[arg(long, value_enum, value_name = "SEVERITY")]
    pub min_severity: Option<SeverityArg>,
    /// Exit with 1 if a finding has at least this severity [default: warning]
    #[arg(long, value_enum, value_name = "SEVERITY")]
    pub fail_on: Option<SeverityArg>,
    /// Exit with 0 even if there are findings
    #[arg(long)]
    pub exit_zero: bool,
    /// Leave out the findings that this baseline knows [default: that of mtlint.toml]
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Count the findings in the baseline too
    #[arg(long, conflicts_with = "baseline")]
    pub no_baseline: bool,
}

/// How findings are printed.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Output")]
pub struct OutputArgs {
    /// Print findings in this form, or write them to FILE; repeat it or separate with commas for several
    #[arg(long, value_name = "FORMAT[=FILE]", value_delimiter = ',', default_value = "full")]
    #[arg(value_parser = output::TargetParser)]
    pub output_format: Vec<OutputTarget>,
    /// Print a table of findings by rule instead of the findings
    #[arg(long)]
    pub statistics: bool,
}

/// Arguments of `bench`.
#[derive(Debug, Clone, Args)]
pub struct BenchArgs {
    /// Files and folders of edited English
    #[arg(long, value_name = "DIR", required = true, num_args = 1..)]
    pub corpus: Vec<PathBuf>,
    /// Show this many findings of each rule in their surroundings
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub show: usize,
    /// Which rules to run.
    #[command(flatten)]
    pub rules: RuleSelection,
    /// Read this many files at a time [default: one per processor]
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: Option<u16>,
}

/// Arguments of `config`.
#[derive(Debug, Clone, Args)]
pub struct ConfigArgs {
    /// A file or a folder [default: the current folder]
    #[arg(value_name = "PATH")]
    pub path: Option<PathBuf>,
    /// Which rules to run.
    #[command(flatten)]
    pub rules: RuleSelection,
    /// What counts.
    #[command(flatten)]
    pub level: LevelArgs,
    /// How to print it
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "toml", help_heading = "Output")]
    pub output_format: ConfigFormat,
}

/// How settings are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ConfigFormat {
    /// As in mtlint.toml, with the origins as comments
    Toml,
    /// One JSON document
    Json,
}

/// Arguments of `lsp`.
#[derive(Debug, Clone, Args)]
pub struct LspArgs {
    /// Milliseconds without a change before grammar is checked
    #[arg(long, value_name = "MS", default_value_t = 400)]
    pub idle: u64,
    /// Show nothing below this severity [default: info]
    #[arg(long, value_enum, value_name = "SEVERITY")]
    pub min_severity: Option<SeverityArg>,
    /// Which rules to run.
    #[command(flatten)]
    pub rules: RuleSelection,
    /// What many editors add to the command; there is no other way to talk.
    #[arg(long, hide = true)]
    pub stdio: bool,
}

/// Arguments of `rules`.
#[derive(Debug, Clone, Args)]
pub struct RulesArgs {
    /// Which rules to list.
    #[command(flatten)]
    pub rules: RuleSelection,
}

/// Arguments of `rule`.
#[derive(Debug, Clone, Args)]
pub struct RuleArgs {
    /// Id of the rule, as findings show it
    pub id: String,
    /// Also load the rules of this folder or file
    #[arg(long = "rules", value_name = "PATH")]
    pub rule_paths: Vec<PathBuf>,
}

/// Arguments of `test`.
#[derive(Debug, Clone, Args)]
pub struct TestArgs {
    /// Folders and files of rules [default: built-in rules and .mtlint/rules]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Also load the rules of this folder or file, and test them
    #[arg(long = "rules", value_name = "PATH")]
    pub rule_paths: Vec<PathBuf>,
}

/// What `mtlint schema` describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SchemaOf {
    /// A rule file.
    Rule,
    /// `mtlint.toml`.
    Config,
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
