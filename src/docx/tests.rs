//! Small packages, read and edited.

use super::*;
use crate::diagnostic::{Applicability, Diagnostic, Fingerprint, Fix, Severity};
use crate::fix::{self, FixError};
use crate::format::{self, Format};
use crate::package::Role;
use crate::source::{Edited, Source};
use crate::span::Span;
use proptest::prelude::*;

const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>"#;
const TAIL: &str = "</w:body></w:document>";
const ROOTS: &str = r#"<Relationships xmlns="x"><Relationship Id="r1" Type="http://x/officeDocument" Target="word/document.xml"/></Relationships>"#;
const NOTES: &str = r#"<Relationships xmlns="x"><Relationship Id="r1" Type="http://x/footnotes" Target="notes/footnotes.xml"/></Relationships>"#;

/// An archive of these parts.
fn archive(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        writer.start_file(*name, SimpleFileOptions::default()).expect("in memory");
        writer.write_all(text.as_bytes()).expect("in memory");
    }
    writer.finish().expect("in memory").into_inner()
}

fn document(body: &str) -> Vec<u8> {
    let xml = format!("{HEAD}{body}{TAIL}");
    archive(&[("[Content_Types].xml", "<Types/>"), ("_rels/.rels", ROOTS), ("word/document.xml", &xml)])
}

fn open(body: &str) -> Docx {
    Docx::open(document(body)).expect("it is one")
}

/// The main document after the first `from` of the text is replaced by `to`; `None` if its segment refuses that.
fn edited(body: &str, from: &str, to: &str) -> Option<String> {
    let source = format::decode(document(body), Format::Docx, None).expect("it is one");
    let read = format::read(&source, Format::Docx);
    let segment = read.segments.iter().find(|s| s.text.contains(from)).expect("it is shown");
    let start = segment.text.find(from).expect("it is shown");
    let span = segment.edit(Span::new(start, start + from.len()), to)?;
    let fixed = source.edited(&[&[Edit { span, text: to.to_owned() }]]).source;
    let bytes = fixed.to_bytes().expect("no characters are lacking").into_owned();
    let again = Docx::open(bytes).expect("it still is one");
    assert_eq!(again.layout.text, fixed.text());
    let xml = &again.parts[0].xml;
    Some(xml.strip_prefix(HEAD)?.strip_suffix(TAIL)?.to_owned())
}

fn run(text: &str) -> String {
    format!("<w:r><w:t xml:space=\"preserve\">{text}</w:t></w:r>")
}

#[test]
fn what_is_on_the_page_is_read() {
    let body = r#"<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>A &amp; B</w:t></w:r></w:p>
<w:p><w:r><w:t xml:space="preserve">One </w:t></w:r><w:del><w:r><w:delText>no</w:delText></w:r></w:del><w:r><w:rPr><w:b/></w:rPr><w:t>two</w:t></w:r><w:r><w:t>,</w:t><w:tab/><w:t>three.</w:t><w:br/><w:t>Four</w:t></w:r></w:p>
<w:p/><w:tbl><w:tr><w:tc><w:p><w:r><w:t> cell </w:t></w:r></w:p></w:tc></w:tr></w:tbl>
<w:p><w:pPr><w:numPr/><w:tabs><w:tab/></w:tabs></w:pPr><w:moveFrom><w:r><w:t>gone</w:t></w:r></w:moveFrom><w:hyperlink><w:r><w:t>link</w:t></w:r></w:hyperlink></w:p>"#;
    let docx = open(body);
    assert_eq!(docx.layout.text, "A & B\nOne two,\tthree.\nFour\n\ncell\nlink\n");
    let shown: Vec<(Role, &str)> =
        docx.layout.lines.iter().map(|line| (line.role, &docx.layout.text[line.span.range()])).collect();
    let expected = [
        (Role::Heading, "A & B"),
        (Role::Paragraph, "One two,\tthree."),
        (Role::Paragraph, "Four"),
        (Role::TableCell, "cell"),
        (Role::ListItem, "link"),
    ];
    assert_eq!(shown, expected);
}

#[test]
fn signs_after_a_blank_that_does_not_count_were_kept_at_a_wrong_place() {
    let body = "<w:p><w:r><w:t>A</w:t></w:r><w:r><w:t>  one<w:noBreakHyphen/>two &unknown; three<w:sym/> </w:t></w:r></w:p>";
    let docx = open(body);
    let text = &docx.layout.text;
    assert_eq!(text, "Aone\u{2011}two \u{fffc} three\u{fffc}\n");
    let fixed: Vec<&str> = docx.layout.fixed.iter().map(|span| &text[span.range()]).collect();
    assert_eq!(fixed, ["\u{2011}", "\u{fffc}", "\u{fffc}"]);
    let xml = edited(body, "two", "three").expect("it may be edited");
    assert!(xml.contains("<w:noBreakHyphen/>three &unknown; three<w:sym/>"), "{xml}");
}

