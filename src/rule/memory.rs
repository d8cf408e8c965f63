//! Matchers that remember what a document has said: `name-variant` and `gender`.
//!
//! Both need the whole document and answer with places in it; whether they are right is a question of degree,
//! so rules that use them ship at info.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::checks::{Place, words};
use super::compile::pos_set;
use super::stored::set_in_order;
use crate::document::Document;
use crate::lexicon::{Lexicon, PosSet};

/// Letters that a name has: shorter ones are too often one letter apart by chance, and no name is longer.
const LETTERS: std::ops::RangeInclusive<usize> = 6..=40;

/// Names one letter apart that are looked at, the most frequent first.
const NEIGHBOURS: usize = 32;

/// Words of a name; a row of more capitalised words is none.
const MOST_WORDS: usize = 16;

/// A name as it stands somewhere, without the ending of a possessive.
struct Mention<'d> {
    segment: usize,
    range: Range<usize>,
    text: &'d str,
    /// The capitalised word before it, such as a first name.
    before: Option<&'d str>,
}

/// Names that stand once and are one letter, or only accents, away from a name that the document uses more often.
///
/// `{usual}` is the form used more often. A difference in the first or last letter is left alone: most of these
/// are other names or inflected forms.
pub(crate) fn rare_variants(document: &Document<'_>, lexicon: &Lexicon) -> Vec<Place> {
    let mut mentions: HashMap<&str, Vec<Mention<'_>>> = HashMap::new();
    for (index, segment) in document.segments.iter().enumerate() {
        for mention in capitalised_words(index, &segment.text) {
            if LETTERS.contains(&mention.text.chars().take(LETTERS.end() + 1).count()) {
                mentions.entry(mention.text).or_default().push(mention);
            }
        }
    }
    // Names one letter apart have a form in common once a letter is left out of each.
    let mut neighbours: HashMap<String, Vec<&str>> = HashMap::new();
    let mut usual: Vec<(&str, usize)> = mentions.iter().map(|(name, all)| (*name, all.len())).collect();
    usual.retain(|(_, uses)| *uses > 1);
    usual.sort_unstable_by_key(|(name, uses)| (Reverse(*uses), Reverse(*name)));
    for (name, _) in usual {
        for key in without_one_letter(name) {
            let near = neighbours.entry(key).or_default();
            if near.len() < NEIGHBOURS {
                near.push(name);
            }
        }
    }
    // The first names that each is used with.
    let mut given: HashMap<&str, HashSet<&str>> = HashMap::new();
    let mut found = Vec::new();
    for (name, all) in mentions.iter().filter(|(_, all)| all.len() == 1) {
        // A word of the language is no misspelt name.
        if lexicon.knows(name) || lexicon.knows(&name.to_lowercase()) {
            continue;
        }
        let keys = without_one_letter(name);
        let candidates: HashSet<&str> =
            keys.iter().filter_map(|key| neighbours.get(key)).flatten().copied().collect();
        let mention = &all[0];
        let slips = candidates.into_iter().filter(|usual| inner_slip(name, usual));
        let mut bearers: Vec<&str> = Vec::new();
        for usual in slips {
            let given = given
                .entry(usual)
                .or_insert_with(|| mentions[usual].iter().filter_map(|other| other.before).collect());
            bearers.extend(same_bearer(mention, given).then_some(usual));
        }
        let usual = bearers.into_iter().max_by_key(|usual| (mentions[usual].len(), *usual));
        if let Some(usual) = usual {
            found.push(Place {
                segment: mention.segment,
                span: mention.range.clone().into(),
                named: vec![("usual", usual.to_owned())],
            });
        }
    }
    found.sort_by_key(|p| (p.segment, p.span.start));
    found
}

