//! What could not be done, said in four parts: where, what, why, and what to do.

use std::io;

use colored::Colorize;

use crate::report::escape::visible;

/// Something that could not be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// File or option, with line and column where they are known; empty if there is no place.
    place: String,
    what: String,
    why: Option<String>,
    help: Option<String>,
    /// The whole text, where somebody else has drawn it already.
    drawn: Option<String>,
}

/// Why a command stopped.
#[derive(Debug)]
pub enum Stop {
    /// It cannot be done.
    Failure(Box<Failure>),
    /// Nobody takes the output.
    Output(io::Error),
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failure(Box::new(failure))
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

impl Failure {
    /// `what` went wrong at `place`.
    pub fn new(place: impl Into<String>, what: impl Into<String>) -> Self {
        Self { place: place.into(), what: what.into(), why: None, help: None, drawn: None }
    }

    /// A failure that is drawn already, beginning with `error:`.
    pub fn drawn(text: impl Into<String>) -> Self {
        Self { drawn: Some(text.into()), ..Self::new("", "") }
    }

    /// Adds the reason.
    #[must_use]
    pub fn why(mut self, why: impl Into<String>) -> Self {
        self.why = Some(why.into());
        self
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// What went wrong in one line, without the place.
    pub fn summary(&self) -> String {
        match (&self.drawn, &self.why) {
            (Some(drawn), _) => drawn.lines().next().unwrap_or_default().to_owned(),
            (None, Some(why)) => format!("{}: {why}", self.what),
            (None, None) => self.what.clone(),
        }
    }

    /// The failure for a person, without a line end.
    pub fn render(&self, color: bool) -> String {
        if let Some(drawn) = &self.drawn {
            return drawn.clone();
        }
        let (error, why, help) = match color {
            true => ("error".red().bold().to_string(), "why".bold().to_string(), "help".bold().to_string()),
            false => ("error".to_owned(), "why".to_owned(), "help".to_owned()),
        };
        let colon = if self.place.is_empty() { "" } else { ": " };
        let mut text = format!("{error}: {}{colon}{}", visible(&self.place), visible(&self.what));
        if let Some(reason) = &self.why {
            text.push_str(&format!("\n  {why}: {}", visible(reason)));
        }
        if let Some(advice) = &self.help {
            text.push_str(&format!("\n  {help}: {}", visible(advice)));
        }
        text
    }
}
