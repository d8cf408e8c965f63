//! The embedded grammar engine against nlprule itself: the same findings, in how much less time.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use clap::Args;
use mtlint::grammar::{Grammar, NlpruleModel};
use mtlint::lexicon::tokens;
use mtlint::text::sentence::sentences;

#[derive(Args)]
pub(crate) struct Texts {
    /// The folder with nlprule's en_tokenizer.bin and en_rules.bin, plain or with .zst
    #[arg(long, value_name = "DIR")]
    model_dir: PathBuf,
    /// Plain text, one paragraph per line
    #[arg(value_name = "FILE", required = true)]
    text: Vec<PathBuf>,
}

/// So many paragraphs are checked by one, then by the other.
const AT_ONCE: usize = 500;

/// Checks paragraphs with both, turn by turn.
pub(crate) fn compare(texts: &Texts) -> Result<()> {
    let engine = NlpruleModel::embedded()?;
    let nlprule = NlpruleModel::from_dir(&texts.model_dir)?;
    // One thread: nlprule spreads its rules over the pool it is in.
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build()?;
    let differences = texts.text.iter().map(|path| {
        let text =
            std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        print!("{}: ", path.display());
        Ok(pool.install(|| compare_text(&text, &engine, &nlprule)))
    });
    let differences: usize = differences.sum::<Result<usize>>()?;
    ensure!(differences == 0, "{differences} paragraphs differ");
    Ok(())
}

/// The number of paragraphs in which the findings differ.
fn compare_text(text: &str, engine: &NlpruleModel, nlprule: &NlpruleModel) -> usize {
    let paragraphs: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let (mut counts, mut times, mut differences) = ([0; 3], [Duration::ZERO; 2], 0);
    for part in paragraphs.chunks(AT_ONCE) {
        let start = Instant::now();
        let found = engine.check_blocks(part);
        let half = Instant::now();
        let expected = nlprule.check_blocks(part);
        times[0] += half - start;
        times[1] += half.elapsed();
        for ((paragraph, found), expected) in part.iter().zip(found).zip(expected) {
            counts[0] += sentences(paragraph).len();
            counts[1] += tokens(paragraph).count();
            counts[2] += expected.len();
            if found != expected {
                differences += 1;
                eprintln!("{paragraph}\n  nlprule {expected:?}\n  engine  {found:?}");
            }
        }
    }
    println!(
        "{} bytes, {} sentences, {} tokens, {} findings, {differences} paragraphs differ, {:.2} times as fast",
        text.len(),
        counts[0],
        counts[1],
        counts[2],
        times[1].as_secs_f64() / times[0].as_secs_f64()
    );
    differences
}
