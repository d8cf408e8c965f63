//! Reviews driven by keys alone, over a small check of five rules.

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;
use ratatui_core::backend::TestBackend;
use ratatui_core::terminal::Terminal;

use super::journal::{Journal, name};
use super::screen::{Look, draw};
use super::*;
use crate::diagnostic::{Applicability, Edit, Fingerprint, Fix};
use crate::format;
use crate::package::{Layout, Line, Package, Role, Stubborn};
use crate::report::escape::is_hidden;
use crate::span::Span;

/// What is wrong, and what it may become.
const RULES: [(&str, &str, &[&str]); 5] = [
    ("house/longer", "asks", &["so asks"]),
    ("house/twice", "the the", &["the"]),
    ("house/slip", "teh", &["the"]),
    ("house/dull", "nice", &["fine", "kind", ""]),
    ("house/odd", "odd", &[]),
];

fn check(source: &Source, format: Format) -> Vec<Diagnostic> {
    let document = format::read(source, format);
    let mut found = Vec::new();
    for segment in &document.segments {
        for (rule, bad, choices) in RULES {
            for (at, _) in segment.text.match_indices(bad) {
                let span = Span::new(at, at + bad.len());
                let fix = |text: &&str| {
                    let edits = vec![Edit { span: segment.edit(span, text)?, text: (*text).to_owned() }];
                    Some(Fix { title: String::new(), applicability: Applicability::Safe, edits })
                };
                found.push(Diagnostic {
                    rule: rule.into(),
                    severity: Severity::Warning,
                    message: format!("“{bad}” is wrong."),
                    why_url: None,
                    span: segment.map.cover(span),
                    fixes: choices.iter().filter_map(fix).collect(),
                    priority: 0,
                    fingerprint: Fingerprint::alone(rule, bad, 0),
                });
            }
        }
    }
    crate::diagnostic::sort(&mut found);
    found
}

fn begin_in(format: Format, text: &str) -> Review {
    let source = Source::from_text(text).expect("short");
    let found = check(&source, format);
    Review::new("a.txt", source, format, Fields::default(), found, HashSet::new())
}

fn begin(text: &str) -> Review {
    begin_in(Format::Plain, text)
}

fn check_again(review: &mut Review) {
    while review.wants_check() {
        let found = check(&review.text(), review.format());
        review.next_round(found);
    }
}

/// Presses a key for each letter: `⏎` is Enter, `⎋` Escape, `^` Control and C, `←` Backspace.
fn press(review: &mut Review, keys: &str) -> Vec<Asked> {
    let key = |c| match c {
        '⏎' => Key::Enter,
        '⎋' => Key::Escape,
        '^' => Key::Interrupt,
        '←' => Key::Backspace,
        '↓' => Key::Down,
        c => Key::Char(c),
    };
    let asked = keys.chars().map(|c| {
        let asked = review.press(key(c));
        check_again(review);
        asked
    });
    asked.collect()
}

/// The text after these keys.
fn after(text: &str, keys: &str) -> String {
    let mut review = begin(text);
    press(&mut review, keys);
    review.text().into_text()
}

const TEXT: &str = "In teh end the the man was nice. It was odd.";

/// What comes of an answer at a plain prompt, or why nothing does.
fn answer(review: &mut Review, line: &str) -> Result<Vec<Asked>, String> {
    let keys = prompt::keys(review, line)?;
    Ok(keys.into_iter().map(|key| review.press(key)).collect())
}

#[test]
fn a_sentence_for_a_place_that_cannot_be_edited_was_taken_for_consent_at_the_prompt() {
    let text = "In teh end.\n\nIt was odd.";
    let source = Source::from_text(text).expect("short");
    let mut found = check(&source, Format::Plain);
    // In two paragraphs, and so in none.
    found[0].span = Span::new(3, 15);
    let mut review = Review::new("a.txt", source, Format::Plain, Fields::default(), found, HashSet::new());
    let before = review.progress();
    let refused = answer(&mut review, "e In this end.").expect_err("it is in no paragraph");
    assert!(refused.contains("not in a paragraph"), "{refused}");
    assert_eq!((review.progress(), review.number(), review.text().text()), (before, (1, 2), text));
    assert_eq!(answer(&mut review, "a"), Ok(vec![Asked::Keep]));
    assert_eq!(
        answer(&mut review, "e It was even."),
        Ok(vec![Asked::Nothing, Asked::Nothing, Asked::Keep]),
        "{}",
        review.note()
    );
    assert_eq!(review.text().text(), "In the end.\n\nIt was even.");
}

