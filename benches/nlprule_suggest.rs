//! nlprule as it comes: its tokenizer, all its rules and its own `suggest`, over one file.
//!
//! `benches/compare.py` runs it beside mtlint. The model is read from `tests/model`, as nlprule publishes it.

use std::path::Path;
use std::{env, fs};

use anyhow::{Context, Result};
use nlprule::{Rules, Tokenizer};

fn main() -> Result<()> {
    let path = env::args_os().nth(1).context("usage: nlprule_suggest FILE")?;
    let text = fs::read_to_string(&path)?;
    let part = |name: &str| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/model").join(name);
        anyhow::Ok(zstd::decode_all(fs::File::open(path)?)?)
    };
    let tokenizer = Tokenizer::from_reader(part("en_tokenizer.bin.zst")?.as_slice())?;
    let rules = Rules::from_reader(part("en_rules.bin.zst")?.as_slice())?;
    println!("{} suggestions", rules.suggest(&text, &tokenizer).len());
    Ok(())
}
