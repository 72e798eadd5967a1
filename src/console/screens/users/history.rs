//! What was done to the selected person, beside the list.

use std::time::Duration;

use jiff::Timestamp;
use ratatui::{
    style::Style,
    text::{Line, Span},
};

use super::columns::BESIDE;
use crate::{
    audit::{AuditQuery, Outcome, Record},
    console::{
        effect::{Remote, Reply, Request, Ticket},
        screens::{Cx, Site, audit, explain},
        widgets::{Page, cut},
    },
    permission::Permission,
    user::UserId,
};

/// Every look at the audit is recorded: only where the selection rests is it read.
const REST: Duration = Duration::from_millis(600);

/// Lines that are shown.
const LINES: usize = 10;

/// The last records about one person.
#[derive(Debug, Default)]
pub struct History {
    of: Option<UserId>,
    rest: Option<Ticket>,
    records: Remote<Vec<Record>>,
}

impl History {
    /// The selection may be another one.
    pub fn look_at(&mut self, user: Option<&UserId>, cx: &mut Cx<'_>) {
        if self.of.as_ref() == user {
            return;
        }
        *self = Self::default();
        if cx.columns >= BESIDE && cx.permits(Permission::AuditRead) {
            self.of = user.cloned();
            self.rest = user.map(|_| cx.after(REST));
        }
    }

    /// What was read is out of date, or nobody looks at it any more.
    pub fn forget(&mut self) {
        *self = Self::default();
    }

    /// The selection has rested.
    pub fn wake(&mut self, ticket: Ticket, cx: &mut Cx<'_>) {
        if self.rest != Some(ticket) {
            return;
        }
        self.rest = None;
        let query = AuditQuery {
            // An act is two records: begun and done.
            limit: 2 * LINES,
            target: self.of.clone(),
            before: None,
        };
        self.records = Remote::Loading(cx.ask(Request::AuditList(query)));
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

    /// Draws the last acts, newest first.
    pub fn draw(&self, now: Timestamp, page: &mut Page, site: &Site) {
        let (look, theme) = (&site.look, &site.look.theme);
        let records = match &self.records {
            Remote::Idle | Remote::Loading(_) => return,
            Remote::Failed(error) => {
                page.blank();
                let text = format!("The audit was not read: {}", explain(error));
                page.text(&look.clean(&text), theme.warn);
                return;
            }
            Remote::Ready(records) => records,
        };
        page.blank();
        let acts = audit::acts(records);
        let acts = acts.get(..LINES).unwrap_or(&acts);
        let title = if acts.is_empty() {
            "Nothing is on record.".to_owned()
        } else {
            format!("On record ({}):", audit::zones(acts, site))
        };
        page.text(&title, theme.faint);
        for record in acts {
            page.line(line(record, now, page.width(), site));
        }
    }
}

fn line(record: &Record, now: Timestamp, width: usize, site: &Site) -> Line<'static> {
    let look = &site.look;
    let event = &record.event;
    let at = record.at.to_zoned(site.zone.clone());
    let this_year = at.year() == now.to_zoned(site.zone.clone()).year();
    let form = if this_year {
        "%m-%d %H:%M"
    } else {
        "%Y-%m-%d "
    };
    let mut spans = vec![Span::raw(format!(" {} ", at.strftime(form)))];
    spans.push(Span::raw(format!("{} ", event.kind.word())));
    if event.outcome != Outcome::Done {
        let (word, style) = audit::outcome(&event.outcome, look);
        spans.push(Span::styled(format!("{word} "), style));
    }
    let who = event.operator.as_ref().map(|actor| actor.login.as_str());
    let why = event.reason.as_deref();
    let rest: Vec<&str> = [why, who].into_iter().flatten().collect();
    let used = Line::from(spans.clone()).width();
    let rest = cut(
        &look.clean(&rest.join(" ")),
        width.saturating_sub(used),
        look,
    );
    spans.push(Span::styled(rest, Style::new()));
    Line::from(spans)
}
