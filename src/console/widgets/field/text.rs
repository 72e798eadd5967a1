//! A line of text.

use std::borrow::Cow;

use crossterm::event::Event;
use ratatui::text::Span;
use tui_input::{Input, InputRequest, backend::crossterm::to_input_request};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::{AnyField as _, Control, Field, MOST_CELLS, greyed};
use crate::{
    console::{
        keymap::{self, Scope},
        theme::Look,
    },
    desk::LONGEST_REASON,
};

/// What is beyond is not taken, and that is said.
const MOST_CHARS: usize = LONGEST_REASON;
const FULL: &str = "This field takes 500 characters: nothing more was taken.";
const _: () = assert!(MOST_CHARS == 500, "the sentence names the number");

/// A field for a line of text.
pub type TextField = Field<TextControl>;

/// A line of text that is being edited.
#[derive(Debug, Default)]
pub struct TextControl {
    input: Input,
    /// The whole text is selected: typing replaces it.
    selected: bool,
}

impl Field<TextControl> {
    /// An empty line.
    pub fn new(label: impl Into<Cow<'static, str>>) -> Self {
        Self::of(label, TextControl::default())
    }

    /// Its text.
    pub fn value(&self) -> &str {
        self.control.input.value()
    }

    /// Its text without blanks around it.
    pub fn trimmed(&self) -> String {
        self.value().trim().to_owned()
    }

    /// Puts another text into it.
    pub fn set_text(&mut self, text: &str) {
        self.control.input = Input::new(text.to_owned());
        self.control.selected = false;
    }

    /// The same, as what it holds at first.
    pub fn begin_with(&mut self, text: &str) {
        self.set_text(text);
        self.settle();
    }

    /// What it holds at first has been read again. A text that was typed stays.
    ///
    /// Where that and what was read have both changed: a sentence that says so.
    pub fn rebase(&mut self, now: &str) -> Option<String> {
        if self.is_dirty() {
            return self.met(now);
        }
        self.begin_with(now);
        None
    }

    /// Its text where it is another than at first.
    pub fn changed(&self) -> Option<String> {
        (self.is_dirty() && self.value().trim() != self.initial).then(|| self.trimmed())
    }

    /// Selects the whole text: what is typed next replaces it.
    pub fn select(&mut self) {
        self.control.selected = !self.value().is_empty();
    }
}

impl Control for TextControl {
    fn scope(&self) -> Scope {
        Scope::Text
    }

    fn state(&self) -> Cow<'_, str> {
        self.input.value().into()
    }

    fn input(&mut self, event: &Event) -> Result<bool, &'static str> {
        let selected = std::mem::take(&mut self.selected);
        if selected && replaces(event) {
            let mut other = Input::default();
            // A key that no field takes leaves the text as it is.
            let taken = edit_text(&mut other, event)? || removes(event);
            if taken {
                self.input = other;
            }
            Ok(taken)
        } else {
            edit_text(&mut self.input, event)
        }
    }

    fn spans(&self, room: usize, focused: bool, look: &Look) -> (Vec<Span<'static>>, usize) {
        let room = room.min(MOST_CELLS);
        let (shown, at) = window(self.input.value(), self.input.cursor(), room, look);
        let mut spans = boxed(shown, room, focused, look);
        if self.selected && focused {
            // The bracket and one span a character.
            let cells = self.input.value().chars().count();
            for span in spans.iter_mut().skip(1).take(cells) {
                span.style = look.theme.selected;
            }
        }
        (spans, at.min(room))
    }

    fn fixed_spans(&self, why: &str, room: usize, look: &Look) -> Vec<Span<'static>> {
        let value = match self.input.value() {
            "" => "-",
            value => value,
        };
        greyed(value, why, room, look)
    }
}

/// Does it put something in the place of a selected text?
fn replaces(event: &Event) -> bool {
    match event {
        Event::Paste(_) => true,
        Event::Key(key) => keymap::is_text(key) || removes(event),
        Event::FocusGained | Event::FocusLost | Event::Mouse(_) | Event::Resize(..) => false,
    }
}

/// Does it remove a selected text?
fn removes(event: &Event) -> bool {
    matches!(
        to_input_request(event),
        Some(
            InputRequest::DeletePrevChar
                | InputRequest::DeleteNextChar
                | InputRequest::DeletePrevWord
                | InputRequest::DeleteNextWord
                | InputRequest::DeleteLine
                | InputRequest::DeleteTillEnd
        )
    )
}

/// Character by character: a revealed password must not be put together on the heap.
pub(super) fn boxed(
    shown: Vec<String>,
    room: usize,
    focused: bool,
    look: &Look,
) -> Vec<Span<'static>> {
    let theme = &look.theme;
    let inside = if focused {
        theme.field_focused
    } else {
        theme.field
    };
    let bracket = if focused { theme.accent } else { theme.faint };
    let used: usize = shown.iter().map(|cell| cell.width()).sum();
    let mut spans = vec![Span::styled("[", bracket)];
    spans.extend(shown.into_iter().map(|cell| Span::styled(cell, inside)));
    let padding = room.saturating_sub(used);
    spans.push(Span::styled(" ".repeat(padding), inside));
    spans.push(Span::styled("]", bracket));
    spans
}

/// The part of `text` around the cursor that fits into `room` cells, and the cursor's cell in it.
pub(super) fn window(text: &str, cursor: usize, room: usize, look: &Look) -> (Vec<String>, usize) {
    let cells: Vec<String> = text.chars().map(|c| look.clean(&c.to_string())).collect();
    let width = |cell: &String| cell.width();
    let before: usize = cells.iter().take(cursor).map(width).sum();
    // One cell is kept for the cursor behind the last character.
    let mut skip = 0;
    let mut hidden = 0;
    while before - hidden >= room && skip < cells.len() {
        hidden += cells.get(skip).map_or(0, width);
        skip += 1;
    }
    let total: usize = cells.iter().map(width).sum();
    let mut used = 0;
    let mut shown: Vec<String> = cells
        .into_iter()
        .skip(skip)
        .take_while(|cell| {
            used += cell.width();
            used <= room
        })
        .collect();
    let at = before - hidden;
    // What does not fit is marked at the end where it is missing, but never beneath the cursor.
    let mark = look.glyphs.ellipsis;
    let missing = total - hidden > shown.iter().map(width).sum();
    if skip > 0
        && let Some(first) = shown.first_mut().filter(|cell| cell.width() == 1 && at > 0)
    {
        mark.clone_into(first);
    }
    if missing && let Some(last) = shown.last_mut().filter(|cell| cell.width() == 1) {
        mark.clone_into(last);
    }
    (shown, at)
}

fn edit_text(input: &mut Input, event: &Event) -> Result<bool, &'static str> {
    if let Event::Paste(text) = event {
        let line = text.trim_end_matches(['\r', '\n']);
        if line.chars().any(char::is_control) {
            return Err("The paste holds line breaks or control characters: nothing was taken.");
        }
        if input.value().chars().count() + line.chars().count() > MOST_CHARS {
            return Err("The paste is too long for this field: nothing was taken.");
        }
        for c in line.chars() {
            input.handle(InputRequest::InsertChar(c));
        }
        return Ok(!line.is_empty());
    }
    let Some(request) = to_input_request(event) else {
        return Ok(false);
    };
    if let InputRequest::InsertChar(c) = request {
        if c.is_control() || c.width().is_none() {
            return Ok(false);
        }
        if input.value().chars().count() >= MOST_CHARS {
            return Err(FULL);
        }
    }
    Ok(input.handle(request).is_some_and(|changed| changed.value))
}
