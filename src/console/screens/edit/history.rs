//! What was done to one person, and how often the person has signed in.

use jiff::Timestamp;
use ratatui::style::Style;

use crate::{
    audit::{AuditQuery, Kind, Outcome, Record, SignInDays},
    console::{
        effect::{Remote, Reply, Request, Ticket},
        screens::{Cx, Site, audit, explain},
        widgets::Page,
    },
    permission::Permission,
    user::UserId,
};

/// So many records are read.
const MOST: usize = 200;

/// Records that are shown at a time.
const WINDOW: usize = 8;

/// The records about one person.
#[derive(Debug, Default)]
pub struct History {
    records: Remote<Vec<Record>>,
    /// The first that is shown.
    first: usize,
}

impl History {
    /// Reads them, unless that was done or the operator may not.
    pub fn open(&mut self, user: &UserId, cx: &mut Cx<'_>) {
        if matches!(self.records, Remote::Idle | Remote::Failed(_))
            && cx.permits(Permission::AuditRead)
        {
            let query = AuditQuery {
                limit: MOST,
                target: Some(user.clone()),
                before: None,
            };
            self.records = Remote::Loading(cx.ask(Request::AuditList(query)));
        }
    }

    /// Takes the answer, if it is the one that is waited for.
    pub fn take(&mut self, ticket: Ticket, reply: &Reply) -> bool {
        self.records.take(ticket, reply, |reply| {
            let Reply::AuditListed(records) = reply else {
                return None;
            };
            Some(records.clone())
        })
    }

    /// Older ones; false where there are none.
    pub fn older(&mut self, shown: &str) -> bool {
        let more = self.acts(shown).len() > self.first + WINDOW;
        if more {
            self.first += WINDOW;
        }
        more
    }

    /// Newer ones; false where there are none.
    pub const fn newer(&mut self) -> bool {
        let more = self.first > 0;
        self.first = self.first.saturating_sub(WINDOW);
        more
    }

    /// From the newest on.
    pub const fn begin_with_newest(&mut self) {
        self.first = 0;
    }

    fn acts(&self, shown: &str) -> Vec<&Record> {
        let records = self.records.ready().map_or(&[][..], Vec::as_slice);
        audit::acts(records)
            .into_iter()
            .filter(|record| match shown {
                "changes" => is_change(record.event.kind),
                "sign-ins" => record.event.kind == Kind::SignIn,
                _ => true,
            })
            .collect()
    }

    /// Draws the chart and the records, newest first.
    pub fn draw(&self, shown: &str, now: Timestamp, page: &mut Page, site: &Site) {
        let (look, theme) = (&site.look, &site.look.theme);
        let records = match &self.records {
            Remote::Idle => {
                let text = format!("The history is read with {}.", Permission::AuditRead);
                page.text(&text, theme.faint);
                return;
            }
            Remote::Loading(_) => {
                page.text("Reading the audit...", theme.faint);
                return;
            }
            Remote::Failed(error) => {
                let text = format!("The audit was not read: {}", explain(error));
                page.text(&look.clean(&text), theme.warn);
                return;
            }
            Remote::Ready(records) => records,
        };
        let days = SignInDays::of(records, now, &site.zone);
        let cut = if records.len() == MOST {
            format!(" Of the last {MOST} records.")
        } else {
            String::new()
        };
        page.text(&format!("{}{cut}", days.sentence()), theme.faint);
        page.line(format!(" {}", days.chart(look.glyphs.utf8)));
        page.blank();
        let acts = self.acts(shown);
        if acts.is_empty() {
            page.text("Nothing is on record.", theme.faint);
        }
        for record in acts.iter().skip(self.first).take(WINDOW) {
            let style = if record.event.outcome == Outcome::Done {
                Style::new()
            } else {
                theme.warn
            };
            page.text(&look.clean(&record.sentence(&site.zone)), style);
        }
        if acts.len() > self.first + WINDOW {
            let left = acts.len() - self.first - WINDOW;
            page.text(&format!("Tab: {left} older ones."), theme.faint);
        }
    }
}

const fn is_change(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::PasswordReset
            | Kind::PasswordChanged
            | Kind::Unlock
            | Kind::UserCreated
            | Kind::RoleAssigned
            | Kind::UserChanged
            | Kind::UserRemoved
            | Kind::SessionsEnded
            | Kind::Recovered
    )
}
