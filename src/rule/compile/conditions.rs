//! Compiles `when` and `unless`.

use serde_saphyr::Spanned;

use super::complaint::Complaints;
use super::tokens::pos_set;
use super::{Loader, limits};
use crate::rule::condition::{Condition, Conditions};
use crate::rule::schema::ConditionYaml;

impl Loader<'_> {
    pub(super) fn conditions(
        &mut self,
        when: &[ConditionYaml],
        unless: &[ConditionYaml],
        eager: bool,
        complaints: &mut Complaints<'_>,
    ) -> Conditions {
        for node in when.iter().filter_map(|c| c.translated.as_ref()).filter(|node| !node.value) {
            let help = "write `translated: true`, or leave the condition out";
            complaints.on(node, "a rule cannot wait for a text that is no translation", "here", help);
        }
        for node in unless.iter().filter_map(|c| c.translated.as_ref()) {
            complaints.on(node, "`translated` stands under `when` only", "here", "move it to `when`");
        }
        for (name, list) in [("when", when), ("unless", unless)] {
            if list.len() > limits::CONDITIONS {
                let what = format!(
                    "{} conditions under `{name}`; at most {} are allowed",
                    list.len(),
                    limits::CONDITIONS
                );
                complaints.at(0..0, what, "", "put patterns together with `|`");
                return Conditions::default();
            }
        }
        let translated = when.iter().any(|c| c.translated.is_some());
        let mut compile =
            |all: &[ConditionYaml]| all.iter().map(|c| self.condition(c, eager, complaints)).collect();
        Conditions { translated, when: compile(when), unless: compile(unless) }
    }

    pub(super) fn condition(
        &mut self,
        yaml: &ConditionYaml,
        eager: bool,
        complaints: &mut Complaints<'_>,
    ) -> Condition {
        let mut pattern = |node: &Option<Spanned<String>>| {
            node.as_ref().and_then(|n| self.pattern(n, false, eager, complaints))
        };
        let (before, after) = (pattern(&yaml.before), pattern(&yaml.after));
        let (matched, sentence, document) =
            (pattern(&yaml.matched), pattern(&yaml.sentence), pattern(&yaml.document));
        // The number is given once all rules are there.
        let document = document.map(|pattern| (0, pattern));
        let mut tags = |node: &Option<Spanned<String>>| {
            let node = node.as_ref()?;
            let set = pos_set(&node.value).filter(|_| node.value.len() <= limits::ENTRY);
            if set.is_none() {
                complaints.on(
                    node,
                    "no part of speech matches this pattern",
                    "here",
                    "use Penn tags such as NN or VB[DZ]",
                );
            }
            set
        };
        let lemmas = |text: &Option<String>| -> Vec<String> {
            text.iter().flat_map(|t| t.split('|')).map(|t| t.trim().to_owned()).collect()
        };
        Condition {
            before,
            after,
            matched,
            sentence,
            document,
            inside: yaml.inside,
            at: yaml.at,
            lemma_before: lemmas(&yaml.lemma_before),
            lemma_after: lemmas(&yaml.lemma_after),
            pos_before: tags(&yaml.pos_before),
            pos_after: tags(&yaml.pos_after),
        }
    }
}