fn capitalised_words(segment: usize, text: &str) -> Vec<Mention<'_>> {
    let mut found: Vec<Mention<'_>> = Vec::new();
    for mut range in words(text) {
        let word = &text[range.clone()];
        let bare = word.strip_suffix("'s").or_else(|| word.strip_suffix("’s")).unwrap_or(word);
        range.end = range.start + bare.len();
        let name = bare.starts_with(char::is_uppercase)
            && bare.chars().skip(1).all(|c| c.is_alphabetic() && !c.is_uppercase());
        if name {
            let before = found.last().filter(|b| b.range.end + 1 == range.start).map(|b| b.text);
            found.push(Mention { segment, range, text: bare, before });
        }
    }
    found
}

/// The name, accents folded, with each of its letters left out in turn, and whole.
fn without_one_letter(name: &str) -> Vec<String> {
    let letters: Vec<char> = plain(name).chars().collect();
    let without = |skip: usize| -> String {
        letters.iter().enumerate().filter(|(i, _)| *i != skip).map(|(_, c)| c).collect()
    };
    (0..=letters.len()).map(without).collect()
}

/// Lower case without accents.
fn plain(name: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    name.nfd().filter(char::is_ascii_alphabetic).map(|c| c.to_ascii_lowercase()).collect()
}

/// Whether the names differ in accents only, or in one letter that is neither the first nor the last.
fn inner_slip(name: &str, usual: &str) -> bool {
    let (a, b) = (plain(name), plain(usual));
    a == b
        || (a.chars().next() == b.chars().next()
            && a.chars().last() == b.chars().last()
            && strsim::damerau_levenshtein(&a, &b) == 1)
}

/// Whether the name may be one that is used with these first names: not if each has its own.
fn same_bearer(mention: &Mention<'_>, given: &HashSet<&str>) -> bool {
    mention.before.is_none_or(|first| given.is_empty() || given.contains(first))
}

/// A grammatical gender that a person's name or title shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gender {
    Female,
    Male,
}

/// Given names by the gender they show.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct GivenNames {
    #[serde(serialize_with = "set_in_order")]
    pub(crate) female: HashSet<String>,
    #[serde(serialize_with = "set_in_order")]
    pub(crate) male: HashSet<String>,
}

/// How many words after the name of its subject a sentence is searched for pronouns.
const REACH: usize = 10;

/// Words between the parts of a surname.
const PARTICLES: &[&str] =
    &["de", "du", "des", "von", "van", "der", "den", "da", "di", "dos", "el", "al", "bin", "ben"];

/// Words that are part of no name, though a sentence or a headline gives them a capital.
const PRONOUNS: &[&str] = &[
    "i", "he", "she", "it", "we", "you", "they", "his", "her", "its", "their", "our", "my", "your", "the",
    "a", "an", "and", "but", "or", "in", "on", "at", "for", "as", "when", "then", "there", "this", "that",
    "who", "which",
];

/// Words for people: a pronoun after one of them may be theirs.
const PEOPLE: &[&str] = &[
    "man",
    "woman",
    "boy",
    "girl",
    "son",
    "daughter",
    "father",
    "mother",
    "brother",
    "sister",
    "husband",
    "wife",
    "partner",
    "companion",
    "friend",
    "boss",
    "leader",
    "president",
    "minister",
    "chancellor",
    "king",
    "queen",
    "prince",
    "princess",
    "pope",
    "judge",
    "lawyer",
    "prosecutor",
    "player",
    "coach",
    "candidate",
    "colleague",
    "predecessor",
    "successor",
    "rival",
    "opponent",
    "child",
    "person",
    "victim",
    "suspect",
    "driver",
    "actor",
    "actress",
    "singer",
    "director",
    "writer",
    "author",
    "mayor",
    "deputy",
    "senator",
    "general",
    "officer",
    "doctor",
    "patient",
    "teacher",
    "student",
    "mentor",
    "ally",
    "chief",
    "head",
    "who",
    "whose",
    "whom",
    "someone",
    "everyone",
    "anyone",
    "one",
    "country",
    "nation",
    "ship",
];