#[test]
fn a_sentence_or_a_reason_when_nothing_was_left_ended_the_review_at_the_prompt() {
    let mut review = begin("In teh end.");
    press(&mut review, "a");
    assert!(review.remark().is_none() && review.is_unsaved());
    for line in ["e In this end.", "i a song"] {
        assert_eq!(answer(&mut review, line), Err("Nothing is left to decide.".to_owned()), "{line}");
    }
    assert_eq!(review.text().text(), "In the end.");
    assert_eq!(answer(&mut review, "u"), Ok(vec![Asked::Keep]));
    let keys = answer(&mut review, "i a song").expect("there is a remark again");
    assert_eq!((keys.last(), review.progress().allowed), (Some(&Asked::Keep), 1));
}

#[test]
fn a_change_that_the_file_does_not_take_was_shown_as_accepted() {
    let source = Source::from_package(Arc::new(Stubborn::new(TEXT))).expect("short");
    let found = check(&source, Format::Docx);
    let mut review = Review::new("a.docx", source, Format::Docx, Fields::default(), found, HashSet::new());
    let before = review.progress();
    assert_eq!(press(&mut review, "a"), [Asked::Nothing]);
    assert!(review.note().starts_with("The file cannot take that change"), "{}", review.note());
    assert_eq!(review.progress(), before);
    press(&mut review, "ex⏎");
    assert!(review.writing().is_some(), "what was written is not lost");
    assert_eq!(review.progress(), before);
    press(&mut review, "⎋");
    assert_eq!(press(&mut review, "r"), [Asked::Keep]);
    assert_eq!(review.progress(), Progress { rejected: 1, open: before.open - 1, ..before });
}

#[test]
fn a_journal_of_changes_that_the_file_does_not_take_is_resumed_without_them() {
    let begin = |source: Source| {
        let found = check(&source, Format::Docx);
        Review::new("a.docx", source, Format::Docx, Fields::default(), found, HashSet::new())
    };
    let mut review = begin(Source::from_text(TEXT).expect("short"));
    press(&mut review, "arr");
    let journal = review.journal("a.docx", "");
    let mut again = begin(Source::from_package(Arc::new(Stubborn::new(TEXT))).expect("short"));
    assert_eq!(again.resume(&journal, &mut |_| Vec::new()), 2);
    let Progress { accepted, rejected, .. } = again.progress();
    assert_eq!((accepted, rejected), (0, 2));
}

/// A mark that ends the string was written into it, and the file was no JSON any more.
#[test]
fn what_was_written_by_hand_ended_the_string_of_json_that_held_it() {
    let mut review = begin_in(Format::Json, "{\"body\": \"In teh end.\"}");
    press(&mut review, "e←←←\"the\"⏎");
    assert!(review.note().contains("in the way of markup"), "{}", review.note());
    press(&mut review, "⎋e←←←this⏎");
    assert_eq!(review.text().text(), "{\"body\": \"In this end.\"}");
}

/// A package that takes all fixes, and counts how often it is asked.
#[derive(Debug, Clone)]
struct Counting(Layout, Arc<AtomicUsize>);

impl Counting {
    fn new(text: &str, asked: Arc<AtomicUsize>) -> Self {
        let line = Line { span: Span::new(0, text.trim_end().len()), role: Role::Paragraph };
        Self(Layout { text: text.to_owned(), lines: vec![line], ..Layout::default() }, asked)
    }
}

impl Package for Counting {
    fn layout(&self) -> &Layout {
        &self.0
    }

    fn edited(&self, fixes: &[&[Edit]]) -> (Arc<dyn Package>, Vec<usize>) {
        self.1.fetch_add(1, Ordering::Relaxed);
        let text = Source::from_text(&*self.0.text).expect("short").edited(fixes).source.into_text();
        (Arc::new(Self::new(&text, Arc::clone(&self.1))), Vec::new())
    }

    fn to_bytes(&self) -> Result<Vec<u8>, String> {
        Ok(self.0.text.clone().into_bytes())
    }
}

#[test]
fn a_package_was_made_anew_for_each_decision_that_is_resumed() {
    let asked = Arc::new(AtomicUsize::new(0));
    let source = Counting::new(&format!("{}\n", "teh sea ".repeat(100).trim_end()), Arc::clone(&asked));
    let source = Source::from_package(Arc::new(source)).expect("short");
    let found = check(&source, Format::Docx);
    let begin = || {
        Review::new("a.docx", source.clone(), Format::Docx, Fields::default(), found.clone(), HashSet::new())
    };
    let mut review = begin();
    press(&mut review, &"a".repeat(99));
    let journal = review.journal("a.docx", "");
    asked.store(0, Ordering::Relaxed);
    let mut again = begin();
    assert_eq!(again.resume(&journal, &mut |_| Vec::new()), 99);
    assert_eq!((again.progress().accepted, asked.load(Ordering::Relaxed)), (99, 1));
    assert_eq!(again.text().text(), review.text().text());
    assert_eq!(asked.load(Ordering::Relaxed), 1, "what was made is kept");
}

