//! Texts that are decoded and written back, and their lines.

use super::*;
use proptest::prelude::*;

fn source(text: &str) -> Source {
    Source::from_text(text).expect("short")
}

fn line_column(text: &str, byte: usize) -> (usize, usize) {
    let position = source(text).position(byte);
    (position.line, position.column)
}

#[test]
fn every_kind_of_line_end_ends_a_line_once() {
    let text = "a\nb\r\nc\rd";
    assert_eq!(line_column(text, 2), (2, 1));
    assert_eq!(line_column(text, 3), (2, 2), "CR of a CR LF belongs to its line");
    assert_eq!(line_column(text, 4), (2, 3));
    assert_eq!(line_column(text, 5), (3, 1));
    assert_eq!(line_column(text, 7), (4, 1));
    assert_eq!(source(text).line_count(), 4);
}

#[test]
fn columns_count_characters_and_not_the_byte_order_mark() {
    assert_eq!(line_column("“é”x", 8), (1, 4));
    assert_eq!(line_column("\u{feff}ab", 3), (1, 1));
    assert_eq!(line_column("\u{feff}ab", 1), (1, 1));
    assert_eq!(line_column("\u{feff}ab", 4), (1, 2));
    assert_eq!(line_column("\u{feff}a\nb", 6), (2, 2));
}

#[test]
fn a_position_past_the_end_is_the_end() {
    assert_eq!(line_column("ab\n", 99), (2, 1));
    assert_eq!(line_column("", 0), (1, 1));
}

#[test]
fn lines_come_without_their_ends() {
    let source = source("\u{feff}a\r\nbc\n");
    let lines: Vec<_> = (1..=3).map(|n| source.line_span(n).map(|s| source.slice(s))).collect();
    assert_eq!(lines, [Some("a"), Some("bc"), Some("")]);
    assert_eq!((source.line_span(0), source.line_span(4)), (None, None));
}

#[test]
fn a_bad_byte_is_named_with_its_place_and_remedy() {
    let error = Source::from_bytes(b"\xef\xbb\xbfun\ncaf\xe9 noir".to_vec()).expect_err("Latin-1");
    assert_eq!(error.position, Position { byte: 9, line: 2, column: 4 });
    assert_eq!(
        error.to_string(),
        "byte 0xE9 at offset 9 is not valid UTF-8 (“é” in Windows-1252); \
         name its encoding, for example with --encoding windows-1252"
    );
}

#[test]
fn utf16_without_its_mark_is_recognised_and_with_it_read() {
    let encode = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
    let error = Source::from_bytes(encode("Hello there")).expect_err("UTF-16");
    assert_eq!(error.fault, DecodeFault::Utf16 { big_endian: false });
    let big: Vec<u8> = "Hello there".encode_utf16().flat_map(u16::to_be_bytes).collect();
    let error = Source::from_bytes(big).expect_err("UTF-16");
    assert_eq!(error.fault, DecodeFault::Utf16 { big_endian: true });
    let bytes = encode("\u{feff}Caf\u{e9} 𝄞\r\nx");
    let read = Source::from_bytes(bytes.clone()).expect("with its mark");
    assert_eq!(read.to_bytes().as_deref(), Ok(&bytes[..]));
    let at = read.text().find('x').expect("there");
    assert_eq!(read.position(at), Position { byte: bytes.len() - 2, line: 2, column: 1 });
    assert_eq!(read.disk_offset(at), bytes.len() - 2);
}

#[test]
fn a_text_is_written_back_in_its_encoding_or_not_at_all() {
    let windows = "windows-1252".parse().expect("known");
    let read = Source::decode(b"caf\xe9\r\n\x93\x94 the".to_vec(), windows).expect("any bytes are");
    assert_eq!(read.text(), "café\r\n“” the");
    let at = read.text().find("the").expect("there");
    assert_eq!(read.disk_offset(at), 9);
    let edit = |text: &str| Edit { span: Span::new(at, at + 3), text: text.to_owned() };
    let fixed = read.edited(&[&[edit("a")]]).source;
    assert_eq!(fixed.to_bytes().as_deref(), Ok(&b"caf\xe9\r\n\x93\x94 a"[..]));
    let error = read.edited(&[&[edit("\u{202f}")]]).source.to_bytes().expect_err("not in Windows-1252");
    let EncodeError::Character { character, position, .. } = error else { panic!("{error}") };
    assert_eq!((character, position.line, position.column), ('\u{202f}', 2, 4));
}

/// Found by fuzzing: a text with a few NULs was read, mended, and then too short for them to be read again.
#[test]
fn a_text_that_was_made_shorter_was_taken_for_binary_data() {
    let text = |words: &str| Source::from_bytes(format!("{words}\0\0\0").into_bytes()).is_ok();
    assert!(text(&"word ".repeat(100)) && text("word ") && text(""));
    let late = format!("{}{}", "word ".repeat(10_000), "\0".repeat(STRAY_NULS + 1));
    assert!(matches!(
        Source::from_bytes(late.into_bytes()).map_err(|error| error.fault),
        Err(DecodeFault::Binary { offset: 50_000 })
    ));
}

#[test]
fn binary_data_is_refused_and_one_stray_nul_is_not() {
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\0".to_vec();
    assert!(matches!(Source::from_bytes(png).map_err(|e| e.fault), Err(DecodeFault::Binary { .. })));
    let text = format!("{}\0{}", "word ".repeat(100), "word ".repeat(100));
    assert!(Source::from_bytes(text.into_bytes()).is_ok());
}

proptest! {
    #[test]
    fn positions_agree_with_counting(text in "\u{feff}?[a-cé“\r\n 𝄞]{0,60}", at in 0usize..200) {
        let source = source(&text);
        let byte = source.position(at).byte;
        let body = text.strip_prefix('\u{feff}').unwrap_or(&text);
        let head = &body[..byte.saturating_sub(source.body_start())];
        let ended = |i: usize, c: char| {
            c == '\n' || (c == '\r' && !body[i + 1..].starts_with('\n'))
        };
        let mut last = head.char_indices().filter(|&(i, c)| ended(i, c)).map(|(i, _)| i + 1);
        let line = last.clone().count() + 1;
        let column = head[last.next_back().unwrap_or(0)..].chars().count() + 1;
        let position = source.position(at);
        prop_assert_eq!((position.line, position.column), (line, column));
    }

    #[test]
    fn any_bytes_decode_or_give_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        match Source::from_bytes(bytes.clone()) {
            Ok(source) => prop_assert_eq!(source.text().as_bytes(), &bytes),
            Err(error) => prop_assert!(error.position.byte <= bytes.len()),
        }
    }
}

#[test]
fn long_lines_are_counted_across_checkpoints() {
    let text = "é".repeat(5000);
    assert_eq!(line_column(&text, 9998), (1, 5000));
    assert_eq!(line_column(&text, 8192), (1, 4097));
}
