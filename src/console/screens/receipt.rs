//! What a write did, a line per step; and, until it is closed, the password for reading out.

use ratatui::{
    Frame,
    layout::Rect,
    style::Style,
    text::{Line, Span},
};

use super::{Cx, Go, Screen, Site, explain, sentence};
use crate::{
    console::{
        effect::{Remote, Reply, Request, Ticket},
        keymap::{self, Action, Scope},
        widgets::{Page, Question, SecretInput, Tone, modal::OnYes},
    },
    desk::DeskError,
    directory::Support,
    password::read_back,
    receipt::{Checked, Receipt, Step, StepOutcome},
    user::UserId,
};
use std::time::Duration;

/// The password is forgotten after this time even if nobody closes the receipt.
const KEEP: Duration = Duration::from_mins(3);

/// No receipt is longer than this in the narrowest window.
const MOST_ROWS: usize = 60;

/// A receipt.
#[derive(Debug)]
pub struct ReceiptPage {
    user: Option<UserId>,
    who: String,
    receipt: Receipt,
    password: SecretInput,
    spelled: bool,
    first: usize,
    forget: Option<Ticket>,
    tried: Remote<Checked>,
}

impl ReceiptPage {
    /// The receipt of a write for `user`, called `who`; the password is empty where none was set.
    pub const fn new(
        user: Option<UserId>,
        who: String,
        receipt: Receipt,
        password: SecretInput,
    ) -> Self {
        Self {
            user,
            who,
            receipt,
            password,
            spelled: false,
            first: 0,
            forget: None,
            tried: Remote::Idle,
        }
    }

    /// How good the news is: green only when every step is done and the password proved.
    pub fn tone(receipt: &Receipt) -> Tone {
        let refused = receipt
            .steps
            .iter()
            .any(|(_, how)| matches!(how, StepOutcome::Refused(_)));
        if receipt.is_success() {
            Tone::Good
        } else if refused {
            Tone::Bad
        } else {
            Tone::Warn
        }
    }

    /// Is the outcome of every step known, and the password proved? What is not done is not
    /// offered then.
    fn is_known(receipt: &Receipt) -> bool {
        receipt.proof.is_certain()
            && !receipt
                .steps
                .iter()
                .any(|(_, how)| matches!(how, StepOutcome::Unknown(_)))
    }

    /// One line for the toast.
    pub fn headline(who: &str, receipt: &Receipt) -> String {
        // Must-change goes without saying; the receipt has its line.
        let done: Vec<&str> = receipt
            .steps
            .iter()
            .filter(|(step, how)| *how == StepOutcome::Done && *step != Step::MustChange)
            .map(|(step, _)| step.words())
            .collect();
        let done = if done.is_empty() {
            "nothing was changed".to_owned()
        } else {
            done.join(", ")
        };
        match Self::tone(receipt) {
            Tone::Good => format!("{who}: {done}."),
            Tone::Warn if Self::is_known(receipt) => {
                let steps = receipt.steps.iter();
                let missing: Vec<_> = steps
                    .filter(|(_, how)| matches!(how, StepOutcome::NotOffered(_)))
                    .map(|(step, _)| step.words())
                    .collect();
                format!("{who}: {done}; not offered: {}.", missing.join(", "))
            }
            Tone::Warn => format!("{who}: accepted, not confirmed ({done})."),
            Tone::Plain | Tone::Bad => format!("{who}: only in part ({done})."),
        }
    }
}

impl Screen for ReceiptPage {
    fn title(&self) -> String {
        format!("Receipt for {}", self.who)
    }

    fn scopes(&self) -> Vec<Scope> {
        vec![Scope::Receipt, Scope::Plain, Scope::Page]
    }

