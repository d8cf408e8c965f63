//! Options that several commands share.

use std::path::PathBuf;

use clap::Args;

use super::output::{OutputTarget, TargetParser};
use super::values::{FormatArg, QuotesArg, SeverityArg};
use crate::encoding::Encoding;

/// What a run over texts is about.
#[derive(Debug, Clone, Args)]
pub struct RunArgs {
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
    #[arg(value_parser = TargetParser)]
    pub output_format: Vec<OutputTarget>,
    /// Print a table of findings by rule instead of the findings
    #[arg(long)]
    pub statistics: bool,
}
