//! The one thing that can lie over a screen: a question, the list of keys, or the step-up.

use ratatui::{
    Frame,
    layout::{Constraint, Rect},
    style::Style,
    symbols::border,
    text::{Line, Span},
    widgets::{Block, Clear, Paragraph},
};

use super::{
    field::{AnyField as _, SecretField},
    form::form,
    page::{Page, cut, wrap},
};
use crate::console::{
    effect::Remote,
    keymap::{self, Action, Scope},
    theme::Look,
};

/// What happens on yes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnYes {
    /// The screen on top goes away.
    Leave,
    /// The program ends.
    Quit,
    /// The session ends.
    SignOut,
    /// The screen goes on with what it asked for.
    Resume,
}

/// A question with yes and no.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The question, with what yes would do.
    pub text: String,
    /// What yes does.
    pub on_yes: OnYes,
}

impl Question {
    /// A question before something that cannot be taken back.
    pub fn new(text: impl Into<String>, on_yes: OnYes) -> Self {
        Self {
            text: text.into(),
            on_yes,
        }
    }
}

form! {
    /// The operator's own password, once more.
    pub struct StepUpForm {
        /// The password.
        password: SecretField = SecretField::new("Your password"),
    }
}

/// What lies over the screen.
#[derive(Debug)]
pub enum Modal {
    /// Yes or no.
    Confirm(Question),
    /// Keys of the screen beneath, scrolled to a row.
    Help {
        /// Keys and what they do.
        rows: Vec<(String, String)>,
        /// The first row shown.
        first: usize,
    },
    /// A text from elsewhere, neutralised when drawn, scrolled to a line.
    OwnText {
        /// As it came.
        text: String,
        /// The first line shown.
        first: usize,
    },
    /// The operator's own password, once more.
    StepUp {
        /// One password field.
        form: Box<StepUpForm>,
        /// The question to the desk.
        check: Remote<()>,
    },
}

impl Modal {
    /// The step-up question.
    pub fn step_up() -> Self {
        Self::StepUp {
            form: Box::new(StepUpForm::new()),
            check: Remote::Idle,
        }
    }

    /// Which keys are alive.
    pub const fn scopes(&self) -> &'static [Scope] {
        match self {
            Self::Confirm(_) => &[Scope::Confirm],
            Self::Help { .. } | Self::OwnText { .. } => &[Scope::Help],
            Self::StepUp { .. } => &[Scope::StepUp, Scope::Text],
        }
    }

    /// Would the action confirm something?
    pub fn is_final(&self, action: Action) -> bool {
        match self {
            Self::Confirm(_) => action == Action::Yes,
            Self::Help { .. } | Self::OwnText { .. } => false,
            Self::StepUp { form, check } => {
                action == Action::Accept && form.password.is_filled() && !check.is_loading()
            }
        }
    }

    /// Draws it in the middle of `area`.
    pub fn view(&self, frame: &mut Frame<'_>, area: Rect, look: &Look) {
        match self {
            Self::Confirm(question) => {
                let width = 60.min(area.width);
                let text = wrap(&question.text, usize::from(width).saturating_sub(4));
                let height = u16::try_from(text.len() + 4).unwrap_or(u16::MAX);
                let inner = popup(frame, area, width, height, " Please decide ", look);
                let mut page = Page::new(inner);
                for part in text {
                    page.line(format!(" {part}"));
                }
                page.blank();
                page.keep_next();
                let key = |action| keymap::name_of(Scope::Confirm, action);
                page.line(Line::from(vec![
                    Span::styled(format!(" {}", key(Action::Yes)), look.theme.accent),
                    Span::raw(" yes    "),
                    Span::styled(key(Action::No), look.theme.accent),
                    Span::raw(" no, stay here"),
                ]));
                page.render(frame, inner);
            }
            Self::Help { rows, first } => help(frame, area, rows, *first, look),
            Self::OwnText { text, first } => {
                let width = 76.min(area.width);
                let lines = wrap(&look.clean(text), usize::from(width).saturating_sub(4));
                let height = u16::try_from(lines.len() + 2).unwrap_or(u16::MAX);
                let title = " The directory's own text ";
                let inner = popup(frame, area, width, height, title, look);
                let most = lines.len().saturating_sub(usize::from(inner.height));
                let shown = lines.into_iter().skip((*first).min(most));
                let shown: Vec<_> = shown.map(|line| Line::from(format!(" {line}"))).collect();
                frame.render_widget(Paragraph::new(shown), inner);
                read_from(frame, inner);
            }
            Self::StepUp { form, check } => {
                let inner = popup(frame, area, 60, 10, " Your password, once more ", look);
                let mut page = Page::new(inner);
                page.text(
                    "The profile asks who you are before this. It then goes on by itself.",
                    Style::new(),
                );
                page.blank();
                form.password.draw(13, &mut page, look);
                if check.is_loading() {
                    page.text("Checking...", look.theme.faint);
                }
                page.render(frame, inner);
            }
        }
    }
}

fn help(frame: &mut Frame<'_>, area: Rect, rows: &[(String, String)], first: usize, look: &Look) {
    let inner = popup(frame, area, 76, 18, " Keys ", look);
    let column = if inner.width < 50 { 14 } else { 22 };
    let mut lines = Vec::new();
    for (keys, about) in rows {
        let room = usize::from(inner.width).saturating_sub(column + 2);
        for (n, part) in wrap(about, room).into_iter().enumerate() {
            let head = if n == 0 {
                cut(keys, column - 1, look)
            } else {
                String::new()
            };
            lines.push(Line::from(vec![
                Span::styled(format!(" {head:<column$}"), look.theme.accent),
                Span::raw(part),
            ]));
        }
    }
    let most = lines.len().saturating_sub(usize::from(inner.height));
    let shown: Vec<_> = lines.into_iter().skip(first.min(most)).collect();
    frame.render_widget(Paragraph::new(shown), inner);
    read_from(frame, inner);
}

/// The cursor stands where reading begins.
fn read_from(frame: &mut Frame<'_>, inside: Rect) {
    if inside.width > 1 && inside.height > 0 {
        frame.set_cursor_position((inside.x + 1, inside.y));
    }
}

/// The help for a screen's scopes.
pub fn help_for(scopes: &[Scope]) -> Modal {
    Modal::Help {
        rows: keymap::help(scopes),
        first: 0,
    }
}

/// A framed area of at most this size in the middle; returns the inside.
fn popup(
    frame: &mut Frame<'_>,
    area: Rect,
    width: u16,
    height: u16,
    title: &str,
    look: &Look,
) -> Rect {
    let place = area.centered(
        Constraint::Length(width.min(area.width)),
        Constraint::Length(height.min(area.height)),
    );
    let lines = if look.glyphs.utf8 {
        border::PLAIN
    } else {
        border::Set {
            top_left: "+",
            top_right: "+",
            bottom_left: "+",
            bottom_right: "+",
            vertical_left: "|",
            vertical_right: "|",
            horizontal_top: "-",
            horizontal_bottom: "-",
        }
    };
    let block = Block::bordered()
        .border_set(lines)
        .border_style(look.theme.accent)
        .title(title.to_owned());
    let inner = block.inner(place);
    frame.render_widget(Clear, place);
    frame.render_widget(block, place);
    inner
}
