//! A segment and a document as rules see them while one text is checked: words, tags and memory of answers.

use std::cell::{OnceCell, RefCell};
use std::ops::Range;
use std::sync::OnceLock;

use super::pattern::LazyRegex;
use super::vocabulary::Vocabulary;
use crate::document::{Document, Segment};
use crate::lexicon::{Lexicon, Pos};
use crate::span::{Seg, Span};
use crate::text::word::fold_char;

/// How many characters before and after a match a condition sees, so that its cost is bounded.
const WINDOW: usize = 200;

/// One segment with its tokens and tags, computed when first asked for. Lives in one thread.
pub(crate) struct SegmentView<'a> {
    pub(crate) segment: &'a Segment<'a>,
    pub(crate) lexicon: &'static Lexicon,
    vocabulary: Option<&'a Vocabulary>,
    tokens: OnceCell<Tokens>,
    words: OnceCell<Vec<Range<usize>>>,
    /// The document-wide conditions that were asked, if that is to be known.
    asked: Option<RefCell<Vec<Asked>>>,
}

/// A document-wide condition that was asked for a segment.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    /// Its number.
    pub(crate) condition: usize,
    pub(crate) pattern: LazyRegex,
    pub(crate) answer: bool,
}

/// The tokens of a segment, sentence by sentence.
pub(crate) struct Tokens {
    spans: Vec<Span<Seg>>,
    /// The number of each token's word; without a vocabulary every token counts as a word of its own.
    numbers: Vec<u32>,
    /// The tokens as they are compared, where that differs from how they stand in the text.
    folded: Vec<OnceCell<Box<str>>>,
    /// Token range of each sentence, in order.
    sentences: Vec<Range<usize>>,
    tags: Vec<OnceCell<Vec<Pos>>>,
    /// The first word of each sentence; its end if it has none.
    first_words: Vec<OnceCell<usize>>,
}

impl<'a> SegmentView<'a> {
    pub(crate) fn new(segment: &'a Segment<'a>, lexicon: &'static Lexicon) -> Self {
        let (tokens, words) = (OnceCell::new(), OnceCell::new());
        Self { segment, lexicon, vocabulary: None, tokens, words, asked: None }
    }

    /// The same, with words numbered by a vocabulary that several views share.
    pub(crate) fn among(
        segment: &'a Segment<'a>,
        lexicon: &'static Lexicon,
        vocabulary: &'a Vocabulary,
    ) -> Self {
        Self { vocabulary: Some(vocabulary), ..Self::new(segment, lexicon) }
    }

    /// The same, keeping what is asked about the document if `records`.
    pub(crate) fn recording(self, records: bool) -> Self {
        Self { asked: records.then(RefCell::default), ..self }
    }

