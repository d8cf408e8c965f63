//! The arguments of each command.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::shared::{FileArgs, LevelArgs, OutputArgs, RuleSelection, RunArgs};
use super::values::SeverityArg;

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
    /// What to read, with which rules, and what counts.
    #[command(flatten)]
    pub run: RunArgs,
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
    /// What to read, with which rules, and what counts.
    #[command(flatten)]
    pub run: RunArgs,
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
    /// What to read, with which rules, and what counts.
    #[command(flatten)]
    pub run: RunArgs,
}

/// Arguments of `diff`.
#[derive(Debug, Clone, Args)]
pub struct DiffArgs {
    /// Also show fixes that are right most of the time but not always
    #[arg(long = "unsafe")]
    pub with_unsafe: bool,
    /// What to read, with which rules, and what counts.
    #[command(flatten)]
    pub run: RunArgs,
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
    /// What to read, with which rules, and what counts.
    #[command(flatten)]
    pub run: RunArgs,
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