#[test]
fn each_key_decides_and_the_text_follows() {
    assert_eq!(after(TEXT, "aaa"), "In the end the man was fine. It was odd.");
    assert_eq!(after(TEXT, "rar"), "In teh end the man was nice. It was odd.");
    assert_eq!(after(TEXT, "rr2"), "In teh end the the man was kind. It was odd.");
    assert_eq!(after(TEXT, "rr↓↓⏎"), "In teh end the the man was . It was odd.");
    assert_eq!(after(TEXT, "nna"), "In teh end the the man was fine. It was odd.");
    assert_eq!(after(TEXT, "npa"), "In the end the the man was nice. It was odd.");
    let mut review = begin(TEXT);
    press(&mut review, "rrr");
    assert_eq!(press(&mut review, "a"), [Asked::Nothing], "there is no correction");
    assert!(review.note().contains("no correction"), "{}", review.note());
    press(&mut review, "r");
    assert!(review.is_over() && review.remark().is_none() && !review.is_unsaved());
    assert_eq!(review.progress(), Progress { rejected: 4, ..Progress::default() });
}

#[test]
fn a_sentence_is_edited_by_hand_word_by_word() {
    // The cursor stands behind the fault.
    assert_eq!(after(TEXT, "e←←←this⏎"), "In this end the the man was nice. It was odd.");
    let mut review = begin(TEXT);
    press(&mut review, "aae");
    let (text, cursor) = review.writing().expect("it is edited");
    assert_eq!(text, " man was nice.", "from the last accepted change to the end of the sentence");
    assert_eq!(text.chars().take(cursor).collect::<String>(), " man was nice");
    press(&mut review, "⎋");
    assert_eq!(review.writing(), None);
    press(&mut review, "e⏎");
    assert_eq!(review.note(), "Nothing has been changed.");
    press(&mut review, "← indeed⏎");
    assert_eq!(review.text().text(), "In the end the man was nic indeed. It was odd.");
    press(&mut review, "u");
    assert_eq!(review.text().text(), "In the end the man was nice. It was odd.");
}

#[test]
fn what_markup_cannot_take_is_refused_and_what_was_written_stays() {
    let mut review = begin_in(Format::Markdown, "The **teh** end was [odd](x.y).\n");
    press(&mut review, "e←←←*⏎");
    assert!(review.note().contains("in the way of markup"), "{}", review.note());
    assert!(review.writing().is_some());
    press(&mut review, "←good⏎");
    assert_eq!(review.text().text(), "The **good** end was [odd](x.y).\n");
}

#[test]
fn what_a_change_has_reached_into_is_passed_over_and_comes_again() {
    let mut review = begin("See the the teh the the end.");
    // The hand edit changes all four words, two of which are remarks of their own.
    press(&mut review, "e");
    press(&mut review, &"←".repeat(7));
    review.press(Key::DeleteLine);
    press(&mut review, "See the the old end.⏎");
    assert_eq!(review.round_number(), 2, "the first round is over");
    assert_eq!(review.text().text(), "See the the old end.");
    assert_eq!(review.remark().map(|r| r.diagnostic.span), Some(Span::new(4, 11)));
    press(&mut review, "a");
    assert!(review.is_over());
    assert_eq!(review.text().text(), "See the old end.");
    press(&mut review, "uu");
    assert_eq!((review.round_number(), review.number()), (1, (1, 3)), "back to the first round");
    assert_eq!(review.text().text(), "See the the teh the the end.");
}

#[test]
fn what_was_rejected_does_not_come_again_wherever_it_has_gone() {
    let mut review = begin("teh nice the teh end. It is teh end.");
    // Deleting “nice” makes nothing new; accepting “the teh” as “the the” does.
    press(&mut review, "r");
    press(&mut review, "3");
    press(&mut review, "a");
    assert_eq!(review.round_number(), 1);
    press(&mut review, "r");
    assert_eq!(review.round_number(), 2);
    assert_eq!(review.number(), (1, 1), "only what is new: {:?}", review.remark());
    assert_eq!(review.text().text(), "teh  the the end. It is teh end.");
    press(&mut review, "r");
    assert!(review.is_over());
}