    /// The document-wide conditions that were asked, each once.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.as_ref().map(RefCell::take).unwrap_or_default()
    }

    /// Asks a document-wide condition about the document that the segment is in.
    pub(crate) fn ask(&self, document: &DocumentView<'_>, condition: usize, pattern: &LazyRegex) -> bool {
        let answer = document.matches(condition, pattern);
        if let Some(asked) = &self.asked {
            let mut asked = asked.borrow_mut();
            if !asked.iter().any(|a| a.condition == condition) {
                asked.push(Asked { condition, pattern: pattern.clone(), answer });
            }
        }
        answer
    }

    pub(crate) fn text(&self) -> &'a str {
        &self.segment.text
    }

    /// Words of the segment, joined ones whole.
    pub(crate) fn words(&self) -> &[Range<usize>] {
        self.words.get_or_init(|| super::checks::words(self.text()))
    }

    fn tokens(&self) -> &Tokens {
        self.tokens.get_or_init(|| {
            let mut tokens = Tokens {
                spans: Vec::new(),
                numbers: Vec::new(),
                folded: Vec::new(),
                sentences: Vec::new(),
                tags: Vec::new(),
                first_words: Vec::new(),
            };
            for sentence in self.segment.sentences() {
                let first = tokens.spans.len();
                let inside = crate::lexicon::tokens(&self.text()[sentence.range()]);
                tokens.spans.extend(inside.into_iter().map(|t| t.shift(sentence.start)));
                tokens.sentences.push(first..tokens.spans.len());
                tokens.tags.push(OnceCell::new());
                tokens.first_words.push(OnceCell::new());
            }
            tokens.numbers = match self.vocabulary {
                Some(vocabulary) => {
                    tokens.spans.iter().map(|t| vocabulary.number(&self.text()[t.range()])).collect()
                }
                None => (0..tokens.spans.len() as u32).collect(),
            };
            tokens.folded.resize_with(tokens.spans.len(), OnceCell::new);
            tokens
        })
    }

    /// Spans of all tokens.
    pub(crate) fn token_spans(&self) -> &[Span<Seg>] {
        &self.tokens().spans
    }

    /// Token ranges of the sentences.
    pub(crate) fn sentences(&self) -> &[Range<usize>] {
        &self.tokens().sentences
    }

    /// The text of a token.
    pub(crate) fn token(&self, index: usize) -> &'a str {
        &self.text()[self.tokens().spans[index].range()]
    }

    /// The number of the token's word among the words of the vocabulary.
    pub(crate) fn word_number(&self, index: usize) -> u32 {
        self.tokens().numbers[index]
    }

    /// The token with typographic variants and capitals folded.
    pub(crate) fn folded(&self, index: usize) -> &str {
        let word = self.token(index);
        if word.bytes().all(|b| b.is_ascii() && !b.is_ascii_uppercase()) {
            return word;
        }
        self.tokens().folded[index].get_or_init(|| fold(word, false))
    }

    /// Index of the sentence that the token is in.
    pub(crate) fn sentence_of(&self, token: usize) -> usize {
        self.tokens().sentences.partition_point(|s| s.end <= token)
    }

    /// Index of the first token that ends after `byte`.
    pub(crate) fn token_at(&self, byte: usize) -> usize {
        self.tokens().spans.partition_point(|t| t.end <= byte)
    }

    /// The predicted part of speech of a token; its sentence is tagged as a whole, once.
    pub(crate) fn tag(&self, token: usize) -> Pos {
        let sentence = self.sentence_of(token);
        let range = self.tokens().sentences[sentence].clone();
        let tags = self.tokens().tags[sentence].get_or_init(|| {
            let words: Vec<&str> = range.clone().map(|t| self.token(t)).collect();
            self.lexicon.tag(&words)
        });
        tags.get(token - range.start).copied().unwrap_or(Pos::NN)
    }

    /// The nearest word that ends at or before `byte`, in the same segment and among what a condition sees.
    pub(crate) fn word_before(&self, byte: usize) -> Option<usize> {
        let spans = self.token_spans();
        let index = spans.partition_point(|t| t.end <= byte);
        let start = window_start(self.text(), byte);
        (0..index).rev().take_while(|&t| spans[t].end > start).find(|&t| self.is_word(t))
    }

    /// The nearest word that starts at or after `byte`, in the same segment and among what a condition sees.
    pub(crate) fn word_after(&self, byte: usize) -> Option<usize> {
        let spans = self.token_spans();
        let index = spans.partition_point(|t| t.start < byte);
        let end = window_end(self.text(), byte);
        (index..spans.len()).take_while(|&t| spans[t].start < end).find(|&t| self.is_word(t))
    }

    pub(crate) fn is_word(&self, token: usize) -> bool {
        self.token(token).chars().any(char::is_alphanumeric)
    }

    /// Whether the token is the first word of its sentence.
    pub(crate) fn starts_sentence(&self, token: usize) -> bool {
        let sentence = self.sentence_of(token);
        let range = &self.tokens().sentences[sentence];
        let first = || range.clone().find(|&t| self.is_word(t)).unwrap_or(range.end);
        token <= *self.tokens().first_words[sentence].get_or_init(first)
    }

    /// Whether the token is the first word of its sentence, or follows a mark that opens a clause.
    pub(crate) fn starts_clause(&self, token: usize) -> bool {
        self.starts_sentence(token)
            || self
                .token(token - 1)
                .chars()
                .next()
                .map(fold_char)
                .is_some_and(|c| matches!(c, ',' | ';' | ':' | '-' | '(' | '[' | '"'))
    }
}

/// Byte where the window of [`WINDOW`] characters before `at` begins.
pub(crate) fn window_start(text: &str, at: usize) -> usize {
    text[..at].char_indices().rev().nth(WINDOW - 1).map_or(0, |(i, _)| i)
}

/// Byte where the window of [`WINDOW`] characters after `at` ends.
pub(crate) fn window_end(text: &str, at: usize) -> usize {
    text[at..].char_indices().nth(WINDOW).map_or(text.len(), |(i, _)| at + i)
}

/// A token as it is compared: typographic variants folded, and capitals too unless `exact`.
pub(crate) fn fold(word: &str, exact: bool) -> Box<str> {
    let folded = word.chars().map(fold_char);
    if exact { folded.collect() } else { folded.flat_map(char::to_lowercase).collect() }
}

/// A document with the answers of document-wide conditions. Shared by the threads that check its segments.
pub(crate) struct DocumentView<'a> {
    pub(crate) document: &'a Document<'a>,
    answers: Vec<OnceLock<bool>>,
}

impl<'a> DocumentView<'a> {
    /// `conditions`: how many document-wide conditions the rule set has.
    pub(crate) fn new(document: &'a Document<'a>, conditions: usize) -> Self {
        Self { document, answers: (0..conditions).map(|_| OnceLock::new()).collect() }
    }

    /// Whether `pattern` matches in some segment; asked once for each `condition`.
    pub(crate) fn matches(&self, condition: usize, pattern: &LazyRegex) -> bool {
        let ask = || self.document.segments.iter().any(|s| pattern.is_match(&s.text));
        self.answers.get(condition).map_or_else(ask, |answer| *answer.get_or_init(ask))
    }
}
