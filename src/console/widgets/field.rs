//! One field of a form: a label and something to fill in.

use crossterm::event::Event;
use ratatui::{
    style::Style,
    text::{Line, Span},
};
use tui_input::{Input, InputRequest, backend::crossterm::to_input_request};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::{page::cut, secret_input::SecretInput};
use crate::{
    console::{keymap, theme::Look},
    desk::LONGEST_REASON,
};

/// What is beyond is not taken, and that is said.
const MOST_CHARS: usize = LONGEST_REASON;
const FULL: &str = "This field takes 500 characters: nothing more was taken.";
const _: () = assert!(MOST_CHARS == 500, "the sentence names the number");

/// What a field is filled in with.
#[derive(Debug)]
pub enum Control {
    /// A line of text.
    Text(Input),
    /// A password.
    Secret(SecretInput),
    /// A switch. With `fixed`, the reason why it cannot be turned.
    Toggle {
        /// Its position.
        on: bool,
        /// Why it cannot be turned, if so.
        fixed: Option<String>,
    },
    /// One of several words.
    Choice {
        /// The words.
        options: Vec<&'static str>,
        /// Which one.
        chosen: usize,
    },
}

/// A label, a control, and what is wrong with it.
#[derive(Debug)]
pub struct Field {
    /// The label.
    pub label: &'static str,
    /// What is filled in.
    pub control: Control,
    /// What is wrong, shown beneath.
    pub error: Option<String>,
    /// A hidden field takes no focus and is not drawn.
    pub visible: bool,
    /// The whole text is selected: typing replaces it.
    selected: bool,
    initial: String,
}

impl Field {
    fn new(label: &'static str, control: Control) -> Self {
        let mut field = Self {
            label,
            control,
            error: None,
            visible: true,
            selected: false,
            initial: String::new(),
        };
        field.initial = field.state();
        field
    }

    /// A line of text with something in it already.
    pub fn text(label: &'static str, value: &str) -> Self {
        Self::new(label, Control::Text(Input::new(value.to_owned())))
    }

    /// A password.
    pub fn secret(label: &'static str) -> Self {
        Self::new(label, Control::Secret(SecretInput::default()))
    }

    /// A switch.
    pub fn toggle(label: &'static str, on: bool, fixed: Option<String>) -> Self {
        Self::new(label, Control::Toggle { on, fixed })
    }

    /// One of several words.
    pub fn choice(label: &'static str, options: Vec<&'static str>) -> Self {
        Self::new(label, Control::Choice { options, chosen: 0 })
    }

    /// The text of a text field, else nothing.
    pub fn value(&self) -> &str {
        match &self.control {
            Control::Text(input) => input.value(),
            Control::Choice { options, chosen } => options.get(*chosen).copied().unwrap_or(""),
            Control::Secret(_) | Control::Toggle { .. } => "",
        }
    }

    /// Selects the whole text of a text field: what is typed next replaces it.
    pub fn select(&mut self) {
        self.selected = matches!(self.control, Control::Text(_)) && !self.value().is_empty();
    }

    /// Puts another text into a text field.
    pub fn set_text(&mut self, text: &str) {
        if let Control::Text(input) = &mut self.control {
            *input = Input::new(text.to_owned());
            self.selected = false;
        }
    }

    /// The position of a switch; false for other fields.
    pub const fn is_on(&self) -> bool {
        matches!(self.control, Control::Toggle { on: true, .. })
    }

    /// Holds something that was not there at first?
    pub fn is_dirty(&self) -> bool {
        self.visible
            && match &self.control {
                Control::Secret(input) => !input.is_empty(),
                Control::Text(_) | Control::Toggle { .. } | Control::Choice { .. } => {
                    self.state() != self.initial
                }
            }
    }

    fn state(&self) -> String {
        match &self.control {
            Control::Toggle { on, .. } => on.to_string(),
            Control::Secret(_) => String::new(),
            Control::Text(_) | Control::Choice { .. } => self.value().to_owned(),
        }
    }

