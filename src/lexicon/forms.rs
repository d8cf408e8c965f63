//! From a lemma to its inflected forms, as listed in the lexicon.
//!
//! Forms are stored best first: more frequent before rarer, regular before irregular, shorter before longer.
//! Inflecting a lemma that is not listed is the business of [`super::regular_forms`].

use super::pos::Pos;
use super::{Lexicon, lower_form};

/// An inflected form of a lemma.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// The form as it is written.
    pub text: String,
    /// Its part of speech.
    pub pos: Pos,
}

impl Lexicon {
    /// Every listed form of `lemma`, in the order of parts of speech, of each the most usual spelling first:
    /// take (VB, VBP), took (VBD), taking, taken, takes. Empty if no word has that lemma.
    ///
    /// Cut-off pieces (“isn”) and forms no longer used (“wast”) are left out.
    #[must_use]
    pub fn forms(&self, lemma: &str) -> Vec<Form> {
        let members = self.lemmas.members(lemma);
        if !members.is_empty() {
            let form = |member| self.lemmas.string(lemma, member).into_owned();
            return members.iter().map(|member| Form { text: form(*member), pos: member.pos }).collect();
        }
        // A lemma whose only form is itself is not in the table of forms.
        let own =
            self.words.members(lemma).iter().filter(|member| self.words.string(lemma, **member) == lemma);
        own.map(|member| Form { text: lemma.to_owned(), pos: member.pos }).collect()
    }

    /// The most usual form of `lemma` as a `pos`; `None` if none is listed.
    ///
    /// `NN`, `NN:U` and `NN:UN` stand for one another, as do `VB` and `VBP`.
    #[must_use]
    pub fn inflect(&self, lemma: &str, pos: Pos) -> Option<String> {
        let forms = self.forms(lemma);
        let same = |other: Pos| match pos {
            Pos::VB => other == Pos::VBP,
            Pos::VBP => other == Pos::VB,
            _ => pos.plain() == other.plain(),
        };
        let exact = forms.iter().find(|form| form.pos == pos);
        exact.or_else(|| forms.iter().find(|form| same(form.pos))).map(|form| form.text.clone())
    }

    /// Every listed word that shares a lemma with `word` and the part of speech with one of the lemma's forms:
    /// of “taken”, all forms of “take”. Repeats and the order follow [`Lexicon::readings`] and [`Lexicon::forms`].
    #[must_use]
    pub fn family(&self, word: &str) -> Vec<Form> {
        let lower = lower_form(word);
        let mut family: Vec<Form> = Vec::new();
        let mut lemmas: Vec<String> = Vec::new();
        for reading in self.readings(lower.as_deref().unwrap_or(word)) {
            if !lemmas.iter().any(|known| *known == reading.lemma) {
                family.extend(self.forms(&reading.lemma));
                lemmas.push(reading.lemma.into_owned());
            }
        }
        family
    }
}
