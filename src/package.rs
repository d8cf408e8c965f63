//! Files whose prose lies inside a package, so that their bytes are not their text: what a [`crate::source::Source`]
//! needs of one.
//!
//! [`crate::docx`] is the one kind there is. The trait keeps archives and XML out of the modules that rules are compiled
//! with.

use std::fmt;
use std::sync::Arc;

use crate::diagnostic::Edit;
use crate::span::{Span, Src};

/// A file of several parts, opened.
pub trait Package: fmt::Debug + Send + Sync {
    /// Its prose, and how it is made up.
    fn layout(&self) -> &Layout;

    /// The same file with `fixes` made, whose edits count in the text of the layout and do not overlap, and the
    /// indices of those that it cannot take, in order. A fix is taken whole or not at all.
    fn edited(&self, fixes: &[&[Edit]]) -> (Arc<dyn Package>, Vec<usize>);

    /// The bytes to write to the file.
    ///
    /// # Errors
    /// With the reason, when it cannot be packed.
    fn to_bytes(&self) -> Result<Vec<u8>, String>;
}

/// The prose of a package: a text of one line for each of its lines, and what is known of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Layout {
    /// The text; each line ends with a line feed.
    pub text: String,
    /// The lines that hold text, in order, without their ends.
    pub lines: Vec<Line>,
    /// Places in the text that no edit may cross, because something else than letters changes there; sorted.
    pub seams: Vec<usize>,
    /// Characters that stand for something else, such as a tab: no edit may touch them; sorted.
    pub fixed: Vec<Span<Src>>,
}

/// A line of prose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Line {
    /// Its place in the text.
    pub span: Span<Src>,
    /// What it is.
    pub role: Role,
}

/// What a line of a package is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// A title or heading.
    Heading,
    /// Running text.
    Paragraph,
    /// An item of a list.
    ListItem,
    /// In a cell of a table.
    TableCell,
    /// In a footnote or an endnote.
    Footnote,
}

/// For tests: a package of one line that takes no fix.
#[cfg(test)]
#[derive(Debug, Clone)]
pub(crate) struct Stubborn(Layout);

#[cfg(test)]
impl Stubborn {
    /// With this line.
    pub(crate) fn new(line: &str) -> Self {
        let lines = vec![Line { span: Span::new(0, line.len()), role: Role::Paragraph }];
        Self(Layout { text: format!("{line}\n"), lines, ..Layout::default() })
    }
}

#[cfg(test)]
impl Package for Stubborn {
    fn layout(&self) -> &Layout {
        &self.0
    }

    fn edited(&self, fixes: &[&[Edit]]) -> (Arc<dyn Package>, Vec<usize>) {
        (Arc::new(self.clone()), (0..fixes.len()).collect())
    }

    fn to_bytes(&self) -> Result<Vec<u8>, String> {
        Err("it has no bytes".into())
    }
}