    /// Takes a key or paste for a text or password field: `Ok(true)` when the value changed.
    ///
    /// # Errors
    /// Why a paste was refused.
    pub fn input(&mut self, event: &Event) -> Result<bool, &'static str> {
        let changed = match &mut self.control {
            Control::Secret(input) => input.input(event)?,
            Control::Text(input) => {
                let selected = std::mem::take(&mut self.selected);
                if selected && replaces(event) {
                    let mut other = Input::default();
                    // A key that no field takes leaves the text as it is.
                    let taken = edit_text(&mut other, event)? || removes(event);
                    if taken {
                        *input = other;
                    }
                    taken
                } else {
                    edit_text(input, event)?
                }
            }
            Control::Toggle { .. } | Control::Choice { .. } => false,
        };
        if changed {
            self.error = None;
        }
        Ok(changed)
    }

    /// The line of the field, and in which column the cursor stands.
    pub fn line(
        &self,
        label_width: usize,
        width: usize,
        focused: bool,
        look: &Look,
    ) -> (Line<'static>, Option<u16>) {
        let theme = &look.theme;
        let pointer = if focused { look.glyphs.pointer } else { " " };
        let label = format!(
            "{pointer} {:<label_width$} ",
            cut(self.label, label_width, look)
        );
        let before = label.width();
        let mut spans = vec![Span::styled(
            label,
            if focused { theme.accent } else { Style::new() },
        )];
        let room = width.saturating_sub(before + 2).max(1);
        let cursor = match &self.control {
            Control::Text(input) => {
                let (shown, at) = window(input.value(), input.cursor(), room.min(44), look);
                let at = at.min(room.min(44));
                boxed(&mut spans, shown, room.min(44), focused, look);
                if self.selected && focused {
                    // The bracket and one span a character.
                    let cells = input.value().chars().count();
                    for span in spans.iter_mut().skip(2).take(cells) {
                        span.style = theme.selected;
                    }
                }
                Some(at)
            }
            Control::Secret(input) => {
                let (shown, at) = if input.is_revealed() {
                    window(input.expose(), input.cursor(), room.min(44), look)
                } else {
                    let mask = look.glyphs.mask.to_string().repeat(input.chars());
                    window(&mask, input.cursor(), room.min(44), look)
                };
                boxed(&mut spans, shown, room.min(44), focused, look);
                Some(at)
            }
            Control::Toggle { on, fixed } => {
                // What a directory does not offer is no "no".
                spans.push(Span::raw(match (on, fixed) {
                    (true, _) => "[x] yes",
                    (false, None) => "[ ] no",
                    (false, Some(_)) => "[ ]",
                }));
                if let Some(why) = fixed {
                    let hint = cut(&format!("  {why}"), room.saturating_sub(6), look);
                    spans.push(Span::styled(hint, theme.faint));
                }
                Some(0)
            }
            Control::Choice { options, chosen } => {
                let word = options.get(*chosen).copied().unwrap_or("");
                spans.push(Span::raw(format!("< {word} >")));
                Some(1)
            }
        };
        let column = cursor
            .filter(|_| focused)
            .map(|at| u16::try_from(before + 1 + at).unwrap_or(u16::MAX));
        (Line::from(spans), column)
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
fn boxed(
    spans: &mut Vec<Span<'static>>,
    shown: Vec<String>,
    room: usize,
    focused: bool,
    look: &Look,
) {
    let theme = &look.theme;
    let inside = if focused {
        theme.field_focused
    } else {
        theme.field
    };
    let bracket = if focused { theme.accent } else { theme.faint };
    let used: usize = shown.iter().map(|cell| cell.width()).sum();
    spans.push(Span::styled("[", bracket));
    spans.extend(shown.into_iter().map(|cell| Span::styled(cell, inside)));
    let padding = room.saturating_sub(used);
    spans.push(Span::styled(" ".repeat(padding), inside));
    spans.push(Span::styled("]", bracket));
}

/// The part of `text` around the cursor that fits into `room` cells, and the cursor's cell in it.
fn window(text: &str, cursor: usize, room: usize, look: &Look) -> (Vec<String>, usize) {
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
