//! What each key does.

use tui_input::{Input, InputRequest};

use super::{Asked, Decision, Mode, Review};

/// How much of what is pasted at once is taken, in characters.
const PASTE: usize = 64 << 10;

/// A key, or text that is pasted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    /// A character.
    Char(char),
    /// Text that comes at once, and is never a command.
    Paste(String),
    /// Enter.
    Enter,
    /// Escape.
    Escape,
    /// Tab.
    Tab,
    /// Backspace.
    Backspace,
    /// Delete.
    Delete,
    /// Control and Backspace: the word before the cursor goes.
    DeleteWord,
    /// Control and U: the line goes.
    DeleteLine,
    /// Arrow to the left.
    Left,
    /// Arrow to the right.
    Right,
    /// Control and arrow to the left.
    WordLeft,
    /// Control and arrow to the right.
    WordRight,
    /// Arrow up.
    Up,
    /// Arrow down.
    Down,
    /// Home.
    Home,
    /// End.
    End,
    /// Page up.
    PageUp,
    /// Page down.
    PageDown,
    /// Control and C.
    Interrupt,
}

/// The keys that are explained: as they are written, in one word, in a sentence.
pub(super) const HINTS: [(&str, &str, &str); 12] = [
    ("a", "accept", "accept the marked correction; Enter does the same, a number accepts that choice"),
    ("r", "reject", "leave the text as it is"),
    ("e", "edit", "write the sentence anew by hand"),
    ("u", "undo", "take the last decision back"),
    ("?", "why", "show or hide the reason of the rule"),
    ("q", "quit", "leave; asks whether to save"),
    ("s", "save", "save what is accepted, and go on"),
    ("n", "next", "look at the next remark, and decide later; p: at the one before"),
    ("i", "ignore", "ignore this place in later runs too, for a reason that you give"),
    ("o", "rule off", "no more remarks of this rule in this run"),
    ("N", "next article", "go on to the next article; asks whether to save"),
    ("h", "keys", "show these keys; Page up and Page down move what does not fit"),
];

impl Review {
    /// Does what a key says.
    pub fn press(&mut self, key: Key) -> Asked {
        self.note.clear();
        match std::mem::replace(&mut self.mode, Mode::Look) {
            Mode::Look => self.look(&key),
            Mode::Keys => match key {
                Key::PageUp | Key::PageDown | Key::Up | Key::Down => {
                    self.mode = Mode::Keys;
                    self.move_by(&key);
                    Asked::Nothing
                }
                Key::Interrupt => self.interrupt(Mode::Look),
                _ => {
                    self.scroll = 0;
                    Asked::Nothing
                }
            },
            Mode::Hand(input) => self.hand(input, key),
            Mode::Reason(input) => self.reason(input, key),
            Mode::Leaving { all, back } => match key {
                Key::Char('y' | 'Y') => {
                    self.mode = *back;
                    Asked::Leave { save: true, all }
                }
                Key::Char('n' | 'N') => Asked::Leave { save: false, all },
                Key::Interrupt => Asked::Abort,
                Key::Char('c' | 'C') | Key::Escape => {
                    self.mode = *back;
                    Asked::Nothing
                }
                _ => {
                    self.mode = Mode::Leaving { all, back };
                    Asked::Nothing
                }
            },
        }
    }

    fn look(&mut self, key: &Key) -> Asked {
        match key {
            Key::Interrupt => return self.interrupt(Mode::Look),
            Key::Char('u') => return self.undo(),
            Key::Char('s') if self.is_unsaved() => return Asked::Save,
            Key::Char('s') => self.note = "There is nothing to save.".to_owned(),
            Key::Char('q') => return self.leave(true),
            Key::Char('N') => return self.leave(false),
            Key::Char('h') => (self.mode, self.scroll) = (Mode::Keys, 0),
            Key::Enter if self.remark().is_none() => {
                return Asked::Leave { save: self.is_unsaved(), all: false };
            }
            _ if self.remark().is_none() => {}
            Key::Char('a') | Key::Enter => return self.accept(self.choice),
            Key::Char(digit @ '1'..='9') => return self.accept(*digit as usize - '1' as usize),
            Key::Char('r') => return self.decide(Decision::Reject),
            Key::Char('o') => return self.decide(Decision::Off),
            Key::Char('i') => self.mode = Mode::Reason(Input::default()),
            Key::Char('e') => self.begin_hand(),
            Key::Char('?') => (self.shows_why, self.scroll) = (!self.shows_why, 0),
            Key::Char('n') | Key::Right | Key::Tab => {
                self.show_from(self.current + 1);
            }
            Key::Char('p') | Key::Left => self.show_before(self.current),
            Key::Up | Key::Down | Key::PageUp | Key::PageDown => self.move_by(key),
            _ => {}
        }
        Asked::Nothing
    }

    fn interrupt(&mut self, back: Mode) -> Asked {
        if !self.is_unsaved() {
            return Asked::Abort;
        }
        self.mode = Mode::Leaving { all: true, back: Box::new(back) };
        Asked::Nothing
    }

    /// Where nothing is lost but what is being written, that goes first.
    fn interrupt_writing(&mut self, back: Mode) -> Asked {
        if self.is_unsaved() {
            return self.interrupt(back);
        }
        self.note = "Not taken. Ctrl-C once more leaves the review.".to_owned();
        Asked::Nothing
    }