#[test]
fn a_part_of_a_section_of_cdata_was_offered_for_edits_that_cannot_be_made() {
    let body = "<w:p><w:r><w:t><![CDATA[ one of the the ]]></w:t></w:r><w:r><w:t>the the<![CDATA[  ]]></w:t></w:r></w:p>";
    assert_eq!(open(body).layout.text, "one of the thethe the\n");
    assert_eq!(edited(body, "one of", "one"), None);
}

#[test]
fn a_byte_order_mark_in_a_part_moved_every_place_in_it() {
    let xml = format!("\u{feff}{HEAD}<w:p><w:r><w:t>éab</w:t></w:r></w:p>{TAIL}");
    let docx =
        Docx::open(archive(&[("_rels/.rels", ROOTS), ("word/document.xml", &xml)])).expect("it is one");
    assert_eq!(docx.layout.text, "éab\n");
    let edit = [Edit { span: Span::new(3, 4), text: "c".to_owned() }];
    let bytes = docx.edited(&[&edit]).0.to_bytes().expect("it packs");
    assert_eq!(Docx::open(bytes).expect("it still is one").parts[0].xml, xml.replace("éab", "éac"));
    let broken = format!("\u{feff}{HEAD}</w:p>");
    let error = Docx::open(archive(&[("word/document.xml", &broken)])).expect_err("none");
    let DocxError::Xml { offset, .. } = error else { panic!("{error}") };
    assert_eq!(offset as usize, broken.len() - "</w:p>".len());
}

#[test]
fn blanks_that_do_not_count_kept_a_fix_away_that_ends_with_a_blank() {
    let body = "<w:p><w:r><w:t> one\n</w:t></w:r><w:r><w:t>two\nthree</w:t></w:r></w:p>";
    assert_eq!(open(body).layout.text, "onetwo three\n");
    let mended = edited(body, "one", "1 ").expect("it may be edited");
    assert!(mended.contains("<w:t xml:space=\"preserve\">1 </w:t>"), "{mended}");
    let mended = edited(body, "two", "").expect("it may be edited");
    assert!(mended.contains("<w:t xml:space=\"preserve\">\nthree</w:t>"), "{mended}");
}

#[test]
fn fixes_besides_many_that_cannot_be_made_were_refused() {
    let paragraph = "<w:p><w:r><w:t xml:space=\"default\">one two three</w:t></w:r></w:p>";
    let docx = open(&paragraph.repeat(300));
    let line = "one two three\n".len();
    let edit =
        |at: usize, len: usize, text: &str| [Edit { span: Span::new(at, at + len), text: text.to_owned() }];
    // In each line one that can be made, and one that cannot.
    let fixes: Vec<[Edit; 1]> =
        (0..300).flat_map(|nth| [edit(nth * line, 3, " 1"), edit(nth * line + 4, 3, "2")]).collect();
    let (edited, refused) = docx.edited(&fixes.iter().map(|fix| &fix[..]).collect::<Vec<_>>());
    assert_eq!(refused, (0..600).step_by(2).collect::<Vec<_>>());
    assert_eq!(edited.layout().text, "one 2 three\n".repeat(300));
}

#[test]
fn elements_in_a_text_leave_the_places_right() {
    let shown = |body: &str| open(body).layout.text;
    assert_eq!(shown("<w:p><w:r><w:t>one<w:t/>two</w:t></w:r></w:p>"), "one\n");
    assert_eq!(shown("<w:p><w:r><w:t>one<w:p/>two</w:t></w:r></w:p>"), "\none\n");
    assert_eq!(shown("<w:t>one<w:p><w:r><w:t>two</w:t></w:r></w:p></w:t>"), "two\n");
    let cut = "<w:p><w:r><w:t> one one";
    let bytes = archive(&[("word/document.xml", &format!("{HEAD}{cut}"))]);
    if let Ok(docx) = Docx::open(bytes) {
        let fix = [Edit { span: Span::new(3, 7), text: String::new() }];
        assert_eq!(docx.edited(&[&fix]).0.layout().text, "one\n");
    }
}

