//! The grammar engine against nlprule itself, on prose, on machine translation and on the sentences of its tests.

use std::path::Path;

use mtlint::grammar::{Grammar, GrammarFinding, NlpruleModel};

#[test]
fn the_engine_finds_what_nlprule_finds() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut blocks = Vec::new();
    for path in ["tests/lexicon/prose.txt", "fixtures/articles/seed.txt", "src/grammar/tests.rs"] {
        let text = std::fs::read_to_string(root.join(path)).expect("a file of the repository");
        blocks.extend(text.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned));
    }
    let engine = NlpruleModel::embedded().expect("the embedded model loads");
    let nlprule = NlpruleModel::from_dir(&root.join("tests/model")).expect("the published model loads");
    assert_eq!(engine.rules().len(), nlprule.rules().len());
    let pairs: Vec<(Vec<GrammarFinding>, Vec<GrammarFinding>)> =
        blocks.iter().map(|block| (engine.check(block), nlprule.check(block))).collect();
    let together: Vec<&str> = blocks.iter().map(String::as_str).collect();
    assert!(engine.check_blocks(&together).iter().eq(pairs.iter().map(|(ours, _)| ours)));
    for (block, (ours, theirs)) in blocks.iter().zip(&pairs) {
        assert_eq!(ours, theirs, "{block}");
    }
    let findings: usize = pairs.iter().map(|(ours, _)| ours.len()).sum();
    assert!(findings > 30, "{findings} findings prove little");
}
