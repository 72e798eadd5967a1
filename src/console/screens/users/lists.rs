//! Ready-made lists, with how many are in each.

use ratatui::{style::Style, text::Line};

use crate::{
    console::{
        effect::{Remote, Reply, Request, Ticket},
        keymap::{self, Action, Scope},
        screens::{Cx, Site},
        widgets::{Page, cut},
    },
    desk::DeskError,
    directory::{Query, Total},
};

/// Title and line of each.
pub const READY_MADE: [(&str, &str); 9] = [
    ("Locked now", "is:locked"),
    ("Disabled", "is:disabled"),
    ("Expired", "is:expired"),
    ("Must change the password", "is:must-change"),
    ("Reset and not used yet", "is:unused"),
    ("No password", "is:no-password"),
    ("Never signed in", "is:never-signed-in"),
    ("Account ends this week", "is:ends-this-week"),
    ("Operators", "is:operator"),
];

/// The choice of one.
#[derive(Debug)]
pub struct Lists {
    pub(super) selected: usize,
    counts: Remote<Vec<Result<Total, DeskError>>>,
}

impl Lists {
    /// Asks how many are in each.
    pub fn open(cx: &mut Cx<'_>) -> Self {
        let queries = READY_MADE
            .iter()
            .filter_map(|(_, line)| Query::typed(line).ok())
            .collect();
        Self {
            selected: 0,
            counts: Remote::Loading(cx.ask(Request::Count(queries))),
        }
    }

    /// The line of the selected one.
    pub fn line(&self) -> &'static str {
        READY_MADE.get(self.selected).map_or("", |(_, line)| line)
    }

    pub(super) fn take(&mut self, ticket: Ticket, reply: &Reply) -> bool {
        self.counts.take(ticket, reply, |reply| {
            let Reply::Counted(counts) = reply else {
                return None;
            };
            Some(counts.clone())
        })
    }

    pub(super) fn draw(&self, page: &mut Page, site: &Site) {
        let look = &site.look;
        let width = page.width();
        let room = width.saturating_sub(4);
        for (index, (title, line)) in READY_MADE.iter().enumerate() {
            let selected = index == self.selected;
            let (pointer, style) = if selected {
                page.keep_next();
                (look.glyphs.pointer, look.theme.selected)
            } else {
                (" ", Style::new())
            };
            let count = match &self.counts {
                Remote::Ready(counts) => match counts.get(index) {
                    Some(Ok(total)) => total.to_string(),
                    Some(Err(_)) => "cannot be told here".into(),
                    None => String::new(),
                },
                Remote::Failed(_) => "not counted".into(),
                Remote::Idle | Remote::Loading(_) => String::new(),
            };
            let text = if width >= 60 {
                format!("{title:<26} {count:<20} {line}")
            } else {
                format!("{title:<25} {count}")
            };
            let text = format!("{pointer}  {}", cut(text.trim_end(), room, look));
            page.line(Line::styled(text, style));
        }
        let told = match &self.counts {
            Remote::Ready(counts) => match counts.get(self.selected) {
                Some(Err(error)) => error.to_string(),
                Some(Ok(_)) | None => String::new(),
            },
            Remote::Failed(error) => error.to_string(),
            Remote::Idle | Remote::Loading(_) => String::new(),
        };
        page.blank();
        if told.is_empty() {
            let enter = keymap::name_of(Scope::Lists, Action::Accept);
            let text = format!("{enter} shows the list; more can be typed behind its filter.");
            page.text(&text, look.theme.faint);
        } else {
            page.text(&look.clean(&told), look.theme.warn);
        }
    }
}