#[test]
fn two_edits_in_a_text_that_holds_a_text_ended_the_program() {
    let body = "<w:p><w:r><w:t>one one<w:p><w:r><w:t>two two</w:t></w:r></w:p>three</w:t></w:r></w:p>";
    let docx = open(body);
    assert_eq!(docx.layout.text, "two two\none one\n");
    let edits = [0, 8].map(|at| Edit { span: Span::new(at + 3, at + 7), text: " ".to_owned() });
    let bytes = docx.edited(&[&edits]).0.to_bytes().expect("it packs");
    let xml = &Docx::open(bytes).expect("it still is one").parts[0].xml;
    let (outer, inner) = ("<w:t xml:space=\"preserve\">one <w:p>", "<w:t xml:space=\"preserve\">two </w:t>");
    assert!(xml.contains(outer) && xml.contains(inner) && xml.contains("</w:p>three</w:t>"), "{xml}");
}

#[test]
fn a_fix_of_two_edits_was_made_by_half_where_one_cannot_be_made() {
    let source =
        format::decode(document(&format!("<w:p>{}</w:p>", run("one two three"))), Format::Docx, None);
    let edit = |start, end, text: &str| Edit { span: Span::new(start, end), text: text.to_owned() };
    // A line that begins in a run is shown as a blank.
    let halves = [edit(0, 3, "1"), edit(4, 7, "2\n2")];
    let Edited { source, refused } = source.expect("it is one").edited(&[&halves, &[edit(8, 13, "3")]]);
    assert_eq!((source.text(), refused), ("one two 3\n", vec![0]));
}

#[test]
fn fixes_that_the_file_does_not_take_were_counted_among_those_made() {
    let source =
        format::decode(document(&format!("<w:p>{}</w:p>", run("one two three"))), Format::Docx, None);
    let finding = |text: &str, bad: &str, good: &str| {
        let start = text.find(bad)?;
        let span = Span::new(start, start + bad.len());
        Some(Diagnostic {
            rule: bad.into(),
            severity: Severity::Warning,
            message: String::new(),
            why_url: None,
            span,
            fixes: vec![Fix {
                title: String::new(),
                applicability: Applicability::Safe,
                edits: vec![Edit { span, text: good.to_owned() }],
            }],
            priority: 0,
            fingerprint: Fingerprint::default(),
        })
    };
    let check = |source: &Source| {
        let rules = [("two", "2\n2"), ("three", "3")];
        Ok::<_, FixError>(rules.iter().filter_map(|(bad, good)| finding(source.text(), bad, good)).collect())
    };
    let fixed = fix::fix(&source.expect("it is one"), Applicability::Safe, check).expect("nothing undoes it");
    assert_eq!((fixed.text(), fixed.passes), ("one two 3\n", 1));
    let rules = |found: &[Diagnostic]| found.iter().map(|d| d.rule.to_string()).collect::<Vec<_>>();
    assert_eq!((rules(&fixed.applied), rules(&fixed.remaining)), (vec!["three".into()], vec!["two".into()]));
    assert_eq!(fixed.changes.len(), 1);
}

#[test]
fn text_boxes_and_notes_come_as_lines_of_their_own() {
    let boxed = format!(
        "<w:p>{}<w:r><mc:AlternateContent><mc:Choice><wps:txbx><w:txbxContent><w:p>{}</w:p></w:txbxContent></wps:txbx>\
         </mc:Choice><mc:Fallback><w:p>{}</w:p></mc:Fallback></mc:AlternateContent></w:r>{}</w:p>",
        run("out"),
        run("in"),
        run("old"),
        run("side")
    );
    assert_eq!(open(&boxed).layout.text, "in\noutside\n");
    let xml = format!("{HEAD}<w:p>{}</w:p>{TAIL}", run("text"));
    let notes = format!("{HEAD}<w:footnote><w:p>{}</w:p></w:footnote>{TAIL}", run("note"));
    let bytes = archive(&[
        ("_rels/.rels", ROOTS),
        ("word/document.xml", &xml),
        ("word/_rels/document.xml.rels", NOTES),
        ("word/notes/footnotes.xml", &notes),
    ]);
    let docx = Docx::open(bytes).expect("it is one");
    assert_eq!(docx.layout.text, "text\nnote\n");
    assert_eq!(docx.layout.lines[1].role, Role::Footnote);
}

