//! Bounds: what is too large is refused or read in part, and says so; nothing takes time or memory beyond its size.
//!
//! What a test is named after was once so. None of these looks at a clock: before its mend, each took minutes, hours or
//! more memory than there is. `benches/load.py` measures the same and more.

use std::fs::{self, File};
use std::io::{Cursor, Write};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::{Arc, LazyLock};

use mtlint::diagnostic::{Applicability, Diagnostic, Edit};
use mtlint::fix::FixError;
use mtlint::format::{self, Format};
use mtlint::limit::{MAX_FILE, MAX_SEGMENTS};
use mtlint::rule::{self, Recall, RuleFiles, RuleSet};
use mtlint::session::{Session, Settings};
use mtlint::source::Source;
use mtlint::span::Span;
use mtlint::unfinished::{UNFINISHED, is_unfinished};
use tempfile::TempDir;

static RULES: LazyLock<Arc<RuleSet>> =
    LazyLock::new(|| Arc::new(rule::load(&RuleFiles::builtin()).unwrap_or_else(|error| panic!("{error}"))));

const FAULT: &str = "He went to the the market.\n";

fn session() -> Session {
    Session::new(Arc::clone(&RULES), None, Settings::default()).expect("no selectors")
}

fn check(text: &str, format: Format) -> Vec<Diagnostic> {
    session().check(&Source::from_text(text).expect("it fits"), format)
}

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, text) in files {
        fs::write(folder.path().join(name), text).expect("written");
    }
    folder
}

fn mtlint(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mtlint"));
    command.args(arguments).args(["--no-grammar", "--no-cache"]).current_dir(folder);
    command.env("NO_COLOR", "1").env("COLUMNS", "200").stdin(Stdio::null());
    command
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    mtlint(folder, arguments).output().expect("the program starts")
}

