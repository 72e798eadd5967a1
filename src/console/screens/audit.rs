//! Who did what to whom, newest first, and whether the record is whole.

use std::fmt::Write;

use ratatui::{
    Frame,
    layout::Rect,
    style::Style,
    text::{Line, Span},
};

use super::{Cx, Go, Screen, Site, explain};
use crate::{
    audit::{AuditQuery, Outcome, Record, Verified},
    console::{
        effect::{Remote, Reply, Request, Ticket},
        keymap::{Action, Scope},
        widgets::{Page, Tone, cut},
    },
    desk::DeskError,
    receipt::Proof,
};

const PAGE: usize = 100;

/// The list of records.
#[derive(Debug, Default)]
pub struct AuditViewer {
    records: Vec<Record>,
    loading: Option<Ticket>,
    at_end: bool,
    failed: Option<DeskError>,
    selected: usize,
    details: bool,
    verified: Remote<Box<Verified>>,
}

impl AuditViewer {
    fn load(&mut self, cx: &mut Cx<'_>) {
        let query = AuditQuery {
            limit: PAGE,
            target: None,
            before: self.records.last().map(|record| record.sequence),
        };
        self.loading = Some(cx.ask(Request::AuditList(query)));
    }

    fn move_to(&mut self, index: usize, cx: &mut Cx<'_>) {
        self.selected = index.min(self.records.len().saturating_sub(1));
        if self.selected + 20 >= self.records.len() && !self.at_end && self.loading.is_none() {
            self.load(cx);
        }
    }
}