#[test]
fn an_edit_changes_the_letters_of_a_run_and_nothing_else() {
    let body = "<w:p><w:r><w:rPr><w:i/></w:rPr><w:t>the the &lt;old&gt; market</w:t></w:r></w:p>";
    assert_eq!(
        edited(body, "the the", "the").as_deref(),
        Some("<w:p><w:r><w:rPr><w:i/></w:rPr><w:t>the &lt;old&gt; market</w:t></w:r></w:p>")
    );
    let escaped = edited(body, "<old>", "R&D <").expect("whole references");
    assert!(escaped.contains("the the R&amp;D &lt; market"), "{escaped}");
    assert_eq!(edited(body, "old", "line\nbreak"), None, "a line stays a line");
    let blank = edited(body, "market", "").expect("up to the end");
    assert!(blank.contains("<w:t xml:space=\"preserve\">the the &lt;old&gt; </w:t>"), "{blank}");
    let trimmed = "<w:p><w:r><w:t> the the end </w:t></w:r></w:p>";
    let mended = edited(trimmed, "the the", "the");
    assert_eq!(mended.as_deref(), Some("<w:p><w:r><w:t> the end </w:t></w:r></w:p>"), "as it was around it");
}

#[test]
fn runs_that_look_alike_are_one_and_others_are_not_crossed() {
    let looks = |marks: &str, text: &str| {
        format!("<w:r><w:rPr>{marks}</w:rPr><w:t xml:space=\"preserve\">{text}</w:t></w:r>")
    };
    let alike = format!(
        "<w:p>{}<w:proofErr/>{}</w:p>",
        looks("<w:b/><w:lang w:val=\"fr\"/>", "the "),
        looks("<w:b/>", "the end")
    );
    let fixed = edited(&alike, "the the", "the").expect("one text");
    assert_eq!(
        fixed,
        format!(
            "<w:p>{}<w:proofErr/>{}</w:p>",
            looks("<w:b/><w:lang w:val=\"fr\"/>", "the"),
            looks("<w:b/>", " end")
        )
    );
    let unlike = format!("<w:p>{}{}</w:p>", looks("", "the "), looks("<w:b/>", "the end"));
    assert_eq!(edited(&unlike, "the the", "the"), None);
    assert!(edited(&unlike, "end", "start").is_some());
    assert!(edited(&unlike, "the ", "").is_some(), "up to the border");
    let anchor = format!("<w:p>{}<w:bookmarkStart/>{}</w:p>", run("the "), run("the end"));
    assert_eq!(edited(&anchor, "the the", "the"), None, "a bookmark stands between");
    let tab = "<w:p><w:r><w:t>the</w:t><w:tab/><w:t>the end</w:t></w:r></w:p>";
    assert_eq!(edited(tab, "the\tthe", "the"), None, "a tab is not written as text");
}

#[test]
fn an_edit_went_over_the_border_of_a_field_a_note_or_a_picture() {
    let between = |what: &str| format!("<w:p>{}{what}{}</w:p>", run("the "), run("the end"));
    for what in [
        "<w:r><w:fldChar w:fldCharType=\"end\"/></w:r>",
        "<w:r><w:rPr><w:rStyle w:val=\"x\"/></w:rPr><w:footnoteReference w:id=\"1\"/></w:r>",
        "<w:r><w:drawing/></w:r>",
        "<w:r><w:commentReference w:id=\"1\"/></w:r>",
    ] {
        assert_eq!(edited(&between(what), "the the", "the"), None, "{what}");
    }
    assert!(edited(&between("<w:r><w:rPr><w:b/></w:rPr></w:r>"), "the the", "the").is_some());
}

#[test]
fn how_a_run_looked_before_a_change_was_how_it_looks() {
    let looks = |marks: &str, text: &str| format!("<w:r><w:rPr>{marks}</w:rPr><w:t>{text}</w:t></w:r>");
    let changed = "<w:b/><w:rPrChange w:id=\"1\"><w:rPr><w:i/></w:rPr></w:rPrChange>";
    let unlike = format!("<w:p>{}{}</w:p>", looks(changed, "the"), looks("<w:i/>", "the end"));
    assert_eq!(edited(&unlike, "thethe", "the"), None);
    let alike = format!("<w:p>{}{}</w:p>", looks(changed, "the"), looks("<w:b/>", "the end"));
    assert!(edited(&alike, "thethe", "the").is_some());
}

