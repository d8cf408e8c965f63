//! Every fixture article against its golden report and its golden fixed text, grammar included.
//!
//! `MTLINT_UPDATE=1 cargo test --test articles` writes the golden files anew; read the difference before you commit it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{env, fs};

use libtest_mimic::{Arguments, Failed, Trial};
use mtlint::diagnostic::{Applicability, Diagnostic, Severity};
use mtlint::format::Format;
use mtlint::grammar::{Grammar, LazyGrammar, NlpruleModel};
use mtlint::rule::{self, RuleFiles};
use mtlint::session::{Session, Settings};
use mtlint::source::Source;

fn main() {
    let args = Arguments::from_args();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let rules = Arc::new(rule::load(&RuleFiles::builtin()).unwrap_or_else(|e| panic!("{e}")));
    let grammar: Arc<dyn Grammar> = Arc::new(LazyGrammar::start(|| {
        NlpruleModel::embedded().map(|model| Box::new(model) as Box<dyn Grammar>)
    }));
    let session = Arc::new(Session::new(rules, Some(grammar), Settings::default()).expect("no selectors"));
    let mut trials = Vec::new();
    for (folder, clean) in [(root.join("articles"), false), (root.join("articles/clean"), true)] {
        for path in texts(&folder) {
            let name = path.file_stem().expect("it ends in .txt").to_string_lossy().into_owned();
            let (session, golden) = (Arc::clone(&session), root.join("golden"));
            trials.push(Trial::test(name.clone(), move || article(&session, &path, &golden, &name, clean)));
        }
    }
    assert!(trials.len() >= 16, "the articles are missing");
    libtest_mimic::run(&args, trials).exit();
}

fn texts(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.map(|e| e.expect("readable").path()).collect();
    paths.retain(|p| p.extension().is_some_and(|e| e == "txt"));
    paths.sort();
    paths
}

fn article(session: &Session, path: &Path, golden: &Path, name: &str, clean: bool) -> Result<(), Failed> {
    let bytes = fs::read(path)?;
    let source = Source::from_bytes(bytes).map_err(|e| e.to_string())?;
    let found = session.check(&source, Format::Plain);
    if clean && found.iter().any(|d| d.severity >= Severity::Warning) {
        return Err(format!("a clean article has findings:\n{}", report(&source, &found)).into());
    }
    compare(&golden.join(format!("{name}.report")), &report(&source, &found))?;
    let fixed = session.fix(&source, Format::Plain, Applicability::Safe).map_err(|e| e.to_string())?;
    compare(&golden.join(format!("{name}.fixed")), fixed.text())?;
    let again = Source::from_text(fixed.text()).map_err(|e| e.to_string())?;
    let twice = session.fix(&again, Format::Plain, Applicability::Safe).map_err(|e| e.to_string())?;
    if twice.text() != fixed.text() {
        return Err("fixing again changes the text".into());
    }
    Ok(())
}

fn report(source: &Source, found: &[Diagnostic]) -> String {
    let mut out = String::new();
    for d in found {
        let at = source.position(d.span.start);
        let (severity, text) = (d.severity.as_str(), source.slice(d.span));
        write!(out, "{}:{} {severity} {} [{text}]", at.line, at.column, d.rule).expect("a String takes all");
        if let [fix] = d.fixes.as_slice() {
            let edits: Vec<String> =
                fix.edits.iter().map(|e| format!("[{}→{}]", source.slice(e.span), e.text)).collect();
            write!(out, " {} {}", fix.applicability.as_str(), edits.join(" ")).expect("a String takes all");
        }
        out.push('\n');
    }
    out
}

fn compare(path: &Path, got: &str) -> Result<(), Failed> {
    if env::var_os("MTLINT_UPDATE").is_some() {
        fs::create_dir_all(path.parent().expect("it lies in a folder"))?;
        fs::write(path, got)?;
        return Ok(());
    }
    let expected = fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
    if expected == got {
        return Ok(());
    }
    let diff = similar::TextDiff::from_lines(&expected, got);
    Err(format!("{} differs:\n{}", path.display(), diff.unified_diff().context_radius(1)).into())
}
