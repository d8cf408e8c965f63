//! Compiles the entries of `tokens`.

use std::sync::Arc;

use serde_saphyr::Spanned;

use super::complaint::Complaints;
use super::{Loader, limits};
use crate::lexicon::{Pos, PosSet};
use crate::rule::files::list_entries;
use crate::rule::schema::TokenYaml;
use crate::rule::tokens::{Element, Test, TokenList};
use crate::rule::view::fold;

impl Loader<'_> {
    pub(super) fn element(
        &mut self,
        pack: &str,
        exact: bool,
        eager: bool,
        node: &Spanned<TokenYaml>,
        yaml: &TokenYaml,
        complaints: &mut Complaints<'_>,
    ) -> Option<Element> {
        let alternatives = |text: &Option<String>| -> Vec<String> {
            text.iter().flat_map(|t| t.split('|')).map(|t| t.trim().to_owned()).collect()
        };
        let (text, lemma) = (alternatives(&yaml.text), alternatives(&yaml.lemma));
        let numbers = [
            (yaml.skip, limits::SKIP, "words to skip"),
            (text.len(), limits::ALTERNATIVES, "alternatives of `text`"),
            (lemma.len(), limits::ALTERNATIVES, "alternatives of `lemma`"),
        ];
        for (number, most, what) in numbers {
            limits::check(node, number, most, what, complaints);
        }
        for (words, what) in [(&text, "text"), (&lemma, "lemma")] {
            if words.iter().any(String::is_empty) {
                complaints.on(
                    node,
                    format!("an alternative of `{what}` is empty, which no word is"),
                    "in this token",
                    "take the `|` beside it out; `optional: true` is for a word that may be missing",
                );
            }
        }
        let mut tags = |pattern: &Option<String>| -> Option<PosSet> {
            let pattern = pattern.as_ref()?;
            let set = pos_set(pattern).filter(|_| pattern.len() <= limits::ENTRY);
            if set.is_none() {
                complaints.on(
                    node,
                    format!("no part of speech matches “{pattern}”"),
                    "in this token",
                    "Penn tags: NN NNS NNP VB VBD VBG VBN VBP VBZ MD JJ JJR JJS RB IN DT PRP PRP$ CC CD TO WDT WP WRB …",
                );
            }
            set
        };
        let (pos, may, never) = (tags(&yaml.pos), tags(&yaml.may), tags(&yaml.never));
        let list = match &yaml.list {
            None => None,
            Some(name) => match self.files.list(pack, name) {
                Some(file) if self.may_name(file, node, complaints) => self.token_list(pack, name),
                Some(_) => None,
                None => {
                    complaints.on(
                        node,
                        format!("there is no word list “{name}”"),
                        "in this token",
                        format!("make {pack}/lists/{name}.txt with one entry a line"),
                    );
                    None
                }
            },
        };
        let regex = yaml.regex.as_ref().and_then(|pattern| {
            let node = Spanned { value: pattern.clone(), referenced: node.referenced, defined: node.defined };
            self.pattern(&node, true, eager, complaints)
        });
        let test = Test {
            text: text.iter().map(|t| fold(t, exact)).collect(),
            exact,
            lemma,
            pos,
            may,
            never,
            list,
            regex,
            shape: yaml.shape,
            known: yaml.known,
        };
        let not = match &yaml.not {
            Some(not) => Some(Box::new(self.element(pack, exact, eager, node, not, complaints)?)),
            None => None,
        };
        Some(Element {
            test,
            not,
            optional: yaml.optional,
            skip: yaml.skip.min(limits::SKIP),
            at: yaml.at,
            space: yaml.space,
            name: yaml.name.as_deref().map(Arc::from),
            mark: yaml.mark,
        })
    }

    /// The word list as tokens see it, read once for each pack.
    fn token_list(&mut self, pack: &str, name: &str) -> Option<Arc<TokenList>> {
        let file = self.files.list(pack, name)?;
        let key = (pack.to_owned(), name.to_owned());
        let list = self.token_lists.entry(key);
        Some(list.or_insert_with(|| Arc::new(TokenList::new(list_entries(&file.text)))).clone())
    }
}

/// Largest program that a pattern of tags may compile to, in bytes: a tag has four letters at most.
const TAGS: usize = 64 << 10;

/// The tags that a pattern matches whole; `None` if there is none.
pub(crate) fn pos_set(pattern: &str) -> Option<PosSet> {
    // Tags are ASCII; without Unicode tables the pattern compiles in microseconds.
    let regex = regex::bytes::RegexBuilder::new(&format!("^(?:{pattern})$"))
        .unicode(false)
        .size_limit(TAGS)
        .build()
        .ok()?;
    let mut set = PosSet::EMPTY;
    for pos in Pos::all() {
        if regex.is_match(pos.name().as_bytes()) || regex.is_match(pos.plain().name().as_bytes()) {
            set.insert(pos);
        }
    }
    (!set.is_empty()).then_some(set)
}