#[test]
fn what_is_not_edited_is_copied_as_it_is() {
    let bytes = document(&format!("<w:p>{}</w:p>", run("text")));
    let docx = Docx::open(bytes.clone()).expect("it is one");
    assert_eq!(docx.to_bytes(), Ok(bytes.clone()));
    let edit = Edit { span: Span::new(0, 4), text: "prose".to_owned() };
    let packed = docx.edited(&[&[edit]]).0.to_bytes().expect("it packs");
    let (mut old, mut new) = (
        ZipArchive::new(Cursor::new(&*bytes)).expect("one"),
        ZipArchive::new(Cursor::new(&*packed)).expect("one"),
    );
    assert_eq!(old.len(), new.len());
    for index in 0..old.len() {
        let name = old.by_index_raw(index).expect("there").name().expect("UTF-8").into_owned();
        assert_eq!(new.by_index_raw(index).expect("there").name().expect("UTF-8"), name);
        let raw = |archive: &mut ZipArchive<Cursor<&[u8]>>| {
            let mut raw = Vec::new();
            archive.by_index_raw(index).expect("there").read_to_end(&mut raw).expect("in memory");
            raw
        };
        assert_eq!(raw(&mut old) == raw(&mut new), name != "word/document.xml", "{name}");
    }
}

#[test]
fn what_is_no_docx_is_an_error() {
    let error = |bytes: Vec<u8>| Docx::open(bytes).expect_err("none").to_string();
    assert!(error(b"plain text".to_vec()).starts_with("it is no .docx"));
    assert_eq!(error(archive(&[("a.txt", "a")])), "it has no document in it");
    assert!(error(document("<w:p></w:q>")).contains("word/document.xml is broken at byte"));
    let deep = "<w:p>".repeat(5000);
    assert!(error(document(&deep)).contains("inside each other"));
    let mut cut = document("<w:p/>");
    cut.truncate(60);
    assert!(error(cut).starts_with("it is no .docx"));
}

/// A run of some looks with some text.
fn any_run() -> impl Strategy<Value = String> {
    let looks =
        prop::sample::select(&["", "<w:rPr><w:b/></w:rPr>", "<w:rPr><w:lang w:val=\"fr\"/></w:rPr>"][..]);
    let text = "([ a-d\n]|&amp;|&#8220;|<!--x-->|é|<!\\[CDATA\\[x<\\]\\]>){0,6}";
    let space = prop::sample::select(&["", " xml:space=\"preserve\""][..]);
    let more = prop::sample::select(&["", "", "<w:tab/>", "<w:br/>", "<w:noBreakHyphen/>"][..]);
    (looks, space, text, more)
        .prop_map(|(looks, space, text, more)| format!("<w:r>{looks}<w:t{space}>{text}</w:t>{more}</w:r>"))
}

proptest! {
    #[test]
    fn every_edit_that_a_segment_takes_gives_the_text_it_says(
        paragraphs in prop::collection::vec(prop::collection::vec(any_run(), 0..4), 1..4),
        line in 0usize..6, from in 0usize..8, len in 0usize..4, to in "[a-c &<]{0,3}",
    ) {
        let body: String = paragraphs.iter().map(|runs| format!("<w:p>{}</w:p>", runs.concat())).collect();
        let source = format::decode(document(&body), Format::Docx, None).expect("it is one");
        let read = format::read(&source, Format::Docx);
        for segment in &read.segments {
            prop_assert_eq!(source.slice(segment.source_span()), &*segment.text);
        }
        let Some(segment) = read.segments.get(line) else { return Ok(()) };
        let border = |at: usize| segment.text.char_indices().map(|(i, _)| i).nth(at).unwrap_or(segment.text.len());
        let span = Span::new(border(from), border(from + len));
        let Some(span) = segment.edit(span, &to) else { return Ok(()) };
        let expected = format!("{}{to}{}", &source.text()[..span.start], &source.text()[span.end..]);
        let Edited { source: fixed, refused } = source.edited(&[&[Edit { span, text: to }]]);
        // Blanks at the ends of a run that did not count before may keep an edit away, but never change another place.
        if !refused.is_empty() {
            prop_assert_eq!(fixed.text(), source.text());
        } else {
            prop_assert_eq!(fixed.text(), &expected);
            let bytes = fixed.to_bytes().expect("nothing is lacking").into_owned();
            let again = format::decode(bytes, Format::Docx, None).expect("it still is one");
            prop_assert_eq!(again.text(), &expected);
        }
    }

    #[test]
    fn any_bytes_open_or_give_an_error(bytes in prop::collection::vec(any::<u8>(), 0..300), at in 0usize..900, byte: u8) {
        let _ = Docx::open(bytes);
        let mut broken = document(&format!("<w:p>{}</w:p>", run("text")));
        let at = at % broken.len();
        broken[at] = byte;
        let _ = Docx::open(broken);
    }
}
