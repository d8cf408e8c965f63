//! The maintainer's tool that writes the embedded data from nlprule's published model.
//!
//! Not part of the product: nobody needs it to build mtlint. `src/lexicon/data/README.md` says how to use it.

mod answers;
mod compare;
mod grammar;
mod model;
mod resolve;
mod tables;
mod train;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::{Args, Parser, Subcommand};

#[derive(Parser)]
#[command(version, about = "Writes the data embedded in mtlint from nlprule's English model")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Write the tables of words, lemmas and frequencies
    Lexicon(Sources),
    /// Train the part-of-speech tagger, with nlprule as its teacher; needs the tables built in
    Tagger(Sources),
    /// Write what nlprule says about texts, for the test that compares
    Answers(Sources),
    /// Take nlprule's model apart into the files that the grammar engine embeds
    Grammar(Model),
    /// Compare the embedded grammar engine with nlprule itself on texts; fails if anything differs
    Compare(compare::Texts),
}

#[derive(Args)]
struct Model {
    /// nlprule's en_tokenizer.bin, plain or with .zst
    #[arg(long, value_name = "FILE")]
    tokenizer: PathBuf,
    /// nlprule's en_rules.bin, plain or with .zst
    #[arg(long, value_name = "FILE")]
    rules: PathBuf,
    /// The folder to write to
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

#[derive(Args)]
struct Sources {
    /// nlprule's en_tokenizer.bin, decoded
    #[arg(long, value_name = "FILE")]
    model: PathBuf,
    /// Plain text, one paragraph per line
    #[arg(long, value_name = "FILE", num_args = 1.., required = true)]
    text: Vec<PathBuf>,
    /// The folder to write to
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

fn main() -> Result<()> {
    match Cli::parse().command {
        Command::Lexicon(sources) => {
            let dictionary = model::dictionary(&model::tokenizer(&sources.model)?)?;
            for (name, bytes) in tables::write(&dictionary, &sources.texts()?)? {
                store(&sources.out, name, &bytes)?;
            }
        }
        Command::Tagger(sources) => {
            let tokenizer = model::tokenizer(&sources.model)?;
            for (name, bytes) in train::train(&tokenizer, &sources.texts()?) {
                store(&sources.out, name, &bytes)?;
            }
        }
        Command::Answers(sources) => {
            let tokenizer = model::tokenizer(&sources.model)?;
            for (path, text) in sources.text.iter().zip(sources.texts()?) {
                let stem = path.file_stem().context("a text needs a file name")?.to_string_lossy();
                store(&sources.out, &format!("{stem}.tsv"), answers::write(&tokenizer, &text).as_bytes())?;
            }
        }
        Command::Grammar(files) => {
            let tokenizer = model::mirrored(&files.tokenizer)?;
            for (name, bytes) in grammar::write(tokenizer, model::mirrored(&files.rules)?)? {
                store(&files.out, name, &bytes)?;
            }
        }
        Command::Compare(texts) => compare::compare(&texts)?,
    }
    Ok(())
}

impl Sources {
    fn texts(&self) -> Result<Vec<String>> {
        let read = |path: &PathBuf| {
            fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
        };
        self.text.iter().map(read).collect()
    }
}

fn store(folder: &Path, name: &str, bytes: &[u8]) -> Result<()> {
    let path = folder.join(name);
    fs::write(&path, bytes).with_context(|| format!("cannot write {}", path.display()))?;
    println!("{:>9} bytes  {}", bytes.len(), path.display());
    Ok(())
}