    fn enter(&mut self, cx: &mut Cx<'_>) {
        if !self.password.is_empty() {
            self.forget = Some(cx.after(KEEP));
        }
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a screen answers to its own keys; the rest is for whoever stands around it"
    )]
    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Go {
        match action {
            Action::Accept | Action::Back => return Go::Back,
            // A bind as the user is a sign-in of that user's: only on the operator's own wish.
            Action::TryPassword if cx.site.capabilities.check.is_yes() => self.try_password(cx),
            Action::TryPassword => {
                return Go::Confirm(Question::new(
                    "Sign in as the user once, to try the new password? If it is not the right \
                     one, the directory counts a failed sign-in.",
                    OnYes::Resume,
                ));
            }
            Action::Quit => return Go::Quit,
            Action::ReadBack => {
                self.spelled = !self.spelled;
                self.first = 0;
            }
            Action::Down => self.first = (self.first + 1).min(MOST_ROWS),
            Action::Up => self.first = self.first.saturating_sub(1),
            _ => {}
        }
        Go::Stay
    }

    fn wake(&mut self, ticket: Ticket, _cx: &mut Cx<'_>) {
        if self.forget == Some(ticket) {
            self.blank_secrets();
        }
    }

    fn resume(&mut self, cx: &mut Cx<'_>) -> Go {
        self.try_password(cx);
        Go::Stay
    }

    fn reply(&mut self, ticket: Ticket, reply: &Reply, _cx: &mut Cx<'_>) -> Option<Go> {
        if !self.tried.awaits(ticket) {
            return None;
        }
        match reply {
            Reply::Checked(checked) => {
                self.tried = Remote::Ready(checked.clone());
                // It stands near the end, which a small window does not show at first.
                self.first = self.first.max(12);
            }
            Reply::Failed(error) => self.tried = Remote::Failed(error.clone()),
            Reply::SignedIn(_)
            | Reply::Reauthenticated(_)
            | Reply::Noted
            | Reply::Found(_)
            | Reply::Opened(_)
            | Reply::Rated(_)
            | Reply::Generated(_)
            | Reply::Done(_)
            | Reply::Created(_)
            | Reply::AuditListed(_)
            | Reply::Verified(_)
            | Reply::OpenIntents(_)
            | Reply::Notices(_)
            | Reply::Settled(_)
            | Reply::Progress(_)
            | Reply::Imported(_) => {}
        }
        Some(Go::Stay)
    }

    fn failure(&self) -> Option<&DeskError> {
        match &self.tried {
            Remote::Failed(error) => Some(error),
            Remote::Idle | Remote::Loading(_) | Remote::Ready(_) => None,
        }
    }

    fn blocked(&self, action: Action, _site: &Site) -> Option<String> {
        let needs = matches!(action, Action::ReadBack | Action::TryPassword);
        (needs && self.password.is_empty())
            .then(|| "The password is not here (any more).".to_owned())
    }

    fn blank_secrets(&mut self) {
        self.password.clear();
        self.spelled = false;
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, site: &Site) {
        let look = &site.look;
        let theme = &look.theme;
        let mut page = Page::new(area);
        let (word, style) = match Self::tone(&self.receipt) {
            Tone::Good => ("Done", theme.good),
            Tone::Warn if Self::is_known(&self.receipt) => ("Done, but not all of it", theme.warn),
            Tone::Warn => ("Accepted, not confirmed", theme.warn),
            Tone::Plain | Tone::Bad => ("Only in part", theme.bad),
        };
        page.line(Line::from(vec![
            Span::styled(format!(" {word}: "), style),
            Span::styled(look.clean(&self.who), theme.strong),
        ]));
        page.blank();
        if self.spelled && !self.password.is_empty() {
            self.spell(&mut page, area, site);
        } else {
            page.scroll_to(self.first);
            for (step, how) in &self.receipt.steps {
                step_line(*step, how, &mut page, site);
            }
            page.blank();
            let proof = self.receipt.proof.sentence();
            if !proof.is_empty() {
                let style = if self.receipt.proof.is_certain() {
                    Style::new()
                } else {
                    theme.warn
                };
                page.text(&look.clean(&sentence(&proof)), style);
            }
            if let Some(server) = &self.receipt.server {
                let text = format!("Written at {}.", look.clean(server));
                page.text(&text, theme.faint);
            }
            self.tried(&mut page, site);
            if !self.password.is_empty() {
                page.blank();
                let text = format!(
                    "{} shows the password with its spelling words; {} closes and forgets it.",
                    keymap::name_of(Scope::Receipt, Action::ReadBack),
                    keymap::name_of(Scope::Receipt, Action::Accept)
                );
                page.text(&text, theme.faint);
            }
        }
        page.render(frame, area);
    }
}

