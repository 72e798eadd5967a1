//! What a write did, a line per step; and, until it is closed, the password for reading out: one
//! page, in the order in which it is said on the phone.

mod script;
mod words;

use ratatui::{
    Frame,
    layout::Rect,
    style::Style,
    text::{Line, Span},
};
use unicode_width::UnicodeWidthStr as _;

use self::words::{headline, mends, step_words, tone};
use super::{Cx, Go, ReceiptShows, Screen, Site, explain, sentence};
use crate::{
    console::{
        effect::{Remote, Reply, Request, Ticket},
        keymap::{self, Action, Scope},
        widgets::{Page, Question, SecretInput, Tone, modal::OnYes},
    },
    desk::DeskError,
    directory::Support,
    password::phone_script::phone_script,
    receipt::{Checked, Ending, Receipt, Step, StepOutcome},
    text::ahead,
    user::{Prospect, UserId},
};
use jiff::{SignedDuration, Timestamp};
use std::time::Duration;

/// The password is forgotten after this time even if nobody closes the receipt.
const KEEP: Duration = Duration::from_mins(3);

/// Who closes it sooner has not read it.
const GLANCE: Duration = Duration::from_secs(1);

/// No receipt is longer than this in the narrowest window.
const MOST_ROWS: usize = 60;