/// Pronouns that do not fit the person who is the subject of their sentence, whose gender the document settles
/// with a title (*Mr*, *Mrs*) or a given name.
///
/// `{person}` is the name, `{right}` the pronoun that fits. Only a pronoun that follows the name closely, with
/// no other person between, is reported.
pub(crate) fn stray_pronouns(document: &Document<'_>, given: &GivenNames, lexicon: &Lexicon) -> Vec<Place> {
    // “Her” is a possessive before what is owned, and else “him”, for whom nothing tells the person.
    let thing = pos_set("NNS?|JJ").unwrap_or(PosSet::EMPTY);
    let other = pos_set("IN|DT|CD|TO|CC|RB|WRB|PRP").unwrap_or(PosSet::EMPTY);
    let owned = |word: &str| {
        let may = lexicon.pos_set(word);
        word.starts_with(char::is_lowercase) && may.intersects(thing) && !may.intersects(other)
    };
    let genders = genders(document, given);
    let mut found = Vec::new();
    for (index, segment) in document.segments.iter().enumerate() {
        for sentence in segment.sentences() {
            let text = segment.slice(*sentence);
            let all = words(text);
            let Some(run) = name_run(text, &all, 0) else { continue };
            let Some(person) =
                run.clone().rev().map(|i| &text[all[i].clone()]).find(|w| genders.contains_key(*w))
            else {
                continue;
            };
            // The gender of the whole family says nothing about one of its members.
            let Some(gender) = genders[person] else { continue };
            let mut end = all[run.end - 1].end;
            for (nth, word) in all.iter().enumerate().skip(run.end).take(REACH) {
                let between = &text[end..word.start];
                let lower = text[word.clone()].to_lowercase();
                end = word.end;
                let other =
                    text[word.clone()].starts_with(char::is_uppercase) || PEOPLE.contains(&lower.as_str());
                if other || between.chars().any(|c| !c.is_whitespace()) {
                    break;
                }
                let right = match (gender, lower.as_str()) {
                    (Gender::Female, "his") => "her",
                    (Gender::Female, "himself") => "herself",
                    (Gender::Male, "her") if all.get(nth + 1).is_some_and(|w| owned(&text[w.clone()])) => {
                        "his"
                    }
                    (Gender::Male, "herself") => "himself",
                    _ => continue,
                };
                found.push(Place {
                    segment: index,
                    span: (sentence.start + word.start..sentence.start + word.end).into(),
                    named: vec![("person", person.to_owned()), ("right", right.to_owned())],
                });
                break;
            }
        }
    }
    found
}

/// Surnames and full names by gender; `None` for a surname that people of both bear.
fn genders<'d>(document: &'d Document<'_>, given: &GivenNames) -> BTreeMap<&'d str, Option<Gender>> {
    let mut genders: BTreeMap<&str, Option<Gender>> = BTreeMap::new();
    for segment in &document.segments {
        let text: &str = &segment.text;
        let all = words(text);
        for at in 0..all.len() {
            let word = &text[all[at].clone()];
            let gender = match word {
                "Mr" | "Monsieur" | "Herr" | "Señor" | "Signor" | "Sir" | "Lord" | "King" | "Prince"
                | "Uncle" => Gender::Male,
                "Mrs" | "Ms" | "Miss" | "Madame" | "Mademoiselle" | "Mme" | "Frau" | "Señora" | "Signora"
                | "Lady" | "Queen" | "Princess" | "Aunt" | "Mother" | "Sister" => Gender::Female,
                _ if given.female.contains(word) && !given.male.contains(word) => Gender::Female,
                _ if given.male.contains(word) && !given.female.contains(word) => Gender::Male,
                _ => continue,
            };
            let Some(run) = name_run(text, &all, at).filter(|run| run.len() > 1) else { continue };
            let surname = &text[all[run.end - 1].clone()];
            let surname = surname.strip_suffix("'s").or(surname.strip_suffix("’s")).unwrap_or(surname);
            let entry = genders.entry(surname).or_insert(Some(gender));
            if *entry != Some(gender) {
                *entry = None;
            }
        }
    }
    genders
}