impl ReceiptPage {
    fn try_password(&mut self, cx: &mut Cx<'_>) {
        if !self.tried.is_loading()
            && let Some(user) = self.user.clone()
            && let Ok(password) = self.password.secret()
        {
            let request = Request::Check(user, password);
            self.tried = Remote::Loading(cx.ask(request));
        }
    }

    /// What came of trying the password.
    fn tried(&self, page: &mut Page, site: &Site) {
        let (look, theme) = (&site.look, &site.look.theme);
        let (text, style) = match &self.tried {
            Remote::Idle => return,
            Remote::Loading(_) => ("Trying the new password...".to_owned(), theme.faint),
            Remote::Failed(error) => (explain(error), theme.bad),
            Remote::Ready(checked) => {
                let (text, style) = match (checked.matches, checked.signs_in) {
                    (_, true) => ("Tried: the new password signs the user in.", theme.good),
                    (true, false) => ("Tried: the new password is the right one.", theme.good),
                    (false, false) => ("Tried: the new password was not taken.", theme.bad),
                };
                let text = match &checked.remark {
                    Some(remark) => format!("{text} {}", sentence(remark)),
                    None => text.to_owned(),
                };
                (text, style)
            }
        };
        page.text(&look.clean(&text), style);
    }

    fn spell(&self, page: &mut Page, area: Rect, site: &Site) {
        let look = &site.look;
        // Character by character: it must not be put together on the heap.
        let mut spans = vec![Span::raw("   ")];
        for c in self.password.expose().chars() {
            let cell = look.clean(c.encode_utf8(&mut [0; 4]));
            spans.push(Span::styled(cell, look.theme.strong));
        }
        page.line(Line::from(spans));
        page.blank();
        let words = read_back::read_back(self.password.expose(), site.alphabet);
        // A word of the generator is one long line, said and then spelled.
        let longest = words
            .iter()
            .map(|word| word.len())
            .max()
            .unwrap_or(0)
            .max(18);
        let columns = (page.width() / (longest + 6)).max(1);
        let rows = words.len().div_ceil(columns);
        let room = usize::from(area.height).saturating_sub(4).max(1);
        let first = self.first.min(rows.saturating_sub(room));
        for row in first..rows {
            let line: String = (0..columns)
                .filter_map(|column| {
                    let index = column * rows + row;
                    let word = words.get(index)?;
                    Some(format!(
                        "   {:>2} {:<longest$}",
                        index + 1,
                        look.clean(word)
                    ))
                })
                .collect();
            page.line(line);
        }
    }
}

fn step_line(step: Step, how: &StepOutcome, page: &mut Page, site: &Site) {
    let (look, theme) = (&site.look, &site.look.theme);
    let support = match step {
        Step::MustChange => &site.capabilities.must_change,
        Step::Unlocked => &site.capabilities.unlock,
        Step::PasswordSet
        | Step::RoleAssigned
        | Step::Created
        | Step::Changed
        | Step::Removed
        | Step::SessionsEnded => &Support::Yes,
    };
    let (mark, style, words) = match how {
        // It was not asked for, since it cannot be had here: "nothing to do" would say too much.
        StepOutcome::NotNeeded if let Support::No(why) = support => {
            (look.glyphs.dot, theme.faint, why.clone())
        }
        StepOutcome::Done => (look.glyphs.tick, theme.good, "done".to_owned()),
        StepOutcome::NotNeeded => (look.glyphs.dot, theme.faint, "nothing to do".to_owned()),
        StepOutcome::Refused(why) => (look.glyphs.cross, theme.bad, format!("refused: {why}")),
        StepOutcome::NotOffered(why) => {
            (look.glyphs.dot, theme.faint, format!("not offered: {why}"))
        }
        StepOutcome::Unknown(why) => (look.glyphs.later, theme.warn, format!("not known: {why}")),
    };
    let text = format!("{} - {}", step.words(), look.clean(&words));
    for (n, part) in crate::console::widgets::wrap(&text, page.width().saturating_sub(6))
        .into_iter()
        .enumerate()
    {
        page.line(Line::from(vec![
            Span::styled(format!("   {} ", if n == 0 { mark } else { " " }), style),
            Span::raw(part),
        ]));
    }
}
