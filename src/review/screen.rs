//! Drawing a review on a whole screen, from 40 columns and 10 rows up to any size.
//!
//! From top to bottom: the article and how far one is, what is wrong, the paragraph with the fault underlined twice
//! (by style and by `^`), what would change, the choices, the keys. What does not fit goes in this order: the gaps,
//! the paragraph down to the lines of the fault; the lower part can then be moved.

use std::ops::Range;

use ratatui_core::layout::{Position, Rect};
use ratatui_core::style::{Color, Modifier, Style};
use ratatui_core::terminal::Frame;
use ratatui_core::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use super::keys::HINTS;
use super::passage::{Passage, Piece};
use super::wrap::{Cell, cells, lines, rows};
use super::{Review, in_words, title};
use crate::diagnostic::{Fix, Severity};
use crate::report::correction::{corrected, reach};
use crate::report::count;
use crate::report::escape::visible;
use crate::report::window::{head, shorten, tail};

/// Rows of a screen on which there is room for gaps.
const ROOMY: u16 = 16;

/// Fewest rows of the paragraph: one of text, one of marks, and one more.
const PARAGRAPH: usize = 3;

/// Most edits that are listed where a correction does not show in one paragraph.
const LISTED: usize = 6;

/// What the drawing depends on beside the review.
#[derive(Debug, Clone, Copy)]
pub struct Look<'a> {
    /// Whether to use colours. Nothing is told by them alone.
    pub color: bool,
    /// The reason of the rule of the remark that is shown.
    pub why: Option<&'a str>,
    /// The number of the article, from 1, and how many there are.
    pub article: (usize, usize),
}

/// Draws `review`; gives how far its lower part can be moved up, in rows.
pub fn draw(frame: &mut Frame<'_>, review: &Review, look: &Look<'_>) -> usize {
    let area = frame.area();
    if area.is_empty() {
        return 0;
    }
    let paint = Paint { width: area.width.into(), color: look.color };
    let is_roomy = area.height >= ROOMY;
    let mut top = paint.header(review, look);
    if is_roomy {
        top.extend([paint.progress(review), Line::default()]);
    }
    let mut bottom = paint.footer(review);
    // Whatever is said, half of the rows are for the remark, and the last ones are what is asked.
    let most_rows = usize::from(area.height / 2).max(1);
    bottom.drain(..bottom.len().saturating_sub(most_rows));
    let room = usize::from(area.height).saturating_sub(top.len() + bottom.len());

    let mut cursor = None;
    let (mut upper, mut lower) = (Vec::new(), Vec::new());
    let mut fault_row = 0;
    if review.shows_keys() {
        lower = paint.keys();
    } else if let (Some(remark), Some(passage)) = (review.remark(), review.passage()) {
        let severity = remark.diagnostic.severity;
        (upper, fault_row) = paint.passage(&passage, severity);
        if is_roomy {
            lower.push(Line::default());
        }
        match review.writing() {
            Some((text, at)) => {
                let (rows, place) = paint.writing(text, at);
                cursor = Some((place.0 + lower.len(), place.1));
                lower.extend(rows);
            }
            None => lower.extend(paint.remark(review, look, is_roomy)),
        }
    } else {
        lower = paint.end(review, look);
    }
    let upper_rows = room.saturating_sub(lower.len()).max(PARAGRAPH).min(upper.len()).min(room);
    let lower_rows = room - upper_rows;
    let most = lower.len().saturating_sub(lower_rows);
    let scroll = match cursor {
        Some((row, _)) => (row + 1).saturating_sub(lower_rows).min(most),
        None => review.scroll.min(most),
    };
    // The fault stands in the middle of what there is room for, and its marks below it.
    let start = (fault_row + 2).saturating_sub(upper_rows.div_ceil(2) + 1).min(fault_row);
    let start = start.min(upper.len() - upper_rows);

    if most > scroll && cursor.is_none() && lower_rows > 0 {
        let more = Line::styled("… Page down: more", paint.faint());
        lower[scroll + lower_rows - 1] = more;
    }
    let (top_rows, blank) = (top.len(), lower_rows.saturating_sub(lower.len()));
    let shown = top
        .into_iter()
        .chain(upper.into_iter().skip(start).take(upper_rows))
        .chain(lower.into_iter().skip(scroll).take(lower_rows))
        .chain(std::iter::repeat_n(Line::default(), blank))
        .chain(bottom);
    for (y, line) in (area.y..area.bottom()).zip(shown) {
        frame.render_widget(line, Rect { y, height: 1, ..area });
    }
    if let Some((row, column)) = cursor {
        let row = top_rows + upper_rows + row.saturating_sub(scroll);
        let within = |at: usize, end: u16| u16::try_from(at).unwrap_or(u16::MAX).min(end.saturating_sub(1));
        frame.set_cursor_position(Position { x: within(column, area.width), y: within(row, area.height) });
    }
    most
}