/// The row of capitalised words, particles between them included, that begins at word `at`.
fn name_run(text: &str, all: &[Range<usize>], at: usize) -> Option<Range<usize>> {
    let name = |i: usize| {
        let word = all.get(i).map_or("", |w| &text[w.clone()]);
        word.starts_with(char::is_uppercase) && !PRONOUNS.contains(&word.to_lowercase().as_str())
    };
    let close = |i: usize| {
        let between = &text[all[i - 1].end..all[i].start];
        let initial = text[all[i - 1].clone()].chars().count() == 1;
        between == " " || between == "\u{a0}" || (between == ". " && initial)
    };
    if !name(at) {
        return None;
    }
    let mut end = at + 1;
    while end - at < MOST_WORDS {
        let particles = (end..all.len().min(end + 2))
            .take_while(|&i| PARTICLES.contains(&&text[all[i].clone()]) && close(i))
            .count();
        let next = end + particles;
        if name(next) && (end..=next).all(close) {
            end = next + 1;
        } else {
            return Some(at..end);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::{Format, read};
    use crate::source::Source;

    fn places(text: &str, ask: impl FnOnce(&Document<'_>) -> Vec<Place>) -> Vec<(String, String)> {
        let source = Source::from_text(text).expect("short");
        let document = read(&source, Format::Plain);
        let said = |p: &Place| p.named.last().map(|(_, t)| t.clone()).unwrap_or_default();
        ask(&document)
            .iter()
            .map(|p| (document.segments[p.segment].slice(p.span).to_owned(), said(p)))
            .collect()
    }

    fn variants(text: &str) -> Vec<(String, String)> {
        places(text, |d| rare_variants(d, Lexicon::embedded()))
    }

    fn pronouns(text: &str) -> Vec<(String, String)> {
        let names = |list: &[&str]| list.iter().map(ToString::to_string).collect();
        let given = GivenNames { female: names(&["Claire", "Anne"]), male: names(&["Paul"]) };
        places(text, |d| stray_pronouns(d, &given, Lexicon::embedded()))
    }

    fn pair(a: &str, b: &str) -> Vec<(String, String)> {
        vec![(a.to_owned(), b.to_owned())]
    }

    #[test]
    fn a_name_one_letter_off() {
        let text = "Mr Verdeaux spoke. Then Verdeaux left. “No,” said Verdaux’s lawyer.";
        assert_eq!(variants(text), pair("Verdaux", "Verdeaux"));
        assert_eq!(
            variants("Mélandrot came, Mélandrot saw, Melandrot left."),
            pair("Melandrot", "Mélandrot")
        );
    }

    #[test]
    fn other_names_and_endings_are_left_alone() {
        assert!(variants("Kornilov, Kornilov and Kornilova").is_empty(), "another ending");
        assert!(
            variants("Paul Verdeaux and Paul Verdeaux met Anne Verdaux.").is_empty(),
            "another first name"
        );
        assert!(variants("Dardalux, Dardalux and Bardalux").is_empty(), "another first letter");
    }

    #[test]
    fn a_pronoun_of_the_wrong_gender() {
        let text = "Claire Dumont resigned. Dumont lost his seat in May.";
        assert_eq!(pronouns(text), pair("his", "her"));
        assert_eq!(pronouns("Mr Albin spoke. Albin defended her bill."), pair("her", "his"));
    }

    #[test]
    fn pronouns_of_others_are_left_alone() {
        assert!(pronouns("Claire Dumont resigned. Dumont and Paul Albin lost his case.").is_empty());
        assert!(pronouns("Claire Dumont left. Dumont thanked the man for his help.").is_empty());
        assert!(
            pronouns("Claire Dumont left. Paul Dumont stayed. Dumont lost his seat.").is_empty(),
            "two bearers"
        );
        assert!(pronouns("Claire Dumont left. Dumont lost her seat.").is_empty());
    }
}