/// Rows that the window shows.
fn page(cx: &Cx<'_>) -> usize {
    usize::from(cx.lines).saturating_sub(1).max(1)
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
            Action::Accept => self.details = !self.details && !self.records.is_empty(),
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
            match reply {
                Reply::AuditListed(records) => {
                    self.at_end = records.len() < PAGE;
                    self.records.extend(records.iter().cloned());
                }
                Reply::Failed(error) => self.failed = Some(error.clone()),
                Reply::SignedIn(_)
                | Reply::Reauthenticated(_)
                | Reply::Noted
                | Reply::Found(_)
                | Reply::Opened(_)
                | Reply::Rated(_)
                | Reply::Generated(_)
                | Reply::Done(_)
                | Reply::Checked(_)
                | Reply::Created(_)
                | Reply::Verified(_)
                | Reply::OpenIntents(_)
                | Reply::Notices(_)
                | Reply::Settled(_)
                | Reply::Progress(_)
                | Reply::Lost(_)
                | Reply::Imported(_) => {}
            }
            return Some(Go::Stay);
        }
        if self.verified.awaits(ticket) {
            self.verified = match reply {
                Reply::Verified(verified) => Remote::Ready(verified.clone()),
                Reply::Failed(error) => {
                    cx.toast(Tone::Bad, explain(error));
                    Remote::Failed(error.clone())
                }
                Reply::SignedIn(_)
                | Reply::Reauthenticated(_)
                | Reply::Noted
                | Reply::Found(_)
                | Reply::Opened(_)
                | Reply::Rated(_)
                | Reply::Generated(_)
                | Reply::Done(_)
                | Reply::Checked(_)
                | Reply::Created(_)
                | Reply::AuditListed(_)
                | Reply::OpenIntents(_)
                | Reply::Notices(_)
                | Reply::Settled(_)
                | Reply::Progress(_)
                | Reply::Lost(_)
                | Reply::Imported(_) => Remote::Idle,
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
            if let Some(record) = self.records.get(self.selected) {
                details(record, &mut page, site);
            }
        } else if self.records.is_empty() {
            let text = if self.loading.is_some() {
                "Reading the audit..."
            } else {
                "The audit is empty."
            };
            page.text(text, look.theme.faint);
        } else {
            self.list(&mut page, area, site);
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

    fn list(&self, page: &mut Page, area: Rect, site: &Site) {
        let look = &site.look;
        let room = usize::from(area.height).saturating_sub(1).max(1);
        let first = (self.selected + 1).saturating_sub(room);
        let wide = page.width() >= 70;
        for (index, record) in self.records.iter().enumerate().skip(first).take(room) {
            let selected = index == self.selected;
            let base = if selected {
                look.theme.selected
            } else {
                Style::new()
            };
            let pointer = if selected { look.glyphs.pointer } else { " " };
            let at = record.at.to_zoned(site.zone.clone());
            let (word, style) = outcome(&record.event.outcome, look);
            let whom = record
                .event
                .target
                .as_ref()
                .map_or("", |target| &target.name);
            let who = record
                .event
                .operator
                .as_ref()
                .map_or("-", |actor| &actor.login);
            let mut text = if wide {
                format!(
                    "{:>6} {} ",
                    record.sequence,
                    at.strftime("%Y-%m-%d %H:%M:%S")
                )
            } else {
                format!("{:>5} {} ", record.sequence, at.strftime("%m-%d %H:%M"))
            };
            if wide {
                let _ = write!(text, "{:<8} ", cut(&look.clean(who), 8, look));
            }
            let kind = record.event.kind.word();
            if wide {
                let _ = write!(text, "{kind:<17} ");
            } else {
                let _ = write!(text, "{} ", cut(kind, 14, look));
            }
            let rest = page.width().saturating_sub(text.chars().count() + 10);
            let whom = if wide {
                cut(&look.clean(whom), rest, look)
            } else {
                String::new()
            };
            page.line(Line::from(vec![
                Span::styled(format!("{pointer}{text}"), base),
                Span::styled(format!("{word:<9} "), if selected { base } else { style }),
                Span::styled(whom, base),
            ]));
        }
    }
}

fn outcome(outcome: &Outcome, look: &crate::console::theme::Look) -> (&'static str, Style) {
    let theme = &look.theme;
    match outcome {
        Outcome::Intent => ("begun", theme.faint),
        Outcome::Done => ("done", Style::new()),
        Outcome::Partial => ("partial", theme.warn),
        Outcome::Accepted => ("accepted", theme.warn),
        Outcome::CannotSignIn(_) | Outcome::SignInNotKnown(_) => ("done, but", theme.warn),
        Outcome::Refused(_) | Outcome::SignInRefused(_) => ("refused", theme.bad),
        Outcome::Failed(_) => ("failed", theme.bad),
        Outcome::Unknown(_) => ("unknown", theme.warn),
        Outcome::Cancelled => ("cancelled", theme.faint),
    }
}

fn details(record: &Record, page: &mut Page, site: &Site) {
    let look = &site.look;
    let event = &record.event;
    let at = record.at.to_zoned(site.zone.clone());
    let mut rows = vec![
        ("Record", record.sequence.to_string()),
        ("When", at.strftime("%Y-%m-%d %H:%M:%S%.3f %Z").to_string()),
        ("What", event.kind.word().to_owned()),
        ("Outcome", outcome_words(&event.outcome)),
    ];
    if let Some(actor) = &event.operator {
        rows.push(("Operator", format!("{} ({})", actor.name, actor.login)));
    }
    if let Some(target) = &event.target {
        rows.push(("User", format!("{} ({})", target.name, target.login)));
    }
    rows.push(("From", event.source.clone()));
    rows.push(("Directory", event.directory.clone()));
    rows.push(("Profile", event.profile.clone()));
    if let Some(reason) = &event.reason {
        rows.push(("Reason", reason.clone()));
    }
    if let Some(intent) = event.intent {
        rows.push(("Begun in", format!("record {intent}")));
    }
    for (step, how) in &event.steps {
        rows.push(("Step", format!("{}: {}", step.words(), how.sentence())));
    }
    let proof = event.proof.as_ref().map(Proof::sentence);
    if let Some(proof) = proof.filter(|proof| !proof.is_empty()) {
        rows.push(("How sure", proof));
    }
    if let Some(detail) = &event.detail {
        rows.push(("Detail", detail.clone()));
    }
    rows.push(("Hash", record.hash.clone()));
    for (label, value) in rows {
        let room = page.width().saturating_sub(14);
        for (n, part) in crate::console::widgets::wrap(&look.clean(&value), room)
            .into_iter()
            .enumerate()
        {
            let head = if n == 0 { label } else { "" };
            page.line(Line::from(vec![
                Span::styled(format!("   {head:<10}"), look.theme.faint),
                Span::raw(part),
            ]));
        }
    }
}

fn outcome_words(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Intent => "begun".into(),
        Outcome::Done => "done".into(),
        Outcome::Partial
        | Outcome::Accepted
        | Outcome::CannotSignIn(_)
        | Outcome::SignInNotKnown(_) => outcome.sentence(),
        Outcome::Refused(why) => format!("refused: {why}"),
        Outcome::SignInRefused(why) => format!("refused: {}", why.words()),
        Outcome::Failed(why) => format!("failed: {why}"),
        Outcome::Unknown(why) => format!("not known: {why}"),
        Outcome::Cancelled => "cancelled".into(),
    }
}
