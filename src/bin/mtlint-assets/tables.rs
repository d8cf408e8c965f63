//! The tables of the lexicon: words to readings, lemmas to forms, words to frequencies.
//!
//! Their format is that of `mtlint::lexicon`'s table module. Output depends on the input alone.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, ensure};
use fst::MapBuilder;
use mtlint::lexicon::{Pos, regular_forms, tokens};

use crate::model::Dictionary;

/// How many words the frequency table keeps.
const FREQUENT: usize = 5_000;

/// Words that stay readings but are never offered as a form: pieces of contracted words and forms of
/// older English.
const NOT_FORMS: &[&str] = &[
    "ain",
    "aren",
    "couldn",
    "couldest",
    "couldst",
    "canst",
    "didn",
    "doesn",
    "don",
    "hadn",
    "hasn",
    "haven",
    "isn",
    "mayn",
    "mightn",
    "musn",
    "mustn",
    "needn",
    "oughtn",
    "shan",
    "shouldn",
    "wasn",
    "weren",
    "wouldn",
    "art",
    "wast",
    "wert",
    "wilt",
    "hast",
    "hath",
    "hadst",
    "dost",
    "doth",
    "doeth",
    "didst",
    "doest",
    "shalt",
    "shouldst",
    "shouldest",
    "wouldst",
    "wouldest",
    "mayest",
    "mayst",
    "mightest",
    "mightst",
    "oughtest",
    "oughtst",
    "saith",
    "quoth",
    "spake",
    "brake",
    "bare",
    "gotta",
    "gonna",
    "wanna",
    "dunno",
    "gat",
    "clave",
    "drave",
    "sware",
    "ware",
    "holpen",
    "wit",
];

/// The usual form where counts mislead, mostly because another form of the word is more frequent:
/// “shrunk” is counted as a participle, too.
const USUAL: &[(&str, &str, &str)] = &[
    ("bear", "VBN", "borne"),
    ("blow", "VBD", "blew"),
    ("blow", "VBN", "blown"),
    ("clergy", "NNS", "clergy"),
    ("fish", "NNS", "fish"),
    ("light", "VBD", "lit"),
    ("light", "VBN", "lit"),
    ("millennium", "NNS", "millennia"),
    ("program", "VBD", "programmed"),
    ("program", "VBG", "programming"),
    ("program", "VBN", "programmed"),
    ("salmon", "NNS", "salmon"),
    ("shrink", "VBD", "shrank"),
    ("sink", "VBD", "sank"),
    ("speed", "VBD", "sped"),
    ("speed", "VBN", "sped"),
    ("spring", "VBD", "sprang"),
    ("spring", "VBN", "sprung"),
    ("stink", "VBD", "stank"),
    ("strive", "VBN", "striven"),
    ("swing", "VBD", "swung"),
    ("wake", "VBN", "woken"),
    ("weave", "VBD", "wove"),
    ("weave", "VBN", "woven"),
];

/// The files and their names.
pub(crate) fn write(dictionary: &Dictionary, texts: &[String]) -> Result<Vec<(&'static str, Vec<u8>)>> {
    let counts = count(texts);
    let words = words(dictionary)?;
    let forms = forms(&words, &counts);
    let (words_fst, readings) = sets(&words)?;
    let (lemmas_fst, forms) = sets(&forms)?;
    Ok(vec![
        ("words.fst", words_fst),
        ("readings.bin", readings),
        ("lemmas.fst", lemmas_fst),
        ("forms.bin", forms),
        ("frequencies.fst", frequencies(&counts)?),
    ])
}

/// Key -> the strings and parts of speech that belong to it.
type Relation = BTreeMap<String, Vec<(String, Pos)>>;

fn words(dictionary: &Dictionary) -> Result<Relation> {
    for name in &dictionary.parts_of_speech {
        ensure!(
            pos(name).is_some() || matches!(name.as_str(), "" | "SENT_START" | "SENT_END"),
            "the model has a part of speech that mtlint does not know: {name}"
        );
    }
    let mut words = Relation::new();
    for (word, readings) in &dictionary.words {
        let kept = words.entry(word.clone()).or_default();
        for (lemma, name) in readings {
            let reading = (lemma.clone(), pos(name).with_context(|| format!("“{word}” has the tag {name}"))?);
            if !kept.contains(&reading) {
                kept.push(reading);
            }
        }
    }
    Ok(words)
}

/// The part of speech of that name; slips in the dictionary are read as what they stand for.
pub(crate) fn pos(name: &str) -> Option<Pos> {
    let meant = match name {
        "JJs" => "JJ",
        "NNs" => "NNS",
        "NN:UU" => "NN:U",
        "NNNP" | "NNO" | "NPP" | "adj" => "NNP",
        "RBB" => "RB",
        "VG" => "VBG",
        other => other,
    };
    Pos::from_name(meant)
}

