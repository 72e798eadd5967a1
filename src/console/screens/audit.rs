//! Who did what to whom, newest first, and whether the record is whole.

mod details;
mod model;
mod table;

pub use model::{AuditViewer, acts};
pub use table::{outcome, zones};

use ratatui::{Frame, layout::Rect};

use self::model::PAGE;
use super::{Cx, Go, Screen, Site, explain};
use crate::console::{
    effect::{Remote, Reply, Request, Ticket},
    keymap::{Action, Scope},
    widgets::{Page, Tone},
};

/// Rows that the window shows.
fn page(cx: &Cx<'_>) -> usize {
    usize::from(cx.lines.saturating_sub(table::LINES_BESIDE)).max(1)
}

impl Screen for AuditViewer {
    fn title(&self) -> String {
        "Audit".into()
    }

    fn scopes(&self) -> Vec<Scope> {
        vec![Scope::Audit, Scope::Plain, Scope::Page]
    }

    fn enter(&mut self, cx: &mut Cx<'_>) {
        self.load(cx);
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a screen answers to its own keys; the rest is for whoever stands around it"
    )]
    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Go {
        match action {
            Action::Back if self.details => self.details = false,
            Action::Back => return Go::Back,
            Action::Quit => return Go::Quit,
            Action::Accept => self.details = !self.details && !self.rows().is_empty(),
            Action::NextFilter if !self.details => self.show_next(cx),
            Action::OnlyThisUser if !self.details => self.only_this_user(cx),
            Action::Verify if !self.verified.is_loading() => {
                self.verified = Remote::Loading(cx.ask(Request::AuditVerify));
            }
            Action::Up => self.move_to(self.selected.saturating_sub(1), cx),
            Action::Down => self.move_to(self.selected + 1, cx),
            Action::PageUp => self.move_to(self.selected.saturating_sub(page(cx)), cx),
            Action::PageDown => self.move_to(self.selected + page(cx), cx),
            Action::First => self.move_to(0, cx),
            Action::Last => self.move_to(usize::MAX, cx),
            _ => {}
        }
        Go::Stay
    }

    fn reply(&mut self, ticket: Ticket, reply: &Reply, cx: &mut Cx<'_>) -> Option<Go> {
        if self.loading == Some(ticket) {
            self.loading = None;
            if let Reply::AuditListed(records) = reply {
                self.at_end = records.len() < PAGE;
                self.records.extend(records.iter().cloned());
            } else if let Reply::Failed(error) = reply {
                self.failed = Some(error.clone());
            }
            return Some(Go::Stay);
        }
        if self.verified.awaits(ticket) {
            self.verified = if let Reply::Verified(verified) = reply {
                Remote::Ready(verified.clone())
            } else if let Reply::Failed(error) = reply {
                cx.toast(Tone::Bad, explain(error));
                Remote::Failed(error.clone())
            } else {
                Remote::Idle
            };
            return Some(Go::Stay);
        }
        None
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, site: &Site) {
        let look = &site.look;
        let mut page = Page::new(area);
        self.verdict(&mut page, site);
        if let Some(error) = &self.failed {
            page.text(&look.clean(&explain(error)), look.theme.bad);
        } else if self.details {
            if let Some(record) = self.rows().get(self.selected) {
                page.keep_next();
                details::draw(record, self.begun(record), &mut page, site);
            }
        } else {
            table::draw(self, &mut page, area, site);
        }
        page.render(frame, area);
    }
}

impl AuditViewer {
    fn verdict(&self, page: &mut Page, site: &Site) {
        let theme = &site.look.theme;
        match &self.verified {
            Remote::Idle | Remote::Failed(_) => {
                page.text(
                    "Not verified in this session: v verifies the chain.",
                    theme.faint,
                );
            }
            Remote::Loading(_) => page.text("Verifying the chain...", theme.faint),
            Remote::Ready(verified) => match &verified.first_bad {
                None => {
                    let text = format!(
                        "Whole: {} records fit each other, head {}",
                        verified.records,
                        verified.head.get(..16).unwrap_or(&verified.head)
                    );
                    page.text(&text, theme.good);
                    if let Some(first) = verified.backwards.first() {
                        let text = format!(
                            "Time runs backwards {} times, first at record {first}: the clock was \
                             set back.",
                            verified.backwards.len()
                        );
                        page.text(&text, theme.warn);
                    }
                }
                Some((sequence, why)) => {
                    let text = format!("Not whole: record {sequence} is the first bad one: {why}");
                    page.text(&site.look.clean(&text), theme.bad);
                }
            },
        }
    }
}