fn said(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

// Files.

#[test]
fn a_file_of_a_gigabyte_is_refused_and_the_others_are_checked() {
    let folder = folder(&[("b.txt", FAULT)]);
    // A file with a hole takes no space; nothing of it is read.
    File::create(folder.path().join("a.txt")).and_then(|file| file.set_len(1 << 30)).expect("made");
    let output = run(folder.path(), &["check", "--output-format", "concise", "."]);
    assert_eq!(output.status.code(), Some(2));
    let expected = "error: a.txt: is too large to be read\n  why: it is 1024 MiB long, and 32 MiB are read at most\n  \
                    help: split it, or leave it out\n";
    assert!(said(&output.stderr).contains(expected), "{}", said(&output.stderr));
    assert!(said(&output.stdout).contains("b.txt:1:12"), "{}", said(&output.stdout));
}

#[test]
fn standard_input_without_an_end_was_read_until_memory_was_full() {
    let folder = folder(&[]);
    let mut child = mtlint(folder.path(), &["check", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut input = child.stdin.take().expect("piped");
    // It is written until nobody reads it any more.
    while input.write_all(&[b'a'; 1 << 16]).is_ok() {}
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(2));
    let stderr = said(&output.stderr);
    assert!(stderr.contains("<stdin>: is too large to be read"), "{stderr}");
    assert!(stderr.contains("it is too long, and 32 MiB are read at most"), "{stderr}");
}

#[test]
fn a_text_may_be_as_long_as_a_file_and_no_longer() {
    assert!(Source::from_text(" ".repeat(MAX_FILE)).is_ok());
    let error = Source::from_text(" ".repeat(MAX_FILE + 1)).expect_err("too long");
    assert_eq!(
        error.to_string(),
        "it is 32.1 MiB long, and 32 MiB are read at most; split it, or leave it out"
    );
}

#[test]
fn files_are_held_by_their_bytes_and_told_in_their_order() {
    // More than fit at a time, so that they come in several rounds.
    let long = "\n".repeat(5 << 20);
    let texts = [format!("{FAULT}{long}"), FAULT.to_owned(), format!("{long}{FAULT}"), FAULT.to_owned()];
    let names = ["a.txt", "b.txt", "c.txt", "d.txt"];
    let files: Vec<(&str, &str)> = names.into_iter().zip(texts.iter().map(String::as_str)).collect();
    let folder = folder(&files);
    for jobs in ["1", "3"] {
        let output = run(folder.path(), &["check", "--jobs", jobs, "--output-format", "concise", "-q"]);
        let lines: Vec<String> = said(&output.stdout)
            .lines()
            .filter_map(|line| Some(line.split_once(' ')?.0.to_owned()))
            .collect();
        let last = (5 << 20) + 1;
        assert_eq!(lines, ["a.txt:1:12:", "b.txt:1:12:", &format!("c.txt:{last}:12:"), "d.txt:1:12:"]);
    }
}

// Findings.

#[test]
fn ten_thousand_findings_in_one_file_are_told_in_full() {
    let folder = folder(&[("a.txt", &FAULT.repeat(10_000)), ("b.txt", &FAULT.repeat(1000))]);
    let run = |name, jobs| {
        let output = run(folder.path(), &["check", name, "--jobs", jobs, "--output-format", "jsonl", "-q"]);
        said(&output.stdout)
    };
    let doubled = |output: &str| output.lines().filter(|line| line.contains("repetition/")).count();
    assert_eq!(doubled(&run("a.txt", "2")), 10_000);
    let (one, two) = (run("b.txt", "1"), run("b.txt", "2"));
    assert_eq!(doubled(&one), 1000);
    assert!(one == two, "the same on one thread and on two");
}

/// In pools of one thread and of several.
fn on_threads<T: Send>(job: impl Fn() -> T + Sync) -> [T; 2] {
    [1, 4].map(|threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        pool.install(&job)
    })
}

#[test]
fn a_text_with_too_many_faults_is_read_as_far_as_that() {
    let text = FAULT.repeat(3000);
    let source = Source::from_text(text).expect("it fits");
    let session = session().reading_to(1000);
    let [found, again] = on_threads(|| session.check(&source, Format::Plain));
    assert!(found == again, "the same on one thread and on several");
    let recall = Recall::default();
    for _ in 0..2 {
        assert!(session.check_again(&source, Format::Plain, &recall) == found, "and with what is known");
    }
    assert!((1001..1100).contains(&found.len()), "{}", found.len());
    let last = found.last().expect("there is one");
    assert_eq!(&*last.rule, UNFINISHED);
    assert_eq!(
        last.message,
        "There are more than 1,000 faults up to here; what follows was not read: split the text."
    );
    assert!(found.iter().rev().skip(1).all(|finding| finding.span.end <= last.span.start));
    let enough = Session::new(Arc::clone(&RULES), None, Settings::default()).expect("no selectors");
    assert!(!is_unfinished(&enough.reading_to(found.len() * 4).check(&source, Format::Plain)));
}

#[test]
fn what_is_told_of_the_faults_of_a_text_had_no_end() {
    let source = Source::from_text(FAULT.repeat(3000)).expect("it fits");
    let session = session().saying_to(100_000);
    let [found, again] = on_threads(|| session.check(&source, Format::Plain));
    assert!(found == again, "the same on one thread and on several");
    let recall = Recall::default();
    for _ in 0..2 {
        assert!(session.check_again(&source, Format::Plain, &recall) == found, "and with what is known");
    }
    assert!((100..2600).contains(&found.len()), "{}", found.len());
    let last = found.last().expect("there is one");
    assert_eq!(&*last.rule, UNFINISHED);
    assert_eq!(
        last.message,
        "There is more than 0.1 MiB to be said up to here; what follows was not read: split the text."
    );
    assert!(found.iter().rev().skip(1).all(|finding| finding.span.start < last.span.start));
    let fixed = session.fix(&source, Format::Plain, Applicability::Safe);
    assert_eq!(fixed.expect_err("too much"), FixError::Unfinished);
}

#[test]
fn what_is_found_in_the_whole_document_counts_too() {
    // Marks without a counterpart are found by a rule that sees the document as a whole.
    let text = "The minister “ spoke of the market.\n\n".repeat(400);
    let source = Source::from_text(text).expect("it fits");
    let found = session().reading_to(100).check(&source, Format::Plain);
    assert!(is_unfinished(&found) && found.len() < 300, "{}", found.len());
}

#[test]
fn a_text_that_is_not_read_to_its_end_is_not_fixed() {
    let source = Source::from_text(FAULT.repeat(50)).expect("it fits");
    let fixed = |most| session().reading_to(most).fix(&source, Format::Plain, Applicability::Safe);
    assert_eq!(fixed(10).expect_err("too much"), FixError::Unfinished);
    let fixed = fixed(1000).expect("all is read");
    assert_eq!(fixed.text(), "He went to the market.\n".repeat(50));
}

#[test]
fn nothing_hides_that_a_text_was_not_read_to_its_end() {
    // So many names in one comment are not heeded; nor is anything read after them.
    let names: Vec<String> = (0..100_001).map(|number| format!("a/{number}")).collect();
    let text = format!(
        "{FAULT}\n<!-- mtlint-disable-file -->\n\n<!-- mtlint-disable {} -->\n\n{FAULT}",
        names.join(",")
    );
    let folder = folder(&[("a.md", &text)]);
    let unfinished = |arguments: &[&str]| {
        let output = run(folder.path(), arguments);
        let stdout = said(&output.stdout);
        let lines: Vec<&str> = stdout.lines().collect();
        let expected = "a.md:5:1: error mtlint/unfinished There are more than 100,000 comments for mtlint up to here; \
                        what follows was not read: split the text.";
        assert_eq!((output.status.code(), &lines[..]), (Some(1), &[expected][..]), "{arguments:?}");
    };
    let check = ["check", "-q", "--output-format", "concise"];
    unfinished(&check);
    unfinished(&[&check[..], &["--ignore", "mtlint", "--min-severity", "error"]].concat());
    let sarif = said(&run(folder.path(), &["check", "-q", "--output-format", "sarif"]).stdout);
    assert!(sarif.contains(r#"{"text":"There is too much in this text to read it to its end."}"#), "{sarif}");
    assert_eq!(run(folder.path(), &["baseline", "create"]).status.code(), Some(0));
    unfinished(&[&check[..], &["--baseline", ".mtlint-baseline.json"]].concat());
    let fix = run(folder.path(), &["fix"]);
    assert_eq!(fix.status.code(), Some(2));
    assert!(
        said(&fix.stderr)
            .contains("there is too much in the text to read it to its end, so it was left as it was")
    );
    assert_eq!(fs::read_to_string(folder.path().join("a.md")).expect("there"), text);
}

#[test]
fn a_million_tiny_blocks_and_more_are_read_as_far_as_that() {
    let most = MAX_SEGMENTS;
    for (format, head, unit, tail) in [
        (Format::Plain, "", "a\n", ""),
        (Format::Html, "", "a<p>", ""),
        (Format::Json, "{\"text\":[\"a\"", ",\"a\"", "]}"),
    ] {
        let text = format!("{head}{}{tail}", unit.repeat(most + 10));
        let source = Source::from_text(text).expect("it fits");
        let document = format::read(&source, format);
        assert_eq!(document.segments.len(), most, "{format:?}");
        let end = document.segments.last().expect("some").source_span().end;
        assert!(end <= head.len() + unit.len() * most, "{format:?}");
    }
}

// Texts that took too long or too much memory.

#[test]
fn a_name_of_sixty_thousand_letters_was_compared_in_four_gigabytes() {
    let name = format!("V{}", "e".repeat(60_000));
    assert!(check(&format!("{name}\n\nThen {name} left.\n"), Format::Plain).len() < 100);
}

#[test]
fn names_one_letter_apart_were_each_compared_with_all_others() {
    let mut text = "Jean Verdeaux spoke.\n".repeat(20_000);
    // Letters without capitals, which leave the name the same but for them.
    for letter in ('\u{4e00}'..'\u{9a00}').take(19_000) {
        text.push_str(&format!("Paul Verd{letter}eaux spoke.\n"));
    }
    let settings = Settings { select: vec!["names".parse().expect("a pack")], ..Settings::default() };
    let session = Session::new(Arc::clone(&RULES), None, settings).expect("the pack is there");
    session.check(&Source::from_text(text).expect("it fits"), Format::Plain);
}

#[test]
fn titles_in_a_row_were_read_as_a_name_from_each_of_them() {
    check(&"Mr ".repeat(40_000), Format::Plain);
}

#[test]
fn the_text_before_each_bracket_was_read_from_its_start() {
    check(&"(a)".repeat(40_000), Format::Plain);
}

#[test]
fn the_blanks_before_comments_were_read_for_each_of_them() {
    let comments = "<!-- mtlint-disable fr-idioms -->".repeat(20_000);
    let text = format!("{}{comments}<p>Text.</p>\n", " ".repeat(200_000));
    let unused = check(&text, Format::Html);
    assert_eq!(unused.iter().filter(|finding| !finding.fixes.is_empty()).count(), 20_000);
}

#[test]
fn a_mark_without_a_counterpart_had_its_paragraph_read_anew() {
    check(&"“a ".repeat(20_000), Format::Plain);
}

#[test]
fn each_doubled_word_was_compared_with_all_that_may_be_doubled() {
    let ignored: Vec<String> = (0..1000).map(|number| format!("word{number}")).collect();
    let rule = format!(
        "message: twice\nmatch: {{repeat: {{of: word, ignore: [{}]}}}}\nexamples: [{{bad: the the}}, {{ok: the}}]\n",
        ignored.join(", ")
    );
    let mut files = RuleFiles::new();
    files.add("house/twice.yml", "house/twice.yml", rule);
    let rules = Arc::new(rule::load(&files).unwrap_or_else(|error| panic!("{error}")));
    let session = Session::new(rules, None, Settings::default()).expect("no selectors");
    let source = Source::from_text("no no. ".repeat(50_000)).expect("it fits");
    assert_eq!(session.check(&source, Format::Plain).len(), 50_000);
}

/// A session with one rule, of these keys, and with a list `l` for it.
fn session_of(keys: &str, list: &str) -> Session {
    let rule = format!("message: found\n{keys}\nexamples: [{{bad: zz}}, {{ok: yy}}]\n");
    let mut files = RuleFiles::new();
    files.add("house/rule.yml", "house/rule.yml", rule);
    files.add("house/lists/l.txt", "house/lists/l.txt", list.to_owned());
    let rules = Arc::new(rule::load(&files).unwrap_or_else(|error| panic!("{error}")));
    Session::new(rules, None, Settings::default()).expect("no selectors")
}

/// How much the session finds in a text.
fn count(session: &Session, text: &str) -> usize {
    session.check(&Source::from_text(text).expect("it fits"), Format::Plain).len()
}

#[test]
fn candidates_of_phrases_that_begin_alike_were_all_gathered_before_one_was_verified() {
    // All of them wait for the same two letters.
    let phrases: String = (0..10_000).map(|number| format!("    zz w{number}: ~\n")).collect();
    let session = session_of(&format!("match:\n  phrases:\n{phrases}"), "");
    assert_eq!(count(&session, &format!("{}zz w17\n", "zz ".repeat(250))), 1);
}

#[test]
fn thousands_of_phrases_were_found_at_each_place_of_a_paragraph_before_there_were_too_many() {
    let phrases: String = (0..3_000).map(|number| format!("    \"{{zz|q{number}}}\": ~\n")).collect();
    let session = session_of(&format!("match:\n  phrases:\n{phrases}"), "").reading_to(1000);
    for text in ["zz ".repeat(1000), format!("{}\n\n", "zz ".repeat(100)).repeat(6)] {
        let source = Source::from_text(text).expect("it fits");
        let [found, again] = on_threads(|| session.check(&source, Format::Plain));
        assert!(is_unfinished(&found) && found.len() < 100, "{}", found.len());
        assert!(found == again, "the same on one thread and on several");
        let recall = Recall::default();
        for _ in 0..2 {
            assert!(session.check_again(&source, Format::Plain, &recall) == found, "and with what is known");
        }
    }
}

#[test]
fn the_places_where_a_row_may_start_were_gathered_for_each_word_in_its_reach() {
    let optional = "{shape: number, optional: true, skip: 20}, ".repeat(62);
    let session = session_of(&format!("match: {{tokens: [{{shape: number}}, {optional}{{text: zz}}]}}"), "");
    let text = format!("{}\n\n", "zz ".repeat(20_000)).repeat(4);
    assert_eq!(count(&session, &format!("{text}12 zz.\n")), 1);
}

#[test]
fn the_word_beside_a_match_was_looked_for_as_far_as_the_paragraph_goes() {
    let marks = "! ".repeat(30_000);
    for (side, text) in [("before", format!("go {marks}\n")), ("after", format!("{marks}go\n"))] {
        let session = session_of(&format!("match: {{regex: '!'}}\nwhen: [{{lemma-{side}: go}}]"), "");
        assert_eq!(count(&session, &text), 100, "{side}");
    }
}

#[test]
fn a_sentence_without_words_was_read_from_its_start_for_each_mark_in_it() {
    let session = session_of("match: {regex: ','}\nwhen: [{at: clause-start, match: ';'}]", "");
    assert_eq!(count(&session, &format!("{}.\n", ", ".repeat(30_000))), 0);
}

#[test]
fn each_entry_of_a_list_was_compared_at_each_place_that_a_phrase_reaches() {
    let repeated: String = (1..=10).map(|letters| format!("{}\n", "a".repeat(letters))).collect();
    let others: String = (0..4640).map(|number| format!("aq{number}\n")).collect();
    let phrase = format!("{}zz", "{@l}".repeat(31));
    let session = session_of(&format!("match: {{phrases: {{\"{phrase}\": ~}}}}"), &(repeated + &others));
    // All of the letters are more than the lists can take together.
    let text = format!("{}zz ", "a".repeat(400)).repeat(50);
    assert_eq!(count(&session, &format!("{text}{}zz\n", "a".repeat(200))), 1);
}

#[test]
fn the_ends_of_a_very_long_word_were_looked_for_from_each_of_its_letters() {
    // Literals that rules begin with, again and again, and never the end of a word.
    check(&"Saidofthetheyearsandthat".repeat(5000), Format::Plain);
}

#[test]
fn images_in_images_were_counted_from_the_outermost() {
    let depth = 60_000;
    let text = format!("{}a{}", "![".repeat(depth), "](b)".repeat(depth));
    format::read(&Source::from_text(text).expect("it fits"), Format::Markdown);
}

#[test]
fn comments_that_are_not_understood_were_each_compared_with_all_words() {
    let comments: Vec<String> =
        (0..20_000).map(|number| format!("<!-- mtlint-disabel{number} -->\n\n")).collect();
    let found = check(&comments.concat(), Format::Markdown);
    assert_eq!(found.len(), 20_000);
    let advised = found.iter().filter(|finding| !finding.fixes.is_empty()).count();
    assert!(advised <= 16, "{advised}");
    // Nor is what is far too long for a word.
    check(
        &format!(
            "<!-- mtlint-{} -->\n\n<!-- mtlint-disable {} -->\n",
            "a".repeat(1 << 20),
            "b".repeat(1 << 20)
        ),
        Format::Markdown,
    );
}

#[test]
fn the_next_escape_was_looked_for_from_each_place_to_be_filled_in() {
    let text = format!("msgid \"a\"\nmsgstr \"a{}\"\n", "%".repeat(1 << 20));
    format::read(&Source::from_text(text).expect("it fits"), Format::Po);
}

/// A `.docx` with this main document and these headers.
fn docx(document: &str, headers: &[&str]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let mut add = |name: &str, text: &str| {
        writer.start_file(name, zip::write::SimpleFileOptions::default()).expect("in memory");
        writer.write_all(text.as_bytes()).expect("in memory");
    };
    let relationship =
        |kind: &str, target: &str| format!("<Relationship Type=\"x/{kind}\" Target=\"{target}\"/>");
    add(
        "_rels/.rels",
        &format!("<Relationships>{}</Relationships>", relationship("officeDocument", "word/document.xml")),
    );
    let related: Vec<String> =
        (0..headers.len()).map(|number| relationship("header", &format!("header{number}.xml"))).collect();
    add("word/_rels/document.xml.rels", &format!("<Relationships>{}</Relationships>", related.concat()));
    add("word/document.xml", document);
    for (number, header) in headers.iter().enumerate() {
        add(&format!("word/header{number}.xml"), header);
    }
    writer.finish().expect("in memory").into_inner()
}

#[test]
fn each_part_of_a_package_might_unpack_to_the_most_that_one_may() {
    let header = format!("<h><p><r><t>{}</t></r></p></h>", "a".repeat(24 << 20));
    let bytes = docx("<d/>", &[&header, &header, &header]);
    assert!(bytes.len() < 1 << 20, "{}", bytes.len());
    let error = format::decode(bytes, Format::Docx, None).expect_err("a bomb");
    let expected = "it unpacks to more than 64 MiB, up to its part word/header2.xml";
    assert!(error.to_string().contains(expected), "{error}");
}

#[test]
fn the_looks_of_a_run_were_compared_for_each_text_of_it() {
    let texts = "<t>a </t>".repeat(40_000);
    let xml = format!("<d><p><r><rPr>{}</rPr>{texts}</r></p></d>", "<x/>".repeat(400_000));
    let source = format::decode(docx(&xml, &[]), Format::Docx, None).expect("it is one");
    assert_eq!(source.text().trim_end().len(), 40_000);
}

#[test]
fn edits_that_a_package_cannot_take_were_each_tried_alone() {
    // A blank that the element drops: an edit that does not come back as it was meant.
    let xml = format!("<d>{}</d>", "<p><r><t xml:space=\"default\">a&amp;b</t></r></p>".repeat(3000));
    let source = format::decode(docx(&xml, &[]), Format::Docx, None).expect("it is one");
    let starts = source.text().match_indices('a').enumerate();
    let edit = |(nth, (at, _)): (usize, (usize, &str))| {
        let text = if nth % 2 == 0 { "c" } else { " c" };
        Edit { span: Span::new(at, at + 1), text: text.to_owned() }
    };
    let edits: Vec<Edit> = starts.map(edit).collect();
    let edited = source.edited(&edits.chunks(1).collect::<Vec<_>>());
    assert_eq!(edited.refused, (1..3000).step_by(2).collect::<Vec<_>>());
    assert_eq!(edited.source.text(), "c&b\na&b\n".repeat(1500));
}
