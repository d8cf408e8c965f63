//! Which of several values holds: layers, of which the last wins, and where each value was said.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use super::RuleLevel;
use crate::diagnostic::Severity;
use crate::encoding::Encoding;
use crate::format::Format;
use crate::session::{QuotePolicy, Selector};

/// Where a value was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Nowhere.
    Default,
    /// In a config.
    Key {
        /// The number of the file in its chain.
        file: usize,
        /// The bytes of it.
        span: Range<usize>,
        /// Where the section `[[per-file]]` begins that it stands in.
        section: Option<usize>,
    },
    /// In a list of words.
    Words {
        /// The list.
        path: Arc<Path>,
        /// The line, from 1.
        line: usize,
    },
    /// On the command line.
    Option(&'static str),
}

/// A value, and where it was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Valued<T> {
    /// The value.
    pub value: T,
    /// Where it was said.
    pub origin: Origin,
}

impl<T> Valued<T> {
    /// A value that was said at `origin`.
    pub const fn new(value: T, origin: Origin) -> Self {
        Self { value, origin }
    }
}

/// What one place says of what may differ from file to file: the top level of a config, a section, the command line.
#[derive(Debug, Clone, Default)]
pub struct Layer {
    /// Language translated from, in lower case.
    pub source: Option<Valued<String>>,
    /// Whether grammar is checked.
    pub grammar: Option<Valued<bool>>,
    /// What fails the run.
    pub fail_on: Option<Valued<Severity>>,
    /// What is shown.
    pub min_severity: Option<Valued<Severity>>,
    /// Fixes between quotation marks.
    pub quotes: Option<Valued<QuotePolicy>>,
    /// How the file is marked up.
    pub format: Option<Valued<Format>>,
    /// Its encoding.
    pub encoding: Option<Valued<Encoding>>,
    /// Fields of JSON that are read.
    pub fields: Option<Valued<Vec<String>>>,
    /// Rules to run, instead of those that earlier layers name.
    pub select: Option<Vec<Valued<Selector>>>,
    /// Rules not to run, besides those that earlier layers name.
    pub ignore: Vec<Valued<Selector>>,
    /// Other severities; of those that fit a rule the last counts.
    pub severity: Vec<(Valued<Selector>, RuleLevel)>,
    /// Words to accept, besides those of earlier layers.
    pub accept: Vec<Valued<Arc<str>>>,
}

/// What holds for a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effective {
    /// Language translated from, in lower case; “any” is a translation from whatever language.
    pub source: Valued<Option<String>>,
    /// Whether grammar is checked.
    pub grammar: Valued<bool>,
    /// What fails the run.
    pub fail_on: Valued<Severity>,
    /// What is shown.
    pub min_severity: Valued<Severity>,
    /// Fixes between quotation marks.
    pub quotes: Valued<QuotePolicy>,
    /// How the file is marked up; `None`: as its name says.
    pub format: Valued<Option<Format>>,
    /// Its encoding; `None`: as its byte order mark says, else UTF-8.
    pub encoding: Valued<Option<Encoding>>,
    /// Fields of JSON that are read; empty: those with the usual names.
    pub fields: Valued<Vec<String>>,
    /// Rules to run; empty: all.
    pub select: Vec<Valued<Selector>>,
    /// Rules not to run.
    pub ignore: Vec<Valued<Selector>>,
    /// Other severities; of those that fit a rule the last counts.
    pub severity: Vec<(Valued<Selector>, RuleLevel)>,
    /// Words to accept.
    pub accept: Vec<Valued<Arc<str>>>,
}

impl Default for Effective {
    fn default() -> Self {
        Self {
            source: Valued::new(None, Origin::Default),
            grammar: Valued::new(true, Origin::Default),
            fail_on: Valued::new(Severity::Warning, Origin::Default),
            min_severity: Valued::new(Severity::Info, Origin::Default),
            quotes: Valued::new(QuotePolicy::Suggest, Origin::Default),
            format: Valued::new(None, Origin::Default),
            encoding: Valued::new(None, Origin::Default),
            fields: Valued::new(Vec::new(), Origin::Default),
            select: Vec::new(),
            ignore: Vec::new(),
            severity: Vec::new(),
            accept: Vec::new(),
        }
    }
}

