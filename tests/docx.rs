//! A `.docx` survives: what is no letter of its prose is the same before and after a fix.

use std::io::{Cursor, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use mtlint::diagnostic::Applicability;
use mtlint::format::{self, Format};
use mtlint::rule::{self, RuleFiles};
use mtlint::session::{Session, Settings};
use quick_xml::Reader;
use quick_xml::events::Event;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

fn session(files: &RuleFiles) -> Session {
    let rules = Arc::new(rule::load(files).expect("the rules compile"));
    Session::new(rules, None, Settings { translated: true, ..Settings::default() }).expect("no selectors")
}

/// The parts of an archive by name, unpacked.
fn parts(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).expect("an archive");
    let part = |archive: &mut ZipArchive<Cursor<&[u8]>>, index| {
        let mut file = archive.by_index(index).expect("there");
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).expect("unpacked");
        (file.name().expect("a name").into_owned(), bytes)
    };
    let count = archive.len();
    (0..count).map(|index| part(&mut archive, index)).collect()
}

/// All of a part that is no text, and no word about the blanks of a text.
fn outline(part: &[u8]) -> Vec<String> {
    let text = std::str::from_utf8(part).expect("UTF-8");
    let mut reader = Reader::from_str(text);
    let mut outline = Vec::new();
    loop {
        match reader.read_event().expect("well formed") {
            Event::Eof => return outline,
            Event::Text(_) | Event::GeneralRef(_) | Event::CData(_) => {}
            event => outline.push(format!("{event:?}").replace(" xml:space=\\\"preserve\\\"", "")),
        }
    }
}

/// Checks that all but letters survives all fixes, and everything does where there are none; gives how many there were.
fn survives(bytes: &[u8], none: &Session, all: &Session) -> Result<usize, String> {
    let source = format::decode(bytes.to_vec(), Format::Docx, None).map_err(|error| error.to_string())?;
    for segment in format::read(&source, Format::Docx).segments {
        if source.slice(segment.source_span()) != segment.text {
            return Err(format!("{:?} is shown otherwise", segment.text));
        }
    }
    let fix = |session: &Session| {
        let fixed = session.fix(&source, Format::Docx, Applicability::Unsafe).map_err(|e| e.to_string())?;
        Ok::<_, String>((fixed.source.to_bytes().map_err(|e| e.to_string())?.into_owned(), fixed))
    };
    if fix(none)?.0 != bytes {
        return Err("without rules the file has changed".to_owned());
    }
    let (after, fixed) = fix(all)?;
    let again = format::decode(after.clone(), Format::Docx, None).map_err(|error| error.to_string())?;
    if again.text() != fixed.text() {
        return Err("the text that was written is another one".to_owned());
    }
    let (before, after) = (parts(bytes), parts(&after));
    if before.len() != after.len() {
        return Err("there are other parts".to_owned());
    }
    for ((name, old), (new_name, new)) in before.iter().zip(&after) {
        if name != new_name || (old != new && outline(old) != outline(new)) {
            return Err(format!("{name} differs in more than its text"));
        }
    }
    Ok(fixed.applied.len())
}

/// A document with these bodies of paragraphs.
fn docx(paragraphs: &[&str]) -> Vec<u8> {
    let body: String = paragraphs.iter().map(|inner| format!("<w:p>{inner}</w:p>")).collect();
    let xml =
        format!("<?xml version=\"1.0\"?><w:document xmlns:w=\"w\"><w:body>{body}</w:body></w:document>");
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file("word/document.xml", SimpleFileOptions::default()).expect("in memory");
    writer.write_all(xml.as_bytes()).expect("in memory");
    writer.finish().expect("in memory").into_inner()
}

#[test]
fn faults_are_mended_inside_runs_and_shown_across_them() {
    let all = session(&RuleFiles::builtin());
    let paragraphs = [
        "<w:r><w:t>They met at the the summit of OTAN.</w:t></w:r>",
        "<w:r><w:t xml:space=\"preserve\">They met at the </w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>the summit.</w:t></w:r>",
    ];
    let bytes = docx(&paragraphs);
    assert!(survives(&bytes, &session(&RuleFiles::new()), &all).expect("it survives") >= 2);
    let source = format::decode(bytes, Format::Docx, None).expect("one");
    let fixed = all.fix(&source, Format::Docx, Applicability::Safe).expect("no fight");
    assert_eq!(fixed.text(), "They met at the summit of NATO.\nThey met at the the summit.\n");
    let left = &fixed.remaining[0];
    assert_eq!(&*left.rule, "repetition/small-word-doubled");
    assert!(left.unattended_fix(Applicability::Unsafe).is_none(), "it would cross a border of looks");
}

/// Set `MTLINT_ROUND_TRIP` to a folder of `.docx` files.
#[test]
#[ignore = "needs a folder of real files"]
fn real_files_survive() {
    let folder = PathBuf::from(std::env::var_os("MTLINT_ROUND_TRIP").expect("a folder"));
    let (none, all) = (session(&RuleFiles::new()), session(&RuleFiles::builtin()));
    let (mut files, mut fixes, mut refused) = (0, 0, 0);
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder).expect("readable").map(|entry| entry.expect("readable").path()).collect();
    paths.sort();
    for path in paths.iter().filter(|path| Format::from_path(path) == Format::Docx) {
        match survives(&std::fs::read(path).expect("readable"), &none, &all) {
            Ok(applied) => {
                files += 1;
                fixes += applied;
            }
            Err(error) if error.starts_with("the file cannot be opened") => {
                refused += 1;
                println!("{}: {error}", shown(path));
            }
            Err(error) => panic!("{}: {error}", path.display()),
        }
    }
    println!("{files} files, {fixes} fixes, {refused} could not be opened");
    assert!(files > 0, "no file was found");
}

fn shown(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
