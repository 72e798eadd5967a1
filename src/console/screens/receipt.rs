//! What a write did, a line per step; and, until it is closed, the password for reading out.

use jiff::tz::TimeZone;
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
    receipt::{After, Checked, Ending, Receipt, Step, StepOutcome},
    user::{Prospect, Remedy, UserId},
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
    /// The reason or ticket that was given, for the next caller.
    ticket: String,
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
            ticket: String::new(),
            forget: None,
            tried: Remote::Idle,
        }
    }

    /// The same, of a change with this reason or ticket.
    #[must_use]
    pub fn for_ticket(self, ticket: String) -> Self {
        Self { ticket, ..self }
    }

    /// How good the news is, and one line for the toast.
    pub fn told(who: &str, receipt: &Receipt) -> (Tone, String) {
        (tone(receipt.ending()), headline(who, receipt))
    }
}

/// Green only when every step is done, the password proved and the user can sign in.
const fn tone(ending: Ending) -> Tone {
    match ending {
        Ending::Done => Tone::Good,
        Ending::Refused => Tone::Bad,
        Ending::NotKnown
        | Ending::CannotSignIn
        | Ending::Accepted
        | Ending::Partial
        | Ending::SignInNotKnown => Tone::Warn,
    }
}

fn headline(who: &str, receipt: &Receipt) -> String {
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
    let reason = || receipt.after.as_ref().map_or_else(String::new, reason);
    match receipt.ending() {
        Ending::Done => format!("{who}: {done}."),
        Ending::CannotSignIn => {
            format!(
                "Done ({done}), but {who} still cannot sign in: {}.",
                reason()
            )
        }
        Ending::SignInNotKnown => {
            format!(
                "{who}: {done}. Not known whether the user can sign in: {}.",
                reason()
            )
        }
        Ending::Partial => {
            let missing = receipt.steps.iter().filter_map(|(step, how)| match how {
                StepOutcome::NotOffered(_) => Some(format!("not offered: {}", step.words())),
                StepOutcome::Unknown(_) => Some(format!("not known: {}", step.words())),
                StepOutcome::Done | StepOutcome::NotNeeded | StepOutcome::Refused(_) => None,
            });
            format!("{who}: {done}; {}.", missing.collect::<Vec<_>>().join(", "))
        }
        Ending::Accepted => format!("{who}: accepted, not confirmed ({done})."),
        Ending::NotKnown => format!("{who}: not known whether the password is in force."),
        Ending::Refused => format!("{who}: only in part ({done})."),
    }
}

/// Why the user cannot sign in, in the time of this machine.
fn reason(after: &After) -> String {
    after.outlook.reason(after.at, &TimeZone::system())
}

/// What lets the user in, with the key where one of this program does it.
fn mends(remedy: Remedy) -> String {
    let key = match remedy {
        Remedy::Unlock => Some(keymap::name_of(Scope::Edit, Action::UnlockOnly)),
        Remedy::ResetPassword => Some(keymap::name_of(Scope::Edit, Action::Accept)),
        Remedy::Enable
        | Remedy::ExtendAccount
        | Remedy::BeginEarlier
        | Remedy::AllowPassword
        | Remedy::AllowChange
        | Remedy::LiftMinimumAge => None,
    };
    match key {
        Some(key) => format!("{} On the user's page: {key}.", remedy.sentence()),
        None => remedy.sentence().to_owned(),
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

    fn is_final(&self, action: Action) -> bool {
        matches!(
            action,
            Action::Accept | Action::Back | Action::NextCaller | Action::TryPassword
        )
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
            | Reply::Lost(_)
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
        let ending = self.receipt.ending();
        let style = match tone(ending) {
            Tone::Good => theme.good,
            Tone::Warn => theme.warn,
            Tone::Plain | Tone::Bad => theme.bad,
        };
        let word = sentence(ending.words());
        let word = word.trim_end_matches('.');
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
            self.after(&mut page, site);
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
            page.text(&mends(remedy), theme.warn);
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