/// A receipt.
#[derive(Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "where the password came from, and what became of it on this page"
)]
pub struct ReceiptPage {
    user: Option<UserId>,
    who: String,
    receipt: Receipt,
    password: SecretInput,
    /// It was drawn by the generator: nobody has typed it.
    generated: bool,
    /// It stands on the screen, or would if the screen were in front.
    visible: bool,
    /// It has stood there.
    shown: bool,
    /// It was here, and its time is over.
    forgotten: bool,
    /// Until when it works, where that is known, and when that was worked out.
    until: Option<(Timestamp, Timestamp)>,
    /// The user has read it back.
    read_back: Remote<()>,
    first: usize,
    /// The reason or ticket that was given, for the next caller.
    ticket: String,
    forget: Option<Ticket>,
    looked_at: Option<Ticket>,
    tried: Remote<Checked>,
    /// The names of the attributes that were changed.
    changed: Vec<String>,
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
            generated: false,
            visible: false,
            shown: false,
            forgotten: false,
            until: None,
            read_back: Remote::Idle,
            first: 0,
            ticket: String::new(),
            forget: None,
            looked_at: None,
            tried: Remote::Idle,
            changed: Vec::new(),
        }
    }

    /// The same, of a change of these attributes.
    #[must_use]
    pub fn of_changed(self, changed: Vec<String>) -> Self {
        Self { changed, ..self }
    }

    /// The same, of a change with this reason or ticket.
    #[must_use]
    pub fn for_ticket(self, ticket: String) -> Self {
        Self { ticket, ..self }
    }

    /// The same, of a password from the generator; `shown` on the page that it was drawn on.
    #[must_use]
    pub fn of_generated(self, shown: bool) -> Self {
        Self {
            generated: true,
            shown,
            ..self
        }
    }

    /// How good the news is, and one line for the toast.
    pub fn told(who: &str, receipt: &Receipt, changed: &[String]) -> (Tone, String) {
        (tone(receipt.ending()), headline(who, receipt, changed))
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
        if self.password.is_empty() {
            return;
        }
        self.forget = Some(cx.after(KEEP));
        self.looked_at = Some(cx.after(GLANCE));
        self.visible = match cx.site.receipt_shows {
            ReceiptShows::Always => self.generated || cx.site.profile.reveal_while_typing,
            ReceiptShows::Generated => self.generated,
            ReceiptShows::Never => false,
        };
        self.until = self.works_until(cx).map(|until| (until, cx.now));
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a screen answers to its own keys; the rest is for whoever stands around it"
    )]
    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Go {
        match action {
            Action::Accept | Action::Back | Action::NextCaller if self.is_unseen() => {
                return Go::Confirm(Question::new(
                    "This generated password was never shown, and nobody can find it once you \
                     leave. Leave all the same?",
                    OnYes::Leave,
                ));
            }
            Action::Accept | Action::Back => return Go::Back,
            Action::NextCaller => return Go::NextCaller(self.ticket.clone()),
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
            Action::Reveal => {
                self.visible = !self.visible;
                self.looked_at = Some(cx.after(GLANCE));
                self.first = 0;
            }
            Action::ReadBack => self.note_read_back(cx),
            Action::Down => self.first = (self.first + 1).min(MOST_ROWS),
            Action::Up => self.first = self.first.saturating_sub(1),
            _ => {}
        }
        Go::Stay
    }

    fn is_final(&self, action: Action) -> bool {
        matches!(
            action,
            Action::Accept | Action::Back | Action::NextCaller | Action::TryPassword
        )
    }

    fn wake(&mut self, ticket: Ticket, _cx: &mut Cx<'_>) {
        if self.looked_at == Some(ticket) {
            self.shown |= self.visible;
        }
        if self.forget == Some(ticket) && !self.password.is_empty() {
            self.blank_secrets();
            self.forgotten = true;
        }
    }

    fn resume(&mut self, cx: &mut Cx<'_>) -> Go {
        self.try_password(cx);
        Go::Stay
    }

    fn reply(&mut self, ticket: Ticket, reply: &Reply, _cx: &mut Cx<'_>) -> Option<Go> {
        if self.read_back.awaits(ticket) {
            self.read_back = if let Reply::Failed(error) = reply {
                Remote::Failed(error.clone())
            } else {
                Remote::Ready(())
            };
            return Some(Go::Stay);
        }
        if !self.tried.awaits(ticket) {
            return None;
        }
        if let Reply::Checked(checked) = reply {
            self.tried = Remote::Ready(checked.clone());
            // It stands near the end, which a small window does not show at first.
            self.first = self.first.max(12);
        } else if let Reply::Failed(error) = reply {
            self.tried = Remote::Failed(error.clone());
        }
        Some(Go::Stay)
    }

    fn failure(&self) -> Option<&DeskError> {
        match (&self.tried, &self.read_back) {
            (Remote::Failed(error), _) | (_, Remote::Failed(error)) => Some(error),
            _ => None,
        }
    }

    fn blocked(&self, action: Action, _site: &Site) -> Option<String> {
        let needs = matches!(
            action,
            Action::Reveal | Action::ReadBack | Action::TryPassword
        );
        (needs && self.password.is_empty())
            .then(|| "The password is not here (any more).".to_owned())
    }

    fn blank_secrets(&mut self) {
        self.password.clear();
        self.visible = false;
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, site: &Site) {
        let look = &site.look;
        let theme = &look.theme;
        let mut page = Page::new(area);
        let ending = self.receipt.ending();
        let style = match tone(ending) {
            Tone::Good => theme.good,
            Tone::Warn => theme.warn,
            Tone::Plain | Tone::Bad => theme.bad,
        };
        let word = sentence(ending.words());
        let word = word.trim_end_matches('.');
        page.keep_next();
        let who = look.clean(&self.who);
        // In a narrow window the news is wrapped: cut, it could read as another person's.
        if word.width() + who.width() + 4 > page.width() {
            page.text(&format!("{word}:"), style);
            page.text(&who, theme.strong);
        } else {
            page.line(Line::from(vec![
                Span::styled(format!(" {word}: "), style),
                Span::styled(who, theme.strong),
            ]));
        }
        page.blank();
        page.scroll_to(self.first);
        let is_visible = self.visible && !self.password.is_empty();
        let script = is_visible.then(|| phone_script(self.password.expose(), site.alphabet));
        if let Some(script) = &script {
            let until = self.until_words(site);
            script::what_to_say(&self.password, script, until.as_deref(), &mut page, site);
            page.blank();
        }
        for (step, how) in &self.receipt.steps {
            step_line((*step, how), &self.changed, &mut page, site);
        }
        self.was_read_back(&mut page, site);
        let proof = self.receipt.proof.sentence();
        if !proof.is_empty() {
            let style = if self.receipt.proof.is_certain() {
                Style::new()
            } else {
                theme.warn
            };
            page.text(&look.clean(&sentence(&proof)), style);
        }
        self.after(&mut page, site);
        if let Some(server) = &self.receipt.server {
            let text = format!("Written at {}.", look.clean(server));
            page.text(&text, theme.faint);
        }
        self.tried(&mut page, site);
        if let Some(script) = &script {
            page.blank();
            script::spelling(script, &mut page, site);
        } else if !self.password.is_empty() {
            let key = keymap::name_of(Scope::Receipt, Action::Reveal);
            page.text(
                &format!("{key} shows the password and how to say it."),
                theme.faint,
            );
        } else if self.forgotten {
            let text = format!(
                "The password was here for {} minutes and is wiped: set another one if it did not \
                 arrive.",
                KEEP.as_secs() / 60
            );
            page.text(&text, theme.warn);
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

    /// Would closing throw away a password that nobody has seen?
    fn is_unseen(&self) -> bool {
        self.generated && !self.shown && !self.password.is_empty()
    }

    /// Until when a temporary password works: as the directory told afterwards, or by the profile
    /// where the directory goes by that.
    fn works_until(&self, cx: &Cx<'_>) -> Option<Timestamp> {
        let temporary = self
            .receipt
            .steps
            .iter()
            .any(|(step, how)| *step == Step::MustChange && *how == StepOutcome::Done);
        // Nothing is to be promised on the phone that does not hold.
        if !temporary || self.receipt.ending() == Ending::CannotSignIn {
            return None;
        }
        let told = self.receipt.after.as_deref().and_then(|after| {
            let password = after.user.as_ref()?.state.password.known()?;
            password.expires_at
        });
        let after = self.receipt.after.as_deref();
        let kind = after.and_then(|after| after.user.as_ref()?.kind.known().copied());
        let profile = cx.site.profiles.of(kind);
        let hours = SignedDuration::from_hours(profile.temp_password_hours.into());
        let by_profile = || cx.now.checked_add(hours).ok();
        told.or_else(|| cx.site.capabilities.enforces_policy.then(by_profile)?)
    }

    fn until_words(&self, site: &Site) -> Option<String> {
        let must_change = self
            .receipt
            .steps
            .iter()
            .any(|(step, how)| *step == Step::MustChange && *how == StepOutcome::Done);
        let then = "then you choose your own";
        let first = "at the first sign-in you choose your own";
        match self.until {
            Some((until, now)) => Some(format!(
                "works until {}, {then}",
                ahead(until, now, &site.zone)
            )),
            None if self.receipt.ending() == Ending::CannotSignIn => None,
            None if must_change => Some(first.to_owned()),
            None => None,
        }
    }

    fn note_read_back(&mut self, cx: &mut Cx<'_>) {
        let noted = matches!(self.read_back, Remote::Loading(_) | Remote::Ready(()));
        if let Some(user) = self.user.clone().filter(|_| !noted) {
            self.read_back = Remote::Loading(cx.ask(Request::ReadBack(user)));
        }
    }

    fn was_read_back(&self, page: &mut Page, site: &Site) {
        let (look, theme) = (&site.look, &site.look.theme);
        match &self.read_back {
            Remote::Idle | Remote::Loading(_) => {}
            Remote::Ready(()) => page.line(Line::from(vec![
                Span::styled(format!("   {} ", look.glyphs.tick), theme.good),
                Span::raw("read back by the user - recorded"),
            ])),
            Remote::Failed(error) => {
                let text = format!("Read back, but not recorded: {}", explain(error));
                page.text(&look.clean(&text), theme.bad);
            }
        }
    }

    /// Can the user sign in now, and what would let them?
    fn after(&self, page: &mut Page, site: &Site) {
        let Some(after) = &self.receipt.after else {
            return;
        };
        let (look, theme) = (&site.look, &site.look.theme);
        let style = match after.outlook.prospect() {
            Prospect::CanSignIn => Style::new(),
            Prospect::CannotSignIn | Prospect::NotKnown => theme.warn,
        };
        let text = sentence(&after.outlook.sentence(after.at, &site.zone));
        page.text(&look.clean(&text), style);
        if let Some(remedy) = after.outlook.remedy().filter(|_| after.to_let_in) {
            page.text(&look.clean(&mends(remedy, &site.capabilities)), theme.warn);
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
}

fn step_line((step, how): (Step, &StepOutcome), changed: &[String], page: &mut Page, site: &Site) {
    let (look, theme) = (&site.look, &site.look.theme);
    let support = match step {
        Step::MustChange => &site.capabilities.must_change,
        Step::Unlocked => &site.capabilities.unlock,
        Step::PasswordSet
        | Step::RoleAssigned
        | Step::Created
        | Step::Changed
        | Step::Enabled
        | Step::Disabled
        | Step::Removed
        | Step::SessionsEnded
        | Step::RoleAdded
        | Step::RoleChanged
        | Step::RoleRemoved => &Support::Yes,
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
    let text = format!("{} - {}", step_words(step, changed), look.clean(&words));
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
