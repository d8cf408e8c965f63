//! Which word each rule waits for.

use mtlint::grammar::engine::pattern::{Pattern, Test, WordTest};

/// What a rule waits for: one of these matchers, each to match a word or (`true`) a lemma.
pub(super) type Wait = Vec<(u16, bool)>;

/// The rarest thing among those that a rule cannot match without; `None` if all it asks for is too vague.
/// `cost` is how often a matcher matches (a word, a lemma), if it has a list of strings.
pub(super) fn wait(pattern: &Pattern, cost: &impl Fn((u16, bool)) -> Option<f32>) -> Option<Wait> {
    let sequence = pattern.sequence.as_ref()?;
    let steps = sequence.steps.iter().filter(|step| step.min > 0);
    let needs = steps.flat_map(|step| needs(&step.test));
    let priced = needs.filter_map(|need| {
        let sum = need.iter().map(|feature| cost(*feature)).sum::<Option<f32>>()?;
        Some((sum, need))
    });
    priced.min_by(|(a, _), (b, _)| a.total_cmp(b)).map(|(_, need)| need)
}

/// What a test needs; each of the answers must be there.
fn needs(test: &Test) -> Vec<Wait> {
    match test {
        Test::Text(WordTest::Matcher { number, negate: false, .. }) => vec![vec![(*number, false)]],
        Test::Reading { lemma: Some(WordTest::Matcher { number, negate: false, .. }), .. } => {
            vec![vec![(*number, true)]]
        }
        Test::All(tests) => tests.iter().flat_map(needs).collect(),
        Test::Any(tests) => {
            // One need of each; which one does not matter much, most have only one.
            let first: Option<Vec<Wait>> = tests.iter().map(|test| needs(test).into_iter().next()).collect();
            first.filter(|all| !all.is_empty()).map(|all| vec![all.concat()]).unwrap_or_default()
        }
        Test::At(test, _) => needs(test),
        Test::Always(_)
        | Test::Unknown
        | Test::Space(_)
        | Test::Not(_)
        | Test::Reading { .. }
        | Test::Text(_) => Vec::new(),
    }
}