/// The width of the screen, and how to draw on it.
struct Paint {
    width: usize,
    color: bool,
}

/// What a character of the paragraph, or of a change, is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Plain,
    Fault,
    Old,
    New,
}

impl Paint {
    fn colored(&self, style: Style, color: Color) -> Style {
        if self.color { style.fg(color) } else { style }
    }

    fn bold(&self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    fn faint(&self) -> Style {
        Style::new().add_modifier(Modifier::DIM)
    }

    fn of_severity(&self, severity: Severity) -> Style {
        let color = match severity {
            Severity::Info => Color::Cyan,
            Severity::Warning => Color::Yellow,
            Severity::Error => Color::Red,
        };
        self.colored(self.bold(), color)
    }

    fn of_mark(&self, mark: Mark, severity: Severity) -> Style {
        match mark {
            Mark::Plain => Style::new(),
            Mark::Fault => self.of_severity(severity).add_modifier(Modifier::UNDERLINED),
            Mark::Old => self.colored(self.bold(), Color::Red),
            Mark::New => self.colored(self.bold(), Color::Green),
        }
    }

    /// Two texts at the ends of a row; the right one only if there is room.
    fn spread(&self, left: Span<'static>, right: Span<'static>) -> Line<'static> {
        let (used, wanted) = (left.content.width(), right.content.width());
        let gap = self.width.saturating_sub(used + wanted);
        if gap < 2 { left.into() } else { vec![left, " ".repeat(gap).into(), right].into() }
    }

