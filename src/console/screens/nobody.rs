//! Enter was pressed on the list, and there is nobody to open. A page of its own, and not the list:
//! what is typed behind that Enter is a new password as a rule, and the list would show it.

use crossterm::event::Event;
use ratatui::{Frame, layout::Rect, style::Style};

use super::{Cx, Go, Screen, Site, explain};
use crate::{
    console::{
        keymap::{self, Action, Scope},
        widgets::{Page, Tone},
    },
    desk::DeskError,
    directory::Found,
};

/// Nobody is open.
#[derive(Debug)]
pub struct Nobody {
    typed: String,
    /// What may have been meant, or why less was searched.
    remark: Option<String>,
    failed: Option<DeskError>,
}

impl Nobody {
    /// Nobody was found.
    pub fn found(typed: &str, found: Option<&Found>) -> Self {
        Self {
            typed: typed.trim().to_owned(),
            remark: found.and_then(|found| found.remark.clone()),
            failed: None,
        }
    }

    /// The search has failed.
    pub fn failed(typed: &str, error: &DeskError) -> Self {
        Self {
            failed: Some(error.clone()),
            ..Self::found(typed, None)
        }
    }
}

impl Screen for Nobody {
    fn title(&self) -> String {
        "Nobody".into()
    }

    fn scopes(&self) -> Vec<Scope> {
        vec![Scope::Nobody, Scope::Page]
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a screen answers to its own keys; the rest is for whoever stands around it"
    )]
    fn act(&mut self, action: Action, _cx: &mut Cx<'_>) -> Go {
        match action {
            Action::Accept | Action::Back => Go::Back,
            Action::Quit => Go::Quit,
            _ => Go::Stay,
        }
    }

    fn input(&mut self, _event: &Event, cx: &mut Cx<'_>) -> Go {
        cx.toast(
            Tone::Plain,
            "Nobody is open here: what you type is not taken.",
        );
        Go::Stay
    }

    fn failure(&self) -> Option<&DeskError> {
        self.failed.as_ref()
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, site: &Site) {
        let look = &site.look;
        let mut page = Page::new(area);
        if let Some(error) = &self.failed {
            page.text("The search failed.", look.theme.bad);
            page.text(&look.clean(&explain(error)), Style::new());
        } else if self.typed.is_empty() {
            page.text("There is nobody to open.", look.theme.strong);
        } else {
            let text = format!("Nobody matches \"{}\".", look.clean(&self.typed));
            page.text(&text, look.theme.strong);
        }
        if let Some(remark) = &self.remark {
            page.text(&look.clean(remark), look.theme.warn);
        }
        page.blank();
        let enter = keymap::name_of(Scope::Nobody, Action::Accept);
        let text = format!("{enter} goes back to the list; typing there replaces the text.");
        page.text(&text, look.theme.faint);
        page.render(frame, area);
    }
}
