//! The built-in rules out of their image against the same rules out of YAML, and users' files among them.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use super::compile::compile;
use super::image;
use super::{Example, Rule, RuleFile, RuleFiles, RuleSet, load};
use crate::diagnostic::Diagnostic;
use crate::format::Format;
use crate::session::{Session, Settings};
use crate::source::Source;

fn from_yaml() -> RuleSet {
    compile(&RuleFiles::builtin(), 0, |_, _| true).unwrap_or_else(|e| panic!("{e}"))
}

/// The same, checked as strictly as the build does, which also prepares more of them.
fn strictly_from_yaml() -> RuleSet {
    let file = |(path, file): (&str, &RuleFile)| {
        (path.to_owned().into(), RuleFile { builtin: false, ..file.clone() })
    };
    compile(&RuleFiles::builtin().iter().map(file).collect(), 0, |_, _| true)
        .unwrap_or_else(|e| panic!("{e}"))
}

fn loaded(files: &[(&str, &str)]) -> RuleSet {
    let mut all = RuleFiles::builtin();
    files.iter().for_each(|(path, text)| all.add(path, path, (*text).to_owned()));
    load(&all).unwrap_or_else(|e| panic!("{e}"))
}

fn session(set: RuleSet) -> Session {
    Session::new(Arc::new(set), None, Settings::default()).expect("no selectors")
}

fn check(session: &Session, text: &str) -> Vec<Diagnostic> {
    session.check(&Source::from_text(text).expect("short"), Format::Plain)
}

/// The image of the set, so that two sets can be compared whole.
fn image(set: &RuleSet) -> Vec<u8> {
    image::write(set).expect("every rule has an encoding")
}

fn said(rule: &Rule) -> String {
    let mut all =
        format!("{} {:?} {:?} {} {:?}\n", rule.id, rule.severity, rule.source, rule.builtin, rule.tags());
    writeln!(all, "{} {:?} {:?} {:?}", rule.message(), rule.why(), rule.url(), rule.mqm()).expect("a String");
    writeln!(all, "{:?} {} {:?}", rule.examples(), rule.path(), rule.own_budget()).expect("a String");
    writeln!(all, "{} {:?} {}", rule.kind(), rule.safety(), rule.entries()).expect("a String");
    all
}

#[test]
fn the_image_is_what_yaml_says() {
    let (embedded, compiled) = (loaded(&[]), from_yaml());
    assert_eq!(embedded.packs(), compiled.packs());
    let (one, other) = (embedded.rules().iter().map(said), compiled.rules().iter().map(said));
    assert!(one.eq(other));
    // Every part is decoded here, so this also proves that all of the image can be read.
    assert!(
        image(&embedded) == image(&strictly_from_yaml()),
        "the image differs from what the rules compile to"
    );
}

#[test]
fn the_image_finds_what_yaml_finds() {
    let (embedded, compiled) = (session(loaded(&[])), session(from_yaml()));
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/articles");
    let mut texts = Vec::new();
    for folder in [root.join("clean"), root] {
        for entry in std::fs::read_dir(folder).expect("the articles") {
            let path = entry.expect("readable").path();
            if path.extension().is_some_and(|extension| extension == "txt") {
                texts.push(std::fs::read_to_string(path).expect("UTF-8"));
            }
        }
    }
    assert!(texts.len() >= 16, "the articles are missing");
    for rule in loaded(&[]).rules() {
        texts.extend(rule.examples().iter().map(|example| match example {
            Example::Bad { bad, .. } => bad.clone(),
            Example::Ok { ok, .. } => ok.clone(),
        }));
    }
    let mut findings = 0;
    for text in &texts {
        let found = check(&embedded, text);
        findings += found.len();
        assert_eq!(found, check(&compiled, text), "in {text:?}");
    }
    assert!(findings > texts.len() / 4, "{findings} findings");
}

const RULE: &str = "message: \"{0}\"\nmatch: {phrases: {zyxxy of oil: barrel}}\nexamples:\n  - {bad: a zyxxy of oil, good: a barrel}\n  - {ok: oil}\n";

#[test]
fn a_users_rule_joins_the_built_in_ones() {
    let builtin = loaded(&[]).len();
    let set = loaded(&[("aaa/first.yml", RULE), ("house/zyxxy.yml", RULE)]);
    assert_eq!(set.len(), builtin + 2);
    assert_eq!(set.own().count(), 2);
    assert!(set.rules().is_sorted_by_key(|rule| rule.id.clone()));
    let found = check(&session(set), "The the zyxxy of oil. Today he voted the text.");
    let rules: Vec<&str> = found.iter().map(|d| &*d.rule).collect();
    assert!(rules.iter().any(|rule| rule.starts_with("repetition/")), "{rules:?}");
    assert!(rules.contains(&"house/zyxxy") || rules.contains(&"aaa/first"), "{rules:?}");
}

#[test]
fn a_users_rule_takes_the_place_of_a_built_in_one() {
    let builtin = loaded(&[]);
    let id = builtin
        .rules()
        .iter()
        .find(|rule| rule.entries() > 1)
        .map(|rule| rule.id.clone())
        .expect("there are");
    let phrase = &builtin.get(&id).and_then(|rule| rule.entry(0)).expect("it has phrases").phrase;
    let text = phrase.specimens().remove(0);
    let set = loaded(&[(&format!("{id}.yml"), RULE)]);
    assert_eq!(set.len(), builtin.len());
    assert!(!set.get(&id).expect("it is there").builtin);
    let session = session(set);
    assert!(check(&session, &text).iter().all(|d| d.rule != id));
    assert!(check(&session, "a zyxxy of oil").iter().any(|d| d.rule == id));
}

#[test]
fn a_users_list_or_pack_changes_the_built_in_rules() {
    let set = loaded(&[("repetition/pack.yml", "title: Twice\ndefaults: {tags: [zyxxy]}\n")]);
    let changed = set.rules().iter().filter(|rule| rule.has_tag("zyxxy"));
    assert!(changed.clone().count() > 0);
    assert!(changed.clone().all(|rule| rule.pack() == "repetition" && rule.builtin));
    assert_eq!(set.own().count(), set.rules().iter().filter(|rule| rule.pack() == "repetition").count());
    assert_eq!(set.packs().iter().find(|p| p.name == "repetition").map(|p| &*p.title), Some("Twice"));
    let set = loaded(&[("lists/weekday.txt", "Zyxxyday\n")]);
    assert_eq!(set.own().count(), set.len(), "any rule may name a shared list");
    assert_eq!(loaded(&[("lists/house.txt", "Zyxxyday\n")]).own().count(), 0);
}