impl Effective {
    /// What `layers` say together, from the weakest to the strongest.
    pub fn of<'l>(layers: impl IntoIterator<Item = &'l Layer>) -> Self {
        let mut all = Self::default();
        for layer in layers {
            if let Some(Valued { value, origin }) = &layer.source {
                all.source = Valued::new(Some(value.clone()), origin.clone());
            }
            replace(&mut all.grammar, layer.grammar.as_ref());
            replace(&mut all.fail_on, layer.fail_on.as_ref());
            replace(&mut all.min_severity, layer.min_severity.as_ref());
            replace(&mut all.quotes, layer.quotes.as_ref());
            replace(&mut all.fields, layer.fields.as_ref());
            if let Some(Valued { value, origin }) = &layer.format {
                all.format = Valued::new(Some(*value), origin.clone());
            }
            if let Some(Valued { value, origin }) = &layer.encoding {
                all.encoding = Valued::new(Some(*value), origin.clone());
            }
            if let Some(select) = &layer.select {
                all.select.clone_from(select);
            }
            all.ignore.extend_from_slice(&layer.ignore);
            all.severity.extend_from_slice(&layer.severity);
            all.accept.extend_from_slice(&layer.accept);
        }
        all
    }
}

fn replace<T: Clone>(value: &mut Valued<T>, by: Option<&Valued<T>>) {
    if let Some(by) = by {
        value.clone_from(by);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn selector(text: &str, at: usize) -> Valued<Selector> {
        said(text.parse().expect("a selector"), at)
    }

    fn said<T>(value: T, at: usize) -> Valued<T> {
        Valued::new(value, Origin::Key { file: at, span: 0..0, section: None })
    }

    fn layers() -> impl Strategy<Value = Vec<Layer>> {
        let name = prop::sample::select(vec!["a", "a/b", "tag:c", "d"]);
        let names = prop::collection::vec(name, 0..3);
        let severity =
            prop::option::of(prop::sample::select(vec![Severity::Info, Severity::Warning, Severity::Error]));
        let source = prop::option::of(prop::sample::select(vec!["fr", "es"]));
        let one = (source, prop::option::of(any::<bool>()), severity, prop::option::of(names.clone()), names);
        prop::collection::vec(one, 0..5)
            .prop_map(|all| all.into_iter().enumerate().map(|(at, words)| layer(at, words)).collect())
    }

    /// Source, grammar, level, selected and ignored rules.
    type Words =
        (Option<&'static str>, Option<bool>, Option<Severity>, Option<Vec<&'static str>>, Vec<&'static str>);

    fn layer(at: usize, (source, grammar, fail_on, select, ignore): Words) -> Layer {
        Layer {
            source: source.map(|s| said(s.to_owned(), at)),
            grammar: grammar.map(|g| said(g, at)),
            fail_on: fail_on.map(|f| said(f, at)),
            select: select.map(|s| s.into_iter().map(|n| selector(n, at)).collect()),
            severity: ignore.iter().map(|n| (selector(n, at), RuleLevel::Off)).collect(),
            ignore: ignore.into_iter().map(|n| selector(n, at)).collect(),
            ..Layer::default()
        }
    }

    proptest! {
        /// A scalar and `select` are those of the last layer that says them; lists have what all layers say, in order.
        #[test]
        fn the_last_wins_and_lists_add_up(layers in layers()) {
            let all = Effective::of(&layers);
            let last = |said: fn(&Layer) -> bool| layers.iter().rposition(said);
            match last(|l| l.source.is_some()) {
                Some(at) => {
                    prop_assert_eq!(&all.source.value, &layers[at].source.as_ref().map(|s| s.value.clone()));
                    prop_assert_eq!(&all.source.origin, &Origin::Key { file: at, span: 0..0, section: None });
                }
                None => prop_assert_eq!(&all.source, &Effective::default().source),
            }
            match last(|l| l.fail_on.is_some()) {
                Some(at) => prop_assert_eq!(Some(&all.fail_on), layers[at].fail_on.as_ref()),
                None => prop_assert_eq!(&all.fail_on, &Effective::default().fail_on),
            }
            let select = last(|l| l.select.is_some()).and_then(|at| layers[at].select.clone());
            prop_assert_eq!(&all.select, &select.unwrap_or_default());
            let ignore: Vec<_> = layers.iter().flat_map(|l| l.ignore.clone()).collect();
            prop_assert_eq!(&all.ignore, &ignore);
            prop_assert_eq!(all.severity.len(), ignore.len());
        }

        /// Putting layers together in two steps or in one is the same.
        #[test]
        fn a_layer_that_says_nothing_changes_nothing(layers in layers(), at in 0..5_usize) {
            let mut more = layers.clone();
            more.insert(at.min(layers.len()), Layer::default());
            prop_assert_eq!(Effective::of(&more), Effective::of(&layers));
        }
    }
}
