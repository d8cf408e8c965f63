//! `docs/rules.md` lists the built-in rules, and is what they say today.
//!
//! `MTLINT_WRITE_PAGES=1 cargo test --test rule_pages` writes it anew.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use mtlint::diagnostic::Applicability;
use mtlint::rule::{self, Example, Rule, RuleFiles};

/// Longest example that is shown, in characters.
const LONGEST: usize = 90;

const HEAD: &str = "\
# The rules

These rules are built in, pack by pack; this page is written from the rules themselves.
`mtlint rule ID` explains one: why it exists, all its examples, its fix and its budget.
[rules/README.md](../rules/README.md) says how to write your own.

In the column *fix*, a safe one is applied by `mtlint fix`, an unsafe one with `--unsafe`, and a suggestion is only shown.
";

/// `text` as code that stands in a cell of a table.
fn code(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|");
    let fence = if text.contains('`') { "``" } else { "`" };
    let blank = if fence.len() == 2 { " " } else { "" };
    format!("{fence}{blank}{text}{blank}{fence}")
}

/// The shortest example of a fault, with its correction.
fn example(rule: &Rule) -> String {
    let faults = rule.examples().iter().filter_map(|example| match example {
        Example::Bad { bad, good, .. } => Some((bad.as_str(), good.as_deref())),
        Example::Ok { .. } => None,
    });
    let length =
        |(bad, good): &(&str, Option<&str>)| bad.chars().count() + good.map_or(0, |g| g.chars().count());
    match faults.min_by_key(length) {
        Some((bad, _)) if bad.chars().count() > LONGEST => {
            let head: String = bad.chars().take(LONGEST).collect();
            code(&format!("{head}…"))
        }
        Some((bad, Some(good))) if good.chars().count() <= LONGEST => {
            format!("{} → {}", code(bad), code(good))
        }
        Some((bad, _)) => code(bad),
        None => String::new(),
    }
}

fn page() -> String {
    let set = rule::load(&RuleFiles::builtin()).expect("the rules compile");
    let mut page = HEAD.to_owned();
    let mut packs: Vec<&str> = set.rules().iter().map(Rule::pack).collect();
    packs.dedup();
    for pack in packs {
        let _ = write!(
            page,
            "\n## `{pack}`\n\n| rule | severity | from | fix | example |\n|---|---|---|---|---|\n"
        );
        for rule in set.rules().iter().filter(|rule| rule.pack() == pack) {
            let from = if rule.source.is_empty() { "any".to_owned() } else { rule.source.join(", ") };
            let fix = rule.safety().map_or("none", Applicability::as_str);
            let (id, severity) = (&rule.id, rule.severity.as_str());
            let _ = writeln!(page, "| `{id}` | {severity} | {from} | {fix} | {} |", example(rule));
        }
    }
    page
}

#[test]
fn the_page_of_rules_is_what_the_rules_say() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules.md");
    let now = page();
    if std::env::var_os("MTLINT_WRITE_PAGES").is_some() {
        fs::write(&path, &now).expect("written");
    }
    let there = fs::read_to_string(&path).expect("readable");
    assert!(there == now, "docs/rules.md is old: run MTLINT_WRITE_PAGES=1 cargo test --test rule_pages");
}