/// Turns the relation round; of each part of speech the most usual form comes first.
/// A lemma whose only form is itself is left out: the table of words says the same.
fn forms(words: &Relation, counts: &BTreeMap<String, u32>) -> Relation {
    let mut forms = Relation::new();
    for (word, readings) in words {
        for (lemma, pos) in readings {
            if lemma == word || !NOT_FORMS.contains(&word.as_str()) {
                forms.entry(lemma.clone()).or_default().push((word.clone(), *pos));
            }
        }
    }
    forms.retain(|lemma, members| members.iter().any(|(form, _)| form != lemma));
    for (lemma, members) in &mut forms {
        let plurals: Vec<String> =
            members.iter().filter(|(_, pos)| *pos == Pos::NNS).map(|(form, _)| form.clone()).collect();
        members.sort_by_cached_key(|(form, pos)| {
            let preferred = USUAL.contains(&(lemma.as_str(), pos.name(), form.as_str()));
            // The count of “horse” says nothing about “horse” as a plural.
            let bare_plural = form == lemma && plurals.len() > 1 && *pos == Pos::NNS;
            let own = form == lemma && !bare_plural;
            let doubled = form.starts_with(&format!("{lemma}l")) && lemma.ends_with('l');
            let count = counts.get(form).copied().unwrap_or(0);
            let regular =
                regular_forms(lemma, *pos).iter().any(|other| other.text == *form && other.pos == *pos);
            (
                *pos,
                !preferred,
                bare_plural,
                !own,
                doubled,
                u32::MAX - count,
                !regular,
                form.len(),
                form.clone(),
            )
        });
    }
    forms
}

/// A relation as a map to set numbers, and the sets.
fn sets(relation: &Relation) -> Result<(Vec<u8>, Vec<u8>)> {
    let encoded: BTreeMap<&str, Vec<(u8, &str, Pos)>> = relation
        .iter()
        .map(|(key, members)| Ok((key.as_str(), members.iter().map(|m| cut(key, m)).collect::<Result<_>>()?)))
        .collect::<Result<_>>()?;
    let endings: BTreeSet<&str> = encoded.values().flatten().map(|(_, ending, _)| *ending).collect();
    let endings: Vec<&str> = endings.into_iter().collect();
    let distinct: BTreeSet<&Vec<(u8, &str, Pos)>> = encoded.values().collect();
    let distinct: Vec<_> = distinct.into_iter().collect();

    let mut file = Vec::new();
    file.extend(u16::try_from(endings.len())?.to_le_bytes());
    for ending in &endings {
        file.push(u8::try_from(ending.len())?);
        file.extend(ending.as_bytes());
    }
    file.extend(u16::try_from(distinct.len())?.to_le_bytes());
    for set in &distinct {
        file.push(u8::try_from(set.len())?);
        for (strip, ending, pos) in *set {
            let number = endings.binary_search(ending).expect("every ending was collected above");
            file.push(*strip);
            file.extend(u16::try_from(number)?.to_le_bytes());
            file.push(pos.number());
        }
    }

    let mut map = MapBuilder::memory();
    for (key, members) in &encoded {
        let set = distinct.binary_search(&members).expect("every set was collected above");
        map.insert(key, set as u64)?;
    }
    Ok((map.into_inner()?, file))
}

/// What to take off `key` and put on to get the member, cut between characters.
fn cut<'m>(key: &str, (string, pos): &'m (String, Pos)) -> Result<(u8, &'m str, Pos)> {
    let shared: usize =
        key.chars().zip(string.chars()).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum();
    Ok((u8::try_from(key.len() - shared)?, &string[shared..], *pos))
}

/// How often each word stands in the texts, in lower case.
fn count(texts: &[String]) -> BTreeMap<String, u32> {
    let mut counts = BTreeMap::new();
    for text in texts {
        for span in tokens(text) {
            let word = &text[span.range()];
            if word.chars().all(|c| c.is_alphabetic() || c == '-') && word.starts_with(char::is_alphabetic) {
                *counts.entry(word.to_lowercase()).or_default() += 1;
            }
        }
    }
    counts
}

/// Word -> twelve times the binary logarithm of its count in a million words.
fn frequencies(counts: &BTreeMap<String, u32>) -> Result<Vec<u8>> {
    let total: f64 = counts.values().map(|count| f64::from(*count)).sum();
    let mut frequent: Vec<(&String, u32)> = counts.iter().map(|(word, count)| (word, *count)).collect();
    frequent.sort_by_key(|(word, count)| (u32::MAX - count, (*word).clone()));
    frequent.truncate(FREQUENT);
    println!(
        "{total} words; the rarest listed has {:.1} per million",
        frequent.last().map_or(0.0, |w| f64::from(w.1) / total * 1e6)
    );
    frequent.sort();
    let mut map = MapBuilder::memory();
    for (word, count) in frequent {
        let per_million = f64::from(count) / total * 1e6;
        map.insert(word, (per_million.log2() * 12.0).round().max(0.0) as u64)?;
    }
    Ok(map.into_inner()?)
}