    fn wrapped(&self, text: &str, style: Style) -> impl Iterator<Item = Line<'static>> {
        lines(text, self.width).into_iter().map(move |line| Line::styled(line, style))
    }

    fn header(&self, review: &Review, look: &Look<'_>) -> Vec<Line<'static>> {
        let (number, of) = review.number();
        let left = review.progress().open;
        let right = match review.remark() {
            Some(_) => format!("{number} of {of}, {left} open"),
            None => "done".to_owned(),
        };
        let (article, articles) = look.article;
        let place = if articles > 1 { format!(" ({article} of {articles})") } else { String::new() };
        let room = self.width.saturating_sub(right.width() + place.width() + 3);
        let (name, cut) = tail(review.name(), room);
        let cut = if cut { "…" } else { "" };
        let name = Span::styled(format!("{cut}{}{place}", visible(name)), self.bold());
        let first = self.spread(name, right.into());
        let second = match review.remark() {
            Some(remark) => {
                let (severity, rule) = (remark.diagnostic.severity, &remark.diagnostic.rule);
                let what = format!("{}: {}", in_words(severity), visible(&title(rule)));
                let what = Span::styled(what, self.of_severity(severity));
                self.spread(what, Span::styled(visible(rule).into_owned(), self.faint()))
            }
            None => Line::default(),
        };
        vec![first, second]
    }

    /// A bar that fills as remarks are decided.
    fn progress(&self, review: &Review) -> Line<'static> {
        let all = review.number().1.max(1);
        let done = self.width * (all - review.progress().open.min(all)) / all;
        let rest = Span::styled("─".repeat(self.width - done), self.faint());
        vec!["━".repeat(done).into(), rest].into()
    }

    fn footer(&self, review: &Review) -> Vec<Line<'static>> {
        let mut footer: Vec<Line<'static>> = Vec::new();
        if !review.note().is_empty() {
            footer.extend(self.wrapped(review.note(), self.colored(Style::new(), Color::Cyan)));
        }
        match review.question() {
            Some(question) => footer.extend(self.wrapped(&question, self.bold())),
            None => footer.push(self.hints(review)),
        }
        footer
    }

    /// As many keys as there is room for.
    fn hints(&self, review: &Review) -> Line<'static> {
        if review.shows_keys() {
            return "any key: back".into();
        }
        let last = ("h", "keys");
        let more = |(key, word): (&str, &str)| key.width() + word.width() + 3;
        let mut left = self.width.saturating_sub(more(last));
        let mut spans = Vec::new();
        let mut add = |(key, word): (&'static str, &'static str)| {
            spans.extend([Span::styled(key, self.bold()), format!(" {word}  ").into()]);
        };
        let at_end = review.remark().is_none();
        let ending = [("Enter", if review.is_unsaved() { "save and close" } else { "close" })];
        let ending = ending.into_iter().filter(|_| at_end);
        let hints = HINTS.iter().map(|&(key, word, _)| (key, word));
        let hints = hints.filter(|&(key, _)| key != "h" && (!at_end || matches!(key, "u" | "q" | "s")));
        for hint in ending.chain(hints) {
            if more(hint) > left {
                break;
            }
            left -= more(hint);
            add(hint);
        }
        add(last);
        Line::from(spans)
    }

    /// All keys, explained.
    fn keys(&self) -> Vec<Line<'static>> {
        let explained = HINTS.iter().flat_map(|(key, _, meaning)| {
            let rows = lines(meaning, self.width.saturating_sub(4).max(8));
            rows.into_iter().enumerate().map(move |(index, row)| {
                let key = if index == 0 { *key } else { "" };
                Line::from(vec![Span::styled(format!("{key:>2}  "), self.bold()), row.into()])
            })
        });
        explained.collect()
    }

    /// The rows of a paragraph with its fault marked, and the first row of these that has some of the fault.
    fn passage(&self, passage: &Passage, severity: Severity) -> (Vec<Line<'static>>, usize) {
        let Passage { text, fault } = passage;
        let mark = |at: usize| if fault.contains(&at) { Mark::Fault } else { Mark::Plain };
        let mut cells = cells(text, mark, |at| fault.contains(&at));
        // Something that is missing is marked where it should be, which may be behind the last character.
        let missing = fault.is_empty().then(|| text[..fault.start].chars().count());
        let end = text.chars().count();
        cells.push(Cell { shown: " ".into(), width: 1, mark: Mark::Plain, at: end });
        let (mut drawn, mut first) = (Vec::new(), None);
        for row in rows(&cells, self.width) {
            let row = &cells[row];
            drawn.push(self.row(row, severity));
            let is_marked = |cell: &&Cell<'_, Mark>| cell.mark == Mark::Fault || missing == Some(cell.at);
            if row.iter().any(|cell| is_marked(&cell)) {
                first.get_or_insert(drawn.len() - 1);
                let marks: String = row
                    .iter()
                    .map(|cell| match is_marked(&cell) {
                        true if missing.is_some() => "^".to_owned(),
                        true => "^".repeat(cell.width),
                        false => " ".repeat(cell.width),
                    })
                    .collect();
                drawn.push(Line::styled(marks.trim_end().to_owned(), self.of_severity(severity)));
            }
        }
        (drawn, first.unwrap_or(0))
    }

    /// Cells as one row, neighbours of one kind together.
    fn row(&self, cells: &[Cell<'_, Mark>], severity: Severity) -> Line<'static> {
        let spans = cells.chunk_by(|a, b| a.mark == b.mark).map(|cells| {
            let text: String = cells.iter().map(|cell| cell.shown.as_ref()).collect();
            Span::styled(text, self.of_mark(cells[0].mark, severity))
        });
        Line::from(spans.collect::<Vec<_>>())
    }

    /// What would change, what is wrong, the choices, and the reason.
    fn remark(&self, review: &Review, look: &Look<'_>, is_roomy: bool) -> Vec<Line<'static>> {
        let Some(remark) = review.remark() else { return Vec::new() };
        let diagnostic = &remark.diagnostic;
        let mut drawn: Vec<Line<'static>> = Vec::new();
        let gap = |drawn: &mut Vec<Line<'static>>| drawn.extend(is_roomy.then(Line::default));
        if let Some(fix) = diagnostic.fixes.get(review.choice()) {
            match review.change(review.choice()) {
                Some(pieces) => drawn.extend(self.change(&pieces, diagnostic.severity)),
                None => drawn.extend(self.listed(fix)),
            }
            gap(&mut drawn);
        }
        drawn.extend(self.wrapped(&diagnostic.message, Style::new()));
        if diagnostic.fixes.len() > 1 {
            gap(&mut drawn);
            let fixes = diagnostic.fixes.iter().enumerate();
            drawn.extend(fixes.map(|(index, fix)| self.choice(review, index, fix)));
        }
        if review.shows_why() {
            gap(&mut drawn);
            let why = look.why.unwrap_or("The rule gives no reason beyond its message.");
            for paragraph in why.trim().split("\n\n") {
                drawn.extend(self.wrapped(paragraph, Style::new()));
            }
            if let Some(url) = &diagnostic.why_url {
                drawn.extend(self.wrapped(&format!("More: {url}"), self.faint()));
            }
            drawn.extend(self.wrapped(&format!("Rule: {}", diagnostic.rule), self.faint()));
        }
        drawn
    }

    /// A change as it stands and as it would be.
    fn change(&self, pieces: &[Piece], severity: Severity) -> Vec<Line<'static>> {
        let old = |piece: &Piece| match piece {
            Piece::Same(text) => Some((text.clone(), Mark::Plain)),
            Piece::Old(text) => Some((blanks(text), Mark::Old)),
            Piece::New(_) => None,
        };
        let new = |piece: &Piece| match piece {
            Piece::Same(text) => Some((text.clone(), Mark::Plain)),
            Piece::New(text) => Some((blanks(text), Mark::New)),
            Piece::Old(_) => None,
        };
        let old = self.side("- ", pieces.iter().filter_map(old).collect(), severity);
        let new = self.side("+ ", pieces.iter().filter_map(new).collect(), severity);
        old.into_iter().chain(new).collect()
    }

    fn side(
        &self,
        sign: &'static str,
        pieces: Vec<(String, Mark)>,
        severity: Severity,
    ) -> Vec<Line<'static>> {
        let text: String = pieces.iter().map(|(text, _)| text.as_str()).collect();
        let mut ends: Vec<(usize, Mark)> = Vec::with_capacity(pieces.len());
        for (text, mark) in &pieces {
            ends.push((ends.last().map_or(0, |last| last.0) + text.len(), *mark));
        }
        let mark =
            |at: usize| ends.get(ends.partition_point(|(end, _)| *end <= at)).map_or(Mark::Plain, |e| e.1);
        let cells = cells(&text, mark, |at| mark(at) != Mark::Plain);
        let line = |(index, row): (usize, Range<usize>)| {
            let mut line = self.row(&cells[row], severity);
            line.spans.insert(0, if index == 0 { sign.into() } else { "  ".into() });
            line
        };
        rows(&cells, self.width.saturating_sub(2).max(1)).into_iter().enumerate().map(line).collect()
    }

    /// The edits of a correction that does not show in one paragraph.
    fn listed(&self, fix: &Fix) -> Vec<Line<'static>> {
        let mut drawn: Vec<Line<'static>> = self.wrapped(&fix.title, Style::new()).collect();
        for edit in fix.edits.iter().take(LISTED) {
            let text = if edit.text.is_empty() { "(delete)".to_owned() } else { shorten(&edit.text) };
            drawn.extend(self.wrapped(&format!("+ {text}"), self.of_mark(Mark::New, Severity::Info)));
        }
        if fix.edits.len() > LISTED {
            drawn.extend(self.wrapped(&format!("… and {} more", fix.edits.len() - LISTED), self.faint()));
        }
        drawn
    }

    /// One choice on one row.
    fn choice(&self, review: &Review, index: usize, fix: &Fix) -> Line<'static> {
        let is_marked = index == review.choice();
        let sign = if is_marked { ">" } else { " " };
        let number = if index < 9 { (index + 1).to_string() } else { " ".to_owned() };
        let text = choice_text(review, fix);
        let text =
            if review.can_take(index) { text } else { format!("{text} (reaches into an accepted change)") };
        let (text, cut) = head(&text, self.width.saturating_sub(6));
        let style = if is_marked { self.bold() } else { Style::new() };
        Line::styled(format!("{sign} {number} {text}{}", if cut { "…" } else { "" }), style)
    }

    /// The text that is being written, and the row and column of the cursor.
    fn writing(&self, text: &str, at: usize) -> (Vec<Line<'static>>, (usize, usize)) {
        let mut cells = cells(text, |_| Mark::Plain, |_| true);
        cells.push(Cell { shown: " ".into(), width: 1, mark: Mark::Plain, at: text.chars().count() });
        let (mut drawn, mut cursor) = (Vec::new(), (0, 0));
        for (index, row) in rows(&cells, self.width.saturating_sub(3).max(1)).into_iter().enumerate() {
            let row = &cells[row];
            let before = row.iter().take_while(|cell| cell.at < at);
            if row.first().is_some_and(|cell| cell.at <= at) {
                cursor = (index, 2 + before.map(|cell| cell.width).sum::<usize>());
            }
            let mut line = self.row(row, Severity::Info);
            line.spans.insert(0, "| ".into());
            drawn.push(line);
        }
        (drawn, cursor)
    }

    /// What is said when nothing is left to decide.
    fn end(&self, review: &Review, look: &Look<'_>) -> Vec<Line<'static>> {
        let progress = review.progress();
        let mut drawn = Vec::new();
        let mut say = |text: String, style| drawn.extend(self.wrapped(&text, style));
        say("Nothing is left to decide.".to_owned(), self.bold());
        if review.is_unsaved() {
            say(format!("Not saved yet: {}.", review.unsaved_in_words()), Style::new());
        } else {
            say("Nothing is to be saved.".to_owned(), Style::new());
        }
        if progress.rejected > 0 {
            say(format!("Left as it is: {}.", count(progress.rejected, "place")), Style::new());
        }
        let (article, articles) = look.article;
        let next = if article < articles { "goes on to the next article" } else { "closes the review" };
        let saves = if review.is_unsaved() { "saves and " } else { "" };
        say(format!("Enter {saves}{next}; u takes the last decision back."), Style::new());
        drawn
    }
}

/// What the fault becomes with a choice, in one line, and what the choice says about itself if that is more.
pub(super) fn choice_text(review: &Review, fix: &Fix) -> String {
    let Some(remark) = review.remark() else { return String::new() };
    let span = reach(remark.diagnostic.span, fix);
    let text = match corrected(&review.round().source, span, fix) {
        text if text.is_empty() => "(delete)".to_owned(),
        text => shorten(&blanks(&text)),
    };
    let repeats = fix.title.is_empty() || fix.edits.iter().all(|edit| fix.title.contains(&edit.text));
    if repeats { text } else { format!("{text}  ({})", visible(&fix.title)) }
}

/// Blanks that are all of a text, so that they can be seen.
pub(super) fn blanks(text: &str) -> String {
    if text.chars().any(|c| c != ' ' && c != '\u{a0}') {
        return text.to_owned();
    }
    text.chars().map(|c| if c == ' ' { '␣' } else { '⍽' }).collect()
}
