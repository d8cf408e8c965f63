//! `--output-format`: which forms findings are shown in, and where each goes.

use std::ffi::OsStr;
use std::fmt;
use std::path::PathBuf;

use clap::builder::{EnumValueParser, PossibleValue, TypedValueParser};
use clap::error::ErrorKind;
use clap::{Arg, Command, ValueEnum};

/// How findings are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum OutputFormat {
    /// A few words around the fault, the correction below it, the reason
    Full,
    /// One line for each finding: path:line:column: severity rule message
    Concise,
    /// One JSON document with all findings and a summary
    Json,
    /// One JSON object a line for each finding
    Jsonl,
    /// Annotations in GitHub Actions
    Github,
    /// SARIF 2.1.0, for code scanning and editors
    Sarif,
    /// Code Quality report of GitLab
    Gitlab,
    /// JUnit XML: a test suite for each file
    Junit,
    /// Checkstyle XML
    Checkstyle,
    /// Reviewdog's JSON, with suggestions
    Rdjson,
    /// Tables in Markdown, for a job's summary; a FILE is added to, not replaced
    Summary,
}

impl OutputFormat {
    /// Whether people read it, as they do the summary line and what was fixed.
    pub const fn is_for_people(self) -> bool {
        matches!(self, Self::Full | Self::Concise)
    }
}

impl fmt::Display for OutputFormat {
    /// Writes the name as it stands on the command line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.to_possible_value();
        f.write_str(value.as_ref().map_or("", PossibleValue::get_name))
    }
}

/// One form, and where it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputTarget {
    /// The form.
    pub format: OutputFormat,
    /// The file it is written to; `None`: standard output.
    pub file: Option<PathBuf>,
}

/// Reads `FORMAT` or `FORMAT=FILE`; help and completions list the formats.
#[derive(Debug, Clone)]
pub(super) struct TargetParser;

impl TypedValueParser for TargetParser {
    type Value = OutputTarget;

    fn parse_ref(
        &self,
        command: &Command,
        argument: Option<&Arg>,
        value: &OsStr,
    ) -> Result<OutputTarget, clap::Error> {
        let Some(text) = value.to_str() else {
            let error = clap::Error::new(ErrorKind::InvalidUtf8);
            return Err(error.with_cmd(command));
        };
        let (name, file) = match text.split_once('=') {
            Some((name, file)) => (name, Some(file)),
            None => (text, None),
        };
        let format = EnumValueParser::<OutputFormat>::new().parse_ref(command, argument, OsStr::new(name))?;
        if file == Some("") {
            let message = format!("no file is named after `{name}=`: write {name}=FILE\n");
            return Err(clap::Error::raw(ErrorKind::ValueValidation, message).with_cmd(command));
        }
        Ok(OutputTarget { format, file: file.filter(|&file| file != "-").map(PathBuf::from) })
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(OutputFormat::value_variants().iter().filter_map(ValueEnum::to_possible_value)))
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::cli::{Cli, Command as Chosen};

    fn targets(arguments: &[&str]) -> Result<Vec<OutputTarget>, clap::Error> {
        let cli = Cli::try_parse_from([&["mtlint", "check"], arguments].concat())?;
        let Chosen::Check(args) = cli.command else { panic!("it is `check`") };
        Ok(args.output.output_format)
    }

    fn target(format: OutputFormat, file: Option<&str>) -> OutputTarget {
        OutputTarget { format, file: file.map(PathBuf::from) }
    }

    #[test]
    fn formats_are_repeated_or_separated_with_commas() {
        use OutputFormat::{Full, Github, Junit, Sarif};
        assert_eq!(targets(&[]).expect("fine"), [target(Full, None)]);
        let several = targets(&["--output-format=github,sarif=a=b.sarif", "--output-format", "junit=-"]);
        let want = [target(Github, None), target(Sarif, Some("a=b.sarif")), target(Junit, None)];
        assert_eq!(several.expect("fine"), want);
    }

    #[test]
    fn what_is_no_format_is_told_with_those_there_are() {
        let error = targets(&["--output-format", "sarf=x"]).expect_err("no format");
        assert!(error.to_string().contains("a similar value exists: 'sarif'"), "{error}");
        let error = targets(&["--output-format", "sarif="]).expect_err("no file");
        assert!(error.to_string().contains("write sarif=FILE"), "{error}");
    }
}