    fn leave(&mut self, all: bool) -> Asked {
        if !self.is_unsaved() {
            return Asked::Leave { save: false, all };
        }
        self.mode = Mode::Leaving { all, back: Box::new(Mode::Look) };
        Asked::Nothing
    }

    fn accept(&mut self, choice: usize) -> Asked {
        let fixes = self.remark().map_or(0, |remark| remark.diagnostic.fixes.len());
        if choice < fixes {
            return self.decide(Decision::Accept(choice));
        }
        self.note = match fixes {
            0 => "There is no correction to accept: e edits by hand, r leaves it as it is.".to_owned(),
            1 => "There is one correction only.".to_owned(),
            _ => format!("There are {fixes} corrections only."),
        };
        Asked::Nothing
    }

    /// Marks another choice, or moves the lower part.
    fn move_by(&mut self, key: &Key) {
        let choices = self.remark().map_or(0, |remark| remark.diagnostic.fixes.len());
        let chooses = choices > 1 && matches!(self.mode, Mode::Look);
        match key {
            Key::Up if chooses => self.choice = self.choice.checked_sub(1).unwrap_or(choices - 1),
            Key::Down if chooses => self.choice = (self.choice + 1) % choices,
            Key::Up => self.scroll = self.scroll.saturating_sub(1),
            Key::Down => self.scroll += 1,
            Key::PageUp => self.scroll = self.scroll.saturating_sub(5),
            _ => self.scroll += 5,
        }
    }

    fn begin_hand(&mut self) {
        match self.round().sentence(self.current) {
            Ok(sentence) => {
                let (segment, fault) =
                    (&self.round().paragraph(self.current).segment, self.round().fault(self.current));
                let before = segment.text.get(sentence.start..fault.end).unwrap_or_default();
                let cursor = before.chars().count();
                self.mode = Mode::Hand(Input::new(segment.slice(sentence).to_owned()).with_cursor(cursor));
            }
            Err(refused) => self.note = refused.to_string(),
        }
    }

    fn hand(&mut self, mut input: Input, key: Key) -> Asked {
        match key {
            Key::Enter => match self.round().hand_edits(self.current, input.value()) {
                Ok(edits) => {
                    let asked = self.decide(Decision::Hand(edits));
                    if asked == Asked::Nothing {
                        self.mode = Mode::Hand(input);
                    }
                    return asked;
                }
                Err(refused) => {
                    self.note = refused.to_string();
                    self.mode = Mode::Hand(input);
                }
            },
            Key::Escape => {}
            Key::Interrupt => return self.interrupt_writing(Mode::Hand(input)),
            key => {
                write(&mut input, key);
                self.mode = Mode::Hand(input);
            }
        }
        Asked::Nothing
    }

    fn reason(&mut self, mut input: Input, key: Key) -> Asked {
        match key {
            Key::Enter if input.value().trim().is_empty() => {
                self.note =
                    "Say in a few words why it may stay, for whoever reads the list later.".to_owned();
                self.mode = Mode::Reason(input);
            }
            Key::Enter => return self.decide(Decision::Allow(input.value().trim().to_owned())),
            Key::Escape => {}
            Key::Interrupt => return self.interrupt_writing(Mode::Reason(input)),
            key => {
                write(&mut input, key);
                self.mode = Mode::Reason(input);
            }
        }
        Asked::Nothing
    }

    /// The text that is being written, and the cursor in it, in characters from its start.
    pub fn writing(&self) -> Option<(&str, usize)> {
        match &self.mode {
            Mode::Hand(input) | Mode::Reason(input) => Some((input.value(), input.cursor())),
            Mode::Look | Mode::Leaving { .. } | Mode::Keys => None,
        }
    }

    /// What is asked at the moment; `None` if it is what to do about the remark.
    pub fn question(&self) -> Option<String> {
        match &self.mode {
            Mode::Hand(_) => Some("Edit the sentence. Enter: take it. Esc: leave it as it was.".to_owned()),
            Mode::Reason(_) => Some("Why may this stay? Enter: ignore it here. Esc: go back.".to_owned()),
            Mode::Leaving { .. } => {
                let what = self.unsaved_in_words();
                Some(format!("Save {what}?  y: save  n: leave the file as it is  c: go on"))
            }
            Mode::Look | Mode::Keys => None,
        }
    }

    /// Whether the keys are explained.
    pub fn shows_keys(&self) -> bool {
        matches!(self.mode, Mode::Keys)
    }
}

/// Does in a line of text what a key says.
fn write(input: &mut Input, key: Key) {
    let request = match key {
        Key::Char(c) => InputRequest::InsertChar(c),
        Key::Paste(text) => {
            for c in text.chars().take(PASTE) {
                input.handle(InputRequest::InsertChar(if c.is_control() { ' ' } else { c }));
            }
            return;
        }
        Key::Backspace => InputRequest::DeletePrevChar,
        Key::Delete => InputRequest::DeleteNextChar,
        Key::DeleteWord => InputRequest::DeletePrevWord,
        Key::DeleteLine => InputRequest::DeleteLine,
        Key::Left => InputRequest::GoToPrevChar,
        Key::Right => InputRequest::GoToNextChar,
        Key::WordLeft => InputRequest::GoToPrevWord,
        Key::WordRight => InputRequest::GoToNextWord,
        Key::Home => InputRequest::GoToStart,
        Key::End => InputRequest::GoToEnd,
        Key::Up | Key::Down | Key::PageUp | Key::PageDown => return,
        Key::Enter | Key::Escape | Key::Tab | Key::Interrupt => return,
    };
    input.handle(request);
}
