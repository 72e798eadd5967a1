//! What was just done or refused, in the line above the footer.

use std::time::Duration;

use ratatui::{
    Frame,
    layout::Rect,
    style::Style,
    text::{Line, Span},
    widgets::{Clear, Paragraph},
};

use super::page::wrap;
use crate::console::{
    effect::{Effect, Ticket, Tickets},
    keymap::{self, Action, Scope},
    theme::Look,
};

/// How good the news is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// The directory said so: green, for a moment.
    Good,
    /// A hint: no colour, for a moment.
    Plain,
    /// Accepted, not confirmed; stays until read.
    Warn,
    /// Refused or failed; stays until read.
    Bad,
}

impl Tone {
    const fn stays(self) -> bool {
        matches!(self, Self::Warn | Self::Bad)
    }

    /// The style of the tone.
    pub const fn style(self, look: &Look) -> Style {
        match self {
            Self::Good => look.theme.good,
            Self::Plain => look.theme.faint,
            Self::Warn => look.theme.warn,
            Self::Bad => look.theme.bad,
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Good => "Done:",
            Self::Plain => "",
            Self::Warn => "Note:",
            Self::Bad => "Not done:",
        }
    }
}

#[derive(Debug)]
struct Toast {
    tone: Tone,
    text: String,
    expires: Ticket,
    about: About,
    number: u64,
}

/// What a message is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// Something on the screen that said it: gone when that screen is left.
    Screen,
    /// Something else, as the outcome of a change whose screen has been left.
    Program,
}

/// The messages, newest last. Only the newest is shown; bad news is shown before good.
#[derive(Debug, Default)]
pub struct Toasts {
    list: Vec<Toast>,
    /// Messages so far.
    pushed: u64,
    /// Messages before what happens now.
    before: u64,
}

impl Toasts {
    /// Adds a message and returns the effect that will take it away. At most three are kept.
    pub fn push(
        &mut self,
        about: About,
        tone: Tone,
        text: String,
        tickets: &mut Tickets,
    ) -> Option<Effect> {
        let expires = tickets.mint();
        self.list
            .retain(|toast| toast.text != text && toast.tone.stays());
        if self.list.len() == 3 {
            self.list.remove(0);
        }
        self.pushed += 1;
        self.list.push(Toast {
            tone,
            text,
            expires,
            about,
            number: self.pushed,
        });
        (!tone.stays()).then(|| Effect::After(Duration::from_secs(6), expires))
    }

    /// Something happens: what is said from here on belongs to where it leads.
    pub const fn begin(&mut self) {
        self.before = self.pushed;
    }

    /// A screen is left for another: what it had said before goes with it, so that no message about
    /// one user stands over the page of another.
    pub fn leave(&mut self) {
        let before = self.before;
        self.list
            .retain(|toast| toast.about == About::Program || toast.number > before);
    }

    /// Takes away the message whose time is over; false if it is none of ours.
    pub fn expire(&mut self, ticket: Ticket) -> bool {
        let before = self.list.len();
        self.list.retain(|toast| toast.expires != ticket);
        self.list.len() < before
    }

    /// Takes away the newest message that waits to be read; false if there is none.
    pub fn dismiss(&mut self) -> bool {
        match self.list.iter().rposition(|toast| toast.tone.stays()) {
            Some(index) => {
                self.list.remove(index);
                true
            }
            None => false,
        }
    }

    /// Does a message wait to be read?
    pub fn waits(&self) -> bool {
        self.list.iter().any(|toast| toast.tone.stays())
    }

    /// Takes everything away: another person is at the desk.
    pub fn clear(&mut self) {
        self.list.clear();
    }

    /// Lines that the newest message takes in a window of this width.
    pub fn height(&self, width: u16, look: &Look) -> u16 {
        u16::try_from(self.lines(width, look).len()).unwrap_or(1)
    }

    /// Draws the newest message at the bottom of `area`.
    pub fn view(&self, frame: &mut Frame<'_>, area: Rect, look: &Look) {
        let lines = self.lines(area.width, look);
        let height = u16::try_from(lines.len()).unwrap_or(1).min(area.height);
        if height == 0 {
            return;
        }
        let place = Rect {
            y: area.bottom() - height,
            height,
            ..area
        };
        frame.render_widget(Clear, place);
        frame.render_widget(Paragraph::new(lines), place);
    }

    /// The newest message, at most four lines of it.
    fn lines(&self, width: u16, look: &Look) -> Vec<Line<'static>> {
        let Some(toast) = self.list.last() else {
            return Vec::new();
        };
        let hint = if toast.tone.stays() {
            format!(" ({}: read)", keymap::name_of(Scope::Page, Action::Back))
        } else {
            String::new()
        };
        let text = format!("{} {}{hint}", toast.tone.word(), look.clean(&toast.text));
        wrap(&text, usize::from(width).saturating_sub(2))
            .into_iter()
            .take(4)
            .map(|part| {
                Line::from(vec![
                    Span::raw(" "),
                    Span::styled(part, toast.tone.style(look)),
                ])
            })
            .collect()
    }
}
