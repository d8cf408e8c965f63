//! A review on the whole screen of a terminal: raw mode, drawing, keys, and the screen as it was at the end.

use std::fs::File;
use std::io::{self, Stdout};
use std::panic;
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

use ratatui_core::terminal::Terminal as Drawing;
use ratatui_core::text::Line;
use ratatui_crossterm::CrosstermBackend;
use ratatui_crossterm::crossterm::cursor::Show;
use ratatui_crossterm::crossterm::event::{
    self, DisableBracketedPaste, EnableBracketedPaste, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers,
};
use ratatui_crossterm::crossterm::execute;
use ratatui_crossterm::crossterm::terminal::{
    EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};

use super::Front;
use crate::commands::Terminal;
use crate::report::escape::visible;
use crate::review::screen::{Look, draw};
use crate::review::{Key, Review};

/// The device that is the terminal, whatever standard output is locked by.
const DEVICE: &str = if cfg!(windows) { "CONOUT$" } else { "/dev/tty" };

/// Whether the screen is ours.
static IS_OURS: AtomicBool = AtomicBool::new(false);

/// Puts the terminal back as it was, if a review has its screen; from any thread, at any time.
pub fn restore_screen() {
    if IS_OURS.swap(false, Ordering::SeqCst) {
        // Another thread may hold standard output, so that this goes to the device; if the terminal is gone,
        // there is nothing to restore.
        let _ = disable_raw_mode();
        if let Ok(mut device) = File::options().write(true).open(DEVICE) {
            let _ = execute!(device, DisableBracketedPaste, LeaveAlternateScreen, Show);
        }
    }
}

/// The screen, from the first thing that is drawn on it.
#[derive(Default)]
pub(super) struct Screen {
    drawing: Option<Drawing<CrosstermBackend<Stdout>>>,
}

impl Drop for Screen {
    fn drop(&mut self) {
        restore_screen();
    }
}

impl Screen {
    fn drawing(&mut self) -> io::Result<&mut Drawing<CrosstermBackend<Stdout>>> {
        if self.drawing.is_none() {
            static HOOK: Once = Once::new();
            HOOK.call_once(|| {
                let before = panic::take_hook();
                panic::set_hook(Box::new(move |info| {
                    restore_screen();
                    before(info);
                }));
            });
            enable_raw_mode()?;
            IS_OURS.store(true, Ordering::SeqCst);
            let mut out = io::stdout();
            execute!(out, EnterAlternateScreen, EnableBracketedPaste)?;
            self.drawing = Some(Drawing::new(CrosstermBackend::new(out))?);
        }
        self.drawing.as_mut().ok_or_else(|| io::Error::other("there is no screen"))
    }
}

impl Front for Screen {
    fn busy(&mut self, name: &str, _: &mut Terminal<'_>) -> io::Result<()> {
        let line = format!("Reading {} …", visible(name));
        self.drawing()?.draw(|frame| frame.render_widget(Line::from(line), frame.area()))?;
        Ok(())
    }

    fn keys(
        &mut self,
        review: &mut Review,
        look: &Look<'_>,
        _: &mut Terminal<'_>,
    ) -> io::Result<Option<Vec<Key>>> {
        let drawing = self.drawing()?;
        loop {
            let mut most = 0;
            drawing.draw(|frame| most = draw(frame, review, look))?;
            review.limit_scroll(most);
            match event::read() {
                Ok(Event::Key(key)) if is_redraw(&key) => drawing.clear()?,
                Ok(Event::Key(key)) => {
                    if let Some(key) = meant(&key) {
                        return Ok(Some(vec![key]));
                    }
                }
                Ok(Event::Paste(text)) => return Ok(Some(vec![Key::Paste(text)])),
                // After a change of size it is drawn again, in the new one.
                Ok(_) => {}
                // The terminal is gone.
                Err(_) => return Ok(None),
            }
        }
    }
}

fn is_redraw(key: &KeyEvent) -> bool {
    key.modifiers.contains(KeyModifiers::CONTROL) && key.code == KeyCode::Char('l')
}

/// What a key of the terminal is for a review.
fn meant(key: &KeyEvent) -> Option<Key> {
    if key.kind == KeyEventKind::Release {
        return None;
    }
    let control = key.modifiers.contains(KeyModifiers::CONTROL);
    let other = key.modifiers.contains(KeyModifiers::ALT) && !control;
    Some(match key.code {
        KeyCode::Char('c') if control => Key::Interrupt,
        KeyCode::Char('w' | 'h') | KeyCode::Backspace if control => Key::DeleteWord,
        KeyCode::Char('u') if control => Key::DeleteLine,
        KeyCode::Char('a') if control => Key::Home,
        KeyCode::Char('e') if control => Key::End,
        KeyCode::Char('b') if other => Key::WordLeft,
        KeyCode::Char('f') if other => Key::WordRight,
        KeyCode::Left if control || other => Key::WordLeft,
        KeyCode::Right if control || other => Key::WordRight,
        // AltGr is both, and writes a character.
        KeyCode::Char(c) if control == key.modifiers.contains(KeyModifiers::ALT) => Key::Char(c),
        KeyCode::Enter => Key::Enter,
        KeyCode::Esc => Key::Escape,
        KeyCode::Tab => Key::Tab,
        KeyCode::Backspace => Key::Backspace,
        KeyCode::Delete => Key::Delete,
        KeyCode::Left => Key::Left,
        KeyCode::Right => Key::Right,
        KeyCode::Up => Key::Up,
        KeyCode::Down => Key::Down,
        KeyCode::Home => Key::Home,
        KeyCode::End => Key::End,
        KeyCode::PageUp => Key::PageUp,
        KeyCode::PageDown => Key::PageDown,
        _ => return None,
    })
}