#[test]
fn no_rule_remarks_on_its_own_corrections() {
    let mut review = begin("He asks nice teh end, and she asks.");
    press(&mut review, "aaa");
    assert_eq!((review.round_number(), review.number()), (1, (4, 4)));
    press(&mut review, "r");
    assert!(review.is_over(), "{:?}", review.remark());
    assert_eq!(review.text().text(), "He so asks fine the end, and she asks.");
    // Nor after saving, or when it is taken back.
    let found = check(&review.text(), Format::Plain);
    review.saved(found);
    assert!(review.is_over());
}

#[test]
fn a_rule_is_switched_off_in_all_rounds_until_that_is_taken_back() {
    let mut review = begin("teh end, teh man, nice.");
    press(&mut review, "o");
    assert!(review.off().contains("house/slip"));
    assert_eq!(review.progress().open, 1);
    assert_eq!(&*review.remark().expect("one is left").diagnostic.rule, "house/dull");
    press(&mut review, "u");
    assert!(review.off().is_empty());
    assert_eq!(review.progress().open, 3);
}

#[test]
fn leaving_asks_once_and_an_interrupt_twice() {
    let mut review = begin(TEXT);
    assert_eq!(press(&mut review, "q"), [Asked::Leave { save: false, all: true }], "nothing to save");
    assert_eq!(press(&mut review, "^"), [Asked::Abort]);
    press(&mut review, "a");
    assert_eq!(press(&mut review, "qc"), [Asked::Nothing, Asked::Nothing]);
    assert_eq!(press(&mut review, "qy"), [Asked::Nothing, Asked::Leave { save: true, all: true }]);
    assert_eq!(press(&mut review, "Nn"), [Asked::Nothing, Asked::Leave { save: false, all: false }]);
    assert_eq!(press(&mut review, "^^"), [Asked::Nothing, Asked::Abort]);
    press(&mut review, "ex^");
    assert_eq!(review.question().as_deref().map(|q| q.starts_with("Save 1 accepted change?")), Some(true));
    press(&mut review, "c");
    assert!(review.writing().is_some_and(|(text, _)| text.contains('x')), "what was written is there still");
}

#[test]
fn an_ignored_place_needs_a_reason_and_is_named_as_it_is_after_saving() {
    let mut review = begin(TEXT);
    press(&mut review, "ai⏎");
    assert!(review.note().contains("why it may stay"));
    press(&mut review, "a song⏎");
    let (text, found) = (review.text(), check(&review.text(), Format::Plain));
    let allowed = review.to_allow(&found);
    assert_eq!(allowed.len(), 1);
    assert_eq!((text.slice(allowed[0].0.span), allowed[0].1.as_str()), ("the the", "a song"));
    drop(allowed);
    review.saved(found);
    assert!(review.is_unsaved(), "the entry is not written yet");
    review.allowed();
    assert!(!review.is_unsaved());
    assert_eq!(press(&mut review, "u"), [Asked::Nothing], "what is saved is not taken back");
    assert_eq!(review.number().1, 2, "what was ignored does not come again");
}

#[test]
fn a_journal_about_another_text_or_of_another_kind_is_none() {
    let mut review = begin(TEXT);
    press(&mut review, "ara");
    let (text, other) = (name(TEXT.as_bytes()), name(b"other"));
    let json = review.journal("a.txt", &text).to_json();
    assert_eq!(Journal::read(&json, &text).map(|journal| journal.len()), Some(3));
    assert_eq!(Journal::read(&json, &other), None);
    assert_eq!(Journal::read(b"{}", &text), None);
    // Places that are not in the text, and edits that were never offered.
    let json = String::from_utf8(json).expect("JSON");
    for (from, to) in
        [("3,6", "6,3"), ("3,6", "2,4"), ("\"the\"", "\"\\u0000\""), ("\"start\":3", "\"start\":99999")]
    {
        let json = json.replace(from, to);
        let mut review = begin(TEXT);
        let journal = Journal::read(json.as_bytes(), &text).expect("it is one");
        let taken = review.resume(&journal, &mut |source| check(source, Format::Plain));
        assert!(taken < 3, "{json}");
    }
}

