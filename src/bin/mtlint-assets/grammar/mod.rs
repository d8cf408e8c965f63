//! nlprule's model taken apart for `mtlint::grammar::engine`: every rule for itself with what it waits for,
//! the chunker alone, the dictionary alone.

mod dictionary;
mod expand;
mod patterns;
mod waits;
mod words;

use std::collections::BTreeSet;

use anyhow::Result;
use mtlint::grammar::engine::words::Lists;
use mtlint::grammar::engine::{RuleTables, Tables};
use mtlint::grammar::mirror::{Disambiguation, DisambiguationRule, Rule, Rules, Tokenizer};
use mtlint::lexicon::Lexicon;
use serde::Serialize;

use self::dictionary::bare;
use self::patterns::{Numbers, strip_sets, without_exceptions};

/// A lemma is about so many times as frequent as the word that looks like it.
const FORMS: f32 = 2.5;

/// The files to embed, by name.
pub(crate) fn write(tokenizer: Tokenizer, rules: Rules) -> Result<Vec<(&'static str, Vec<u8>)>> {
    let chunker = Tokenizer { chunker: tokenizer.chunker.clone(), ..bare(&tokenizer)? };
    let dictionary = dictionary::dictionary(&tokenizer)?;
    Ok(vec![
        ("chunker.bin.zst", packed(&chunker)?),
        ("dictionary.bin.zst", packed(&dictionary)?),
        ("rules.bin.zst", packed(&tables(tokenizer, rules)?)?),
    ])
}

fn packed(value: &impl Serialize) -> Result<Vec<u8>> {
    Ok(zstd::encode_all(bincode::serialize(value)?.as_slice(), 19)?)
}

/// The tables of all rules.
fn tables(mut tokenizer: Tokenizer, mut rules: Rules) -> Result<Tables> {
    let lemmas = dictionary::lemmas(&tokenizer);
    tokenizer.rules.retain(|rule| rule.disambiguations != Disambiguation::Nop);
    for rule in &mut tokenizer.rules {
        rule.examples.clear();
        strip_sets(&mut rule.engine);
        for data in dictionary::words_of(&mut rule.disambiguations) {
            data.lemma.1 = lemmas.get(&data.lemma.0).copied();
        }
    }
    for rule in &mut rules.rules {
        rule.examples.clear();
        rule.url = None;
        // Whether it is off is what our own list says.
        rule.enabled = true;
        strip_sets(&mut rule.engine);
    }

    let disambiguation = tokenizer.rules.iter().map(|rule| &rule.engine);
    let (matchers, strings) =
        words::matchers(disambiguation.chain(rules.rules.iter().map(|rule| &rule.engine)));
    let numbers: Numbers = matchers.iter().cloned().zip(0..).collect();
    let cost = |(number, is_lemma): (u16, bool)| -> Option<f32> {
        let frequency =
            |word: &String| Lexicon::embedded().frequency(word) * if is_lemma { FORMS } else { 1.0 };
        Some(strings.get(usize::from(number))?.iter().map(frequency).sum())
    };
    let words_cost = |feature: (u16, bool)| cost(feature).filter(|_| !feature.1);

    // By word and by lemma for the rules of grammar; disambiguation rules wait for words only, lemmas change.
    let mut waiting = [(); 3].map(|()| vec![BTreeSet::new(); strings.len()]);
    let mut tables = Tables::default();
    for (number, rule) in (0_u16..).zip(&tokenizer.rules) {
        let pattern = patterns::pattern(&rule.engine, &numbers);
        match waits::wait(&pattern, &words_cost) {
            Some(wait) => wait.iter().for_each(|(matcher, _)| {
                waiting[2][usize::from(*matcher)].insert(number);
            }),
            None => tables.disambiguation.always.push(number),
        }
        let alone = |rule| -> Result<Tokenizer> { Ok(Tokenizer { rules: vec![rule], ..bare(&tokenizer)? }) };
        let without = without_exceptions(&rule.engine)
            .map(|engine| alone(DisambiguationRule { engine, ..rule.clone() }))
            .transpose()?;
        add(&mut tables.disambiguation, &alone(rule.clone())?, without.as_ref())?;
        tables.disambiguation.patterns.push(&pattern)?;
    }
    for (number, rule) in (0_u16..).zip(&rules.rules) {
        let pattern = patterns::pattern(&rule.engine, &numbers);
        match waits::wait(&pattern, &cost) {
            Some(wait) => wait.iter().for_each(|(matcher, lemma)| {
                waiting[usize::from(*lemma)][usize::from(*matcher)].insert(number);
            }),
            None => tables.grammar.always.push(number),
        }
        let alone = |rule| Rules { rules: vec![rule] };
        let without = without_exceptions(&rule.engine).map(|engine| alone(Rule { engine, ..rule.clone() }));
        add(&mut tables.grammar, &alone(rule.clone()), without.as_ref())?;
        tables.grammar.patterns.push(&pattern)?;
        let id = &rule.id;
        tables.names.push((format!("{}/{}/{}", id.category, id.group, id.number), rule.name.clone()));
    }
    println!(
        "{} of {} rules and {} of {} disambiguation rules wait for no word",
        tables.grammar.always.len(),
        rules.rules.len(),
        tables.disambiguation.always.len(),
        tokenizer.rules.len()
    );
    let lists = |rules: &Vec<BTreeSet<u16>>| {
        let mut lists = Lists::default();
        rules.iter().for_each(|rules| lists.push(&rules.iter().copied().collect::<Vec<_>>()));
        lists
    };
    tables.words = words::tables(matchers, &strings, waiting.each_ref().map(lists))?;
    tables.pos_ids = tokenizer.tagger.tag_store;
    tables.borders = bincode::serialize(&tokenizer.sentencizer)?;
    Ok(tables)
}

fn add<T: Serialize>(tables: &mut RuleTables, rule: &T, without_exceptions: Option<&T>) -> Result<()> {
    tables.rules.push(rule)?;
    match without_exceptions {
        Some(rule) => tables.bare.push(rule)?,
        None => tables.bare.skip()?,
    }
    Ok(())
}
