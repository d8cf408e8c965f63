//! Every built-in rule against its own examples: one test a rule.

use std::sync::Arc;

use libtest_mimic::{Arguments, Trial};
use mtlint::rule::{self, RuleFiles, examples};

fn main() {
    let args = Arguments::from_args();
    let rules = Arc::new(rule::load(&RuleFiles::builtin()).unwrap_or_else(|e| panic!("{e}")));
    assert!(rules.len() >= 250, "packs are missing");
    let verdicts = examples::test(&rules, |_| true).unwrap_or_else(|e| panic!("{e}"));
    let trials = verdicts.into_iter().map(|verdict| {
        Trial::test(verdict.rule.to_string(), move || {
            let failures: Vec<String> = verdict.failures.iter().map(ToString::to_string).collect();
            if failures.is_empty() { Ok(()) } else { Err(failures.join("\n").into()) }
        })
    });
    libtest_mimic::run(&args, trials.collect()).exit();
}