fn shown(review: &Review, width: u16, height: u16) -> String {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).expect("in memory");
    let look = Look { color: true, why: Some("Because it is so.\n\nReally."), article: (1, 2) };
    terminal.draw(|frame| _ = draw(frame, review, &look)).expect("in memory");
    let buffer = terminal.backend().buffer();
    let row = |y| {
        let row: String = (0..width).map(|x| buffer[(x, y)].symbol()).collect();
        row.trim_end().to_owned()
    };
    (0..height).map(row).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_small_screen_shows_the_fault_the_change_and_the_keys() {
    let long =
        format!("{}In teh end he went. {}", "Many words come first. ".repeat(20), "And more. ".repeat(20));
    let review = begin(&long);
    let screen = shown(&review, 40, 10);
    assert!(
        screen.starts_with(
            "a.txt (1 of 2)            1 of 1, 1 open\nVery probably wrong: Slip     house/slip\n"
        ),
        "{screen}"
    );
    assert!(screen.contains("\n+ … first. In the end he went …\n"), "{screen}");
    assert!(screen.contains(" In teh end he went.\n                     ^^^\n"), "{screen}");
    assert!(screen.ends_with("\na accept  r reject  e edit  h keys"), "{screen}");
}

#[test]
fn a_large_screen_shows_choices_and_the_reason() {
    let mut review = begin("He was nice to me.");
    press(&mut review, "?↓");
    let screen = shown(&review, 70, 24);
    for part in [
        "\nHe was nice to me.\n       ^^^^\n",
        "\n- He was nice to me.\n+ He was kind to me.\n",
        "\n  1 fine\n> 2 kind\n  3 (delete)\n",
        "\nBecause it is so.\nReally.\n",
    ] {
        assert!(screen.contains(part), "{part:?} is not in\n{screen}");
    }
}

fn any_key() -> impl Strategy<Value = Key> {
    let letters = prop::sample::select("aaarroeinpu?hsqNync123x日\u{1b}⏎".chars().collect::<Vec<_>>());
    prop_oneof![
        8 => letters.prop_map(|c| if c == '⏎' { Key::Enter } else { Key::Char(c) }),
        1 => prop::sample::select(vec![
            Key::Enter, Key::Enter, Key::Escape, Key::Tab, Key::Backspace, Key::Delete, Key::DeleteWord, Key::DeleteLine,
            Key::Left, Key::Right, Key::WordLeft, Key::WordRight, Key::Up, Key::Down, Key::Home, Key::End, Key::PageUp,
            Key::PageDown, Key::Interrupt, Key::Paste("teh\n[x]".to_owned()),
        ]),
    ]
}

fn any_text() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "teh ",
        "he asks ",
        "the the ",
        "nice ",
        "odd ",
        "the ",
        "end. ",
        "日本 ",
        "\u{1b}[2J ",
        "*nice* ",
        "[teh](x.y) ",
        "\n\n",
        "“nice” ",
        "&amp; ",
    ]);
    prop::collection::vec(word, 0..14).prop_map(|words| words.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn any_keys_leave_a_consistent_review(
        text in any_text(),
        keys in prop::collection::vec(any_key(), 0..40),
        is_markdown in any::<bool>(),
        (width, height) in (1u16..90, 1u16..30),
    ) {
        let format = if is_markdown { Format::Markdown } else { Format::Plain };
        let mut review = begin_in(format, &text);
        let mut changes = false;
        for key in keys {
            review.press(key);
            check_again(&mut review);
            changes |= review.progress().accepted > 0;
            let screen = shown(&review, width, height);
            prop_assert!(!screen.contains(|c| is_hidden(c) && c != '\n'), "{screen:?}");
        }
        let progress = review.progress();
        if progress.accepted == 0 {
            let now = review.text();
            prop_assert_eq!(now.text(), &text, "nothing is accepted, so nothing is changed");
        }
        // The journal leads to the same place.
        let json = review.journal("a.txt", "t").to_json();
        let journal = Journal::read(&json, "t").expect("a journal");
        let mut again = begin_in(format, &text);
        again.resume(&journal, &mut |source| check(source, format));
        check_again(&mut again);
        let (resumed, left) = (again.text(), review.text());
        prop_assert_eq!(resumed.text(), left.text());
        prop_assert_eq!(again.progress(), progress);
        prop_assert_eq!(again.is_over(), review.is_over());
        // Everything can be taken back.
        review.press(Key::Escape);
        review.press(Key::Escape);
        while review.press(Key::Char('u')) == Asked::Keep {}
        let now = review.text();
        prop_assert_eq!(now.text(), &text);
        prop_assert_eq!(review.progress().accepted + review.progress().rejected + review.progress().allowed, 0);
        prop_assert!(review.off().is_empty());
        prop_assert!(changes || review.text().text() == text);
    }
}
